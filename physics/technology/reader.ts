import {
  aDimension,
  type Checked,
  checked,
  findUnit,
  listed,
  meant,
  type Report,
  readYaml,
  reportError,
  type SourceFile,
  type Span,
  unitNames,
  visibleLine,
  type YamlEntry,
  type YamlMapping,
  type YamlNode,
} from "../../dsl/index.ts";
import { formatNumber, type LayerName, layerNames, usualLayers } from "../../netlist/index.ts";
import { contradictionsIn } from "./contradictions.ts";
import { isQuantity, type QuantityKey, type QuantityRow, quantities, quantityKeys } from "./quantities.ts";
import {
  type Entry,
  type LayerEntry,
  type NeuronEntry,
  neuronKinds,
  sourceKinds,
  type Technology,
} from "./technology.ts";

/** Characters of a name, of a source and of a description that are read. */
const longest = { name: 64, source: 400, description: 2000 };

const mandatoryKeys = ["technology", "description", "quantities"];
const topKeys = [...mandatoryKeys, "neurons", "layers"];
const layerKeys = ["layer", "source", "kind"];
const neuronKeys = ["source", "kind"];
const entryKeys = ["value", "unit", "source", "kind"];

/**
 * The text of a technology file to a checked technology: keys, numbers, units, ranges, kinds of sources; what is wrong has its
 * place in the text. `value` is null when anything is. Never throws for a text, whatever is in it.
 */
export function readTechnology(source: SourceFile): Checked<Technology> {
  const { root, report } = readYaml(source);
  const technology = root === null ? null : technologyIn(root, source.text, report);
  return checked(report, technology);
}

/** The value of every quantity, or null where it was refused; null when the whole is no technology. */
function technologyIn(root: YamlNode, text: string, report: Report): Technology | null {
  if (root.kind !== "mapping") {
    const help = `a technology is a mapping with the keys ${listed(topKeys)}`;
    return reportError(
      report,
      "OPT0801",
      "this YAML does not describe a technology",
      [root.span, "not a mapping"],
      help,
    );
  }
  const parts = keysOf(root, topKeys, "a technology", report);
  const name = textOf(parts.get("technology"), "technology", longest.name, report);
  const description = textOf(parts.get("description"), "description", longest.description, report);
  if (name !== null && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name.text)) {
    const help = "write for instance `technology: foundry-si`";
    const label = "letters, digits, `-`, `_` and `.`, a letter or digit first";
    reportError(report, "OPT0801", "not a name of a technology", [name.span, label], help);
  }
  for (const key of mandatoryKeys.filter((each) => !parts.has(each))) {
    const help = key === "quantities" ? "see docs/reference/technology.md" : `write for instance \`${key}: ...\``;
    reportError(report, "OPT0803", `the technology has no \`${key}\``, [startOf(root), "missing here"], help);
  }
  const written = parts.get("quantities")?.value;
  if (written !== undefined && written.kind !== "mapping") {
    const help = "write for instance `propagation-loss: { value: 3, unit: dB/cm, source: ..., kind: measured }`";
    reportError(report, "OPT0801", "`quantities` is a mapping", [written.span, "not a mapping"], help);
  }
  const entries = written?.kind === "mapping" ? entriesIn(written, text, report) : {};
  const neurons = neuronsIn(parts.get("neurons")?.value, report);
  const layers = layersIn(parts.get("layers")?.value, report);
  if (name === null || description === null) return null;
  return { name: name.text, description: description.text, neurons, entries, layers };
}

/** `neurons: { saturating: { kind: assumed, source: ... } }` */
function neuronsIn(node: YamlNode | undefined, report: Report): Technology["neurons"] {
  const example = "write for instance `neurons: { saturating: { source: ..., kind: assumed } }`";
  const found = sourcedIn(node, "neurons", neuronKinds, neuronKeys, example, report);
  return Object.fromEntries(found.map(({ name, source, kind }) => [name, { source, kind }]));
}

/** `layers: { waveguide: { layer: 1/0, kind: foundry, source: ... } }`; no two names share a layer, those that are left out among them. */
function layersIn(node: YamlNode | undefined, report: Report): Technology["layers"] {
  const example = "write for instance `layers: { waveguide: { layer: 1/0, source: ..., kind: foundry } }`";
  const found = new Map<LayerName, LayerEntry>();
  const spans = new Map<LayerName, Span>();
  for (const { name, parts, ...from } of sourcedIn(node, "layers", layerNames, layerKeys, example, report)) {
    const written = textOf(parts.get("layer"), `${name} layer`, longest.name, report);
    if (written === null) continue;
    const [, number, datatype] = /^(\d{1,5})\/(\d{1,5})$/.exec(written.text) ?? [];
    if (number === undefined || Number(number) > LARGEST_LAYER || Number(datatype) > LARGEST_LAYER) {
      const label = `not a layer and a datatype of 0 to ${LARGEST_LAYER}`;
      reportError(report, "OPT0801", "a layer of a mask is written as in `1/0`", [written.span, label], example);
      continue;
    }
    found.set(name, { place: [Number(number), Number(datatype)], ...from });
    spans.set(name, written.span);
  }
  const taken = new Map<string, LayerName>();
  for (const name of layerNames) {
    const place = (found.get(name)?.place ?? usualLayers[name]).join("/");
    const other = taken.get(place);
    const span = spans.get(name) ?? (other === undefined ? undefined : spans.get(other));
    taken.set(place, name);
    if (other === undefined || span === undefined) continue;
    const label = `\`${other}\` and \`${name}\` are both ${place}`;
    const help = `what is not listed keeps its usual number: ${layerNames.map((it) => `${it} ${usualLayers[it].join("/")}`).join(", ")}`;
    reportError(report, "OPT0801", "two layers of a mask are one", [span, label], help);
  }
  return Object.fromEntries(found);
}

/** Those entries of such a mapping that have a source and a kind, with all that is written of them. */
function sourcedIn<Name extends string>(
  node: YamlNode | undefined,
  what: string,
  names: readonly Name[],
  keys: readonly string[],
  example: string,
  report: Report,
): (NeuronEntry & { readonly name: Name; readonly parts: ReadonlyMap<string, YamlEntry> })[] {
  if (node === undefined) return [];
  if (node.kind !== "mapping" || node.entries.length === 0) {
    reportError(report, "OPT0801", `\`${what}\` is a mapping`, [node.span, `not a mapping of ${what}`], example);
    return [];
  }
  return [...keysOf(node, names, `a technology's ${what}`, report)].flatMap(([written, { key, value }]) => {
    const name = names.find((each) => each === written)!;
    const parts = partsOf(name, key.span, value, keys, example, report);
    if (parts === null) return [];
    const { source, kind } = sourceOf(name, parts, report);
    return source === null || kind === null ? [] : [{ name, parts, source, kind }];
  });
}

/** Of GDSII, whose numbers have 16 bits with a sign. */
const LARGEST_LAYER = 32_767;

/** What stands at these keys of a mapping; null where it is none. */
function partsOf(
  name: string,
  place: Span,
  node: YamlNode,
  keys: readonly string[],
  example: string,
  report: Report,
): ReadonlyMap<string, YamlEntry> | null {
  if (node.kind !== "mapping") {
    return reportError(
      report,
      "OPT0801",
      `\`${name}\` is a mapping`,
      [node.span, "has no source and no kind"],
      example,
    );
  }
  const parts = keysOf(node, keys, `\`${name}\``, report);
  for (const key of keys.filter((each) => !parts.has(each))) {
    reportError(report, "OPT0803", `\`${name}\` has no \`${key}\``, [place, `no \`${key}\` here`], missing[key]!);
  }
  return parts;
}

function sourceOf(name: string, parts: ReadonlyMap<string, YamlEntry>, report: Report) {
  const source = textOf(parts.get("source"), `${name} source`, longest.source, report)?.text ?? null;
  return { source, kind: kindOf(parts.get("kind"), report) };
}

function entriesIn(map: YamlMapping, text: string, report: Report): Technology["entries"] {
  const found: [QuantityKey, Entry][] = [];
  for (const [name, { key, value }] of keysOf(map, quantityKeys, "a technology's quantities", report)) {
    if (!isQuantity(name)) continue;
    const entry = entryOf(name, key.span, value, text, report);
    if (entry !== null) found.push([name, entry]);
  }
  const entries: Technology["entries"] = Object.fromEntries(found);
  for (const { key, atLeastUm, of, why } of contradictionsIn(entries)) {
    const spanOf = (name: QuantityKey): Span => map.entries.find((each) => each.key.text === name)!.key.span;
    const labels = of.map((name): [Span, string] => [spanOf(name), `\`${name}\` is ${entries[name]!.written}`]);
    const least = formatNumber(Number(atLeastUm.toPrecision(6)));
    reportError(report, "OPT0809", `\`${key}\` is below ${least} um`, [spanOf(key), why], null, ...labels);
  }
  return entries;
}

function entryOf(name: QuantityKey, place: Span, node: YamlNode, text: string, report: Report): Entry | null {
  const row = quantities[name];
  const [number, unit] = row.example;
  const example = `\`{ value: ${number}, unit: ${unit ?? 1}, source: ..., kind: measured }\``;
  const parts = partsOf(name, place, node, entryKeys, `write for instance ${example}`, report);
  if (parts === null) return null;
  const { source, kind } = sourceOf(name, parts, report);
  const [given, measured] = [parts.get("value"), parts.get("unit")];
  if (given === undefined || measured === undefined) return null;
  const toBase = unitOf(measured.value, name, row, report);
  const value = numberOf(given.value, name, report);
  if (toBase === null || value === null || source === null || kind === null) return null;
  const base = toBase(value);
  const shown = measured.value.kind === "scalar" && measured.value.value !== 1 ? String(measured.value.value) : "1";
  const written = `${sliceOf(given, text)}${shown === "1" ? "" : ` ${shown}`}`;
  if (!inRange(base, given.value.span, name, row, report)) return null;
  return { value: base, written: visibleLine(written), source, kind };
}

const missing: Readonly<Record<string, string>> = {
  value: "write the number",
  unit: "write the unit, `1` for a plain number",
  layer: "write the layer and its datatype as in `1/0`",
  source: "name who measured or computed it; give the reason for an assumed value",
  kind: `one of ${listed(sourceKinds)}`,
};

function inRange(value: number, span: Span, name: QuantityKey, row: QuantityRow, report: Report): boolean {
  const [least, most] = row.range;
  if (value >= least && value <= most) return true;
  const base = row.dimension === null || row.dimension === "ratio" ? "" : ` ${baseName(row)}`;
  const label = `allowed: ${least} to ${most}${base}`;
  const isNegativeLoss = value < 0 && name.endsWith("-loss");
  const help = isNegativeLoss ? "a loss is written without a sign: 3 dB let half of the power pass" : null;
  reportError(report, "OPT0805", `\`${name}\` is out of range`, [span, label], help);
  return false;
}

function baseName({ dimension }: QuantityRow): string {
  return dimension === null ? "" : (unitNames(dimension).find((unit) => findUnit(unit)?.toBase(1) === 1) ?? "");
}

function numberOf(node: YamlNode, name: QuantityKey, report: Report): number | null {
  if (node.kind === "scalar" && typeof node.value === "number" && Number.isFinite(node.value)) return node.value;
  const label = node.kind === "scalar" && typeof node.value === "number" ? "not a finite number" : "not a number";
  const help = "write the number alone, such as `3` or `1.5e-3`; its unit has its own key";
  return reportError(report, "OPT0806", `\`${name}\` takes a number`, [node.span, label], help);
}

/** What brings a number in the unit that is written to the base unit. */
function unitOf(node: YamlNode, name: string, row: QuantityRow, report: Report): ((value: number) => number) | null {
  const { dimension } = row;
  const isPlain = dimension === null || dimension === "ratio";
  const given = node.kind === "scalar" ? node.value : null;
  if (isPlain && (given === 1 || given === "1")) return (value) => value;
  const [number, example] = row.example;
  const help = `write for instance \`value: ${number}, unit: ${example ?? 1}\``;
  if (typeof given !== "string") {
    return reportError(report, "OPT0804", `\`${name}\` has no valid unit`, [node.span, "not a unit"], help);
  }
  const unit = findUnit(given);
  if (unit !== null && unit.dimension === dimension) return unit.toBase;
  const units = dimension === null ? ["1"] : unitNames(dimension);
  if (unit !== null) {
    const message = `\`${name}\` is ${dimension === null ? "a plain number" : `measured in ${units[0]}`}, not in ${given}`;
    return reportError(report, "OPT0804", message, [node.span, aDimension(unit.dimension)], help);
  }
  const hint = meant(given, units, node.span, report) ?? help;
  return reportError(report, "OPT0804", `unknown unit \`${given.slice(0, 40)}\``, [node.span, "not a unit"], hint);
}

function kindOf(entry: YamlEntry | undefined, report: Report): Entry["kind"] | null {
  if (entry === undefined) return null;
  const { value: node } = entry;
  const given = node.kind === "scalar" ? node.value : null;
  const kind = sourceKinds.find((each) => each === given);
  if (kind !== undefined) return kind;
  const near = typeof given === "string" ? meant(given, sourceKinds, node.span, report) : null;
  const help = near ?? `one of ${listed(sourceKinds)}`;
  return reportError(report, "OPT0807", "unknown kind of source", [node.span, "not a kind of source"], help);
}

interface Text {
  readonly text: string;
  readonly span: Span;
}

/** Words that a person wrote, on one line; null where there are none, which is reported unless the key is missing. */
function textOf(entry: YamlEntry | undefined, name: string, most: number, report: Report): Text | null {
  if (entry === undefined) return null;
  const { value: node } = entry;
  const text = node.kind === "scalar" && typeof node.value === "string" ? visibleLine(node.value.trim()) : "";
  if (text !== "" && text.length <= most) return { text, span: node.span };
  const label = text === "" ? "not a text" : `longer than ${most} characters`;
  return reportError(report, "OPT0801", `\`${name}\` takes a text`, [node.span, label], null);
}

/** The entries of a mapping by their keys, each once; unknown and repeated ones are reported. */
function keysOf(
  map: YamlMapping,
  known: readonly string[],
  what: string,
  report: Report,
): ReadonlyMap<string, YamlEntry> {
  const found = new Map<string, YamlEntry>();
  for (const entry of map.entries) {
    const { text, span } = entry.key;
    const earlier = found.get(text);
    if (!known.includes(text)) {
      const few =
        known.length <= topKeys.length + 1
          ? `${what} has the keys ${listed(known)}`
          : "see docs/reference/technology.md";
      const help = meant(text, known, span, report) ?? few;
      const message = `unknown key \`${text.slice(0, 40)}\``;
      reportError(report, "OPT0802", message, [span, `not a key of ${what}`], help);
    } else if (earlier !== undefined) {
      const message = `\`${text}\` is written twice`;
      const before = [earlier.key.span, "first written here"] as const;
      reportError(report, "OPT0808", message, [span, "written again here"], "keep one of them", before);
    } else found.set(text, entry);
  }
  return found;
}

function sliceOf({ value }: YamlEntry, text: string): string {
  return text.slice(value.span.start, value.span.end);
}

/** What is missing in a mapping is reported where it begins. */
function startOf({ span }: YamlMapping): Span {
  return { start: span.start, end: Math.min(span.start + 1, span.end) };
}
