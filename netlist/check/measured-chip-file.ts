import { type Fields, isFields } from "../../formats/index.ts";
import type { Circuit } from "../circuit/circuit.ts";
import { type MeasuredChip, type MeasuredMzi, namedMzis } from "../circuit/measured-chip.ts";
import { formatNumber } from "../circuit/numbers.ts";
import type { Finding } from "./finding.ts";
import { place, shown } from "./form.ts";
import { parseJson } from "./json-text.ts";
import { newReports } from "./reports.ts";

/** Beyond, the light is lost. */
const MOST_LOSS_DB = 200;

const HEAD = { format: "optinc.measured-chip", version: 1 } as const;
/** Of version 0.1. */
const OLD_FORMAT = "optinc.die";

/** A measured chip from a hostile text, checked against its circuit. Null with errors where it is not understood. */
export function readMeasuredChip(
  text: string,
  circuit: Circuit,
): { readonly value: MeasuredChip | null; readonly findings: readonly Finding[] } {
  const reports = newReports();
  const refuse = (where: string, message: string, help: string | null = null): null => {
    reports.fail("OPT0446", where, message, help);
    return null;
  };
  const result = (value: MeasuredChip | null) => ({ value, findings: reports.findings() });
  const read = parseJson(text);
  if (read.kind === "refused") return result(refuse(read.where, read.message));
  const { value } = read;
  if (!isFields(value)) return result(refuse("", `an object is wanted, not ${shown(value)}`));
  known(value, ["format", "version", "circuit", "mzis"], "", refuse);
  if (value["format"] === OLD_FORMAT) {
    const message = `\`${OLD_FORMAT}\` is now called \`${HEAD.format}\``;
    const help = `write \`${HEAD.format}\`: the old word is read for one release`;
    reports.warn("OPT0246", "format", message, help);
  } else if (value["format"] !== HEAD.format) {
    const help = 'a measured chip says "format": "optinc.measured-chip"; `optinc yield --write-chip` writes one';
    return result(refuse("format", `${shown(value["format"])} is no measured chip`, help));
  }
  if (value["version"] !== HEAD.version) {
    return result(
      refuse(
        "version",
        `version ${shown(value["version"])} of a measured chip is unknown`,
        "this tool reads version 1",
      ),
    );
  }
  if (value["circuit"] !== circuit.name) {
    const help = "a chip is measured for one circuit, by the names of its MZIs";
    refuse("circuit", `the chip is of ${shown(value["circuit"])}, the circuit is ${circuit.name}`, help);
  }
  const entries = value["mzis"];
  if (!Array.isArray(entries)) return result(refuse("mzis", `a list is wanted, not ${shown(entries)}`));
  const names = new Set(namedMzis(circuit).map(({ name }) => name));
  const mzis = new Map<string, MeasuredMzi>();
  for (const [i, entry] of entries.entries()) {
    const where = `mzis[${i}]`;
    if (!isFields(entry)) {
      refuse(where, `an object is wanted, not ${shown(entry)}`);
      continue;
    }
    known(entry, ["name", "crossPower", "lossDb"], where, refuse);
    const { name } = entry;
    if (typeof name !== "string" || !names.has(name)) {
      const help = `names are those of bringup.json without .theta, such as ${[...names][0] ?? "none"}`;
      refuse(place(where, "name"), `${circuit.name} has no MZI ${shown(name)}`, help);
      continue;
    }
    if (mzis.has(name)) refuse(place(where, "name"), `${name} is listed twice`);
    mzis.set(name, {
      crossPower: crossPowerOf(entry["crossPower"], place(where, "crossPower"), refuse),
      lossDb: lossOf(entry["lossDb"], place(where, "lossDb"), refuse),
    });
  }
  return result(reports.errors() > 0 ? null : { ...HEAD, circuit: circuit.name, mzis });
}

type Refuse = (where: string, message: string, help?: string | null) => null;

/** A key that is misspelt would be a measurement that is left out: it is an error, not a warning. */
function known(fields: Fields, keys: readonly string[], where: string, refuse: Refuse): void {
  for (const key in fields) {
    if (!keys.includes(key)) refuse(where, `unknown key ${shown(key)}`, `known keys: ${keys.join(", ")}`);
  }
}

function crossPowerOf(value: unknown, where: string, refuse: Refuse): readonly [number, number] | null {
  if (value === undefined || value === null) return null;
  const help = "give the share of power that crosses each coupler, before theta and behind it: [0.51, 0.495]";
  if (!Array.isArray(value) || value.length !== 2)
    return refuse(where, `two shares are wanted, not ${shown(value)}`, help);
  const [first, second] = value;
  for (const share of value) {
    if (typeof share !== "number" || !(share > 0 && share < 1)) {
      return refuse(where, `${shown(share)} is not a share between 0 and 1`, help);
    }
  }
  return [first, second];
}

function lossOf(value: unknown, where: string, refuse: Refuse): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && value >= 0 && value <= MOST_LOSS_DB) return value;
  return refuse(
    where,
    `${shown(value)} is not a loss of 0 to ${MOST_LOSS_DB} dB`,
    "dB of power, from an input to both outputs",
  );
}

/** The file of a measured chip. */
export function* serializeMeasuredChip({ format, version, circuit, mzis }: MeasuredChip): Generator<string> {
  yield `{\n  "format": "${format}",\n  "version": ${version},\n  "circuit": ${JSON.stringify(circuit)},\n  "mzis": [`;
  let first = true;
  for (const [name, { crossPower, lossDb }] of mzis) {
    const power = crossPower === null ? "" : `, "crossPower": [${crossPower.map(formatNumber).join(", ")}]`;
    const loss = lossDb === null ? "" : `, "lossDb": ${formatNumber(lossDb)}`;
    yield `${first ? "" : ","}\n    {"name": ${JSON.stringify(name)}${power}${loss}}`;
    first = false;
  }
  yield `${first ? "" : "\n  "}]\n}\n`;
}
