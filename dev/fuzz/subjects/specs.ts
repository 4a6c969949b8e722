import { readdirSync } from "node:fs";
import { join } from "node:path";
import { synthesise } from "../../../compiler/index.ts";
import {
  buildSarif,
  diagnosticsToJson,
  formatSpecs,
  layOut,
  parseClusters,
  parseSpecs,
  parseSyntax,
  parseTrainings,
  renderDiagnostics,
  type Spec,
} from "../../../dsl/index.ts";
import { targets } from "../../../netlist/index.ts";
import { quantityKeys, readTechnology } from "../../../physics/index.ts";
import { prove } from "../../../verify/index.ts";
import { demandEither, demandSpans, type FuzzSubject, type Input } from "../material/case.ts";
import { checkout, checkoutText, specTexts, specWords, yamlTexts } from "../material/corpus.ts";
import { mutateText } from "../material/mutate.ts";

const emitTargets = targets.map((target) => target.name);

/** Texts that people write: specs in both forms, and technologies. */
export function specSubjects(): FuzzSubject[] {
  const subject = (
    name: string,
    file: string,
    texts: readonly string[],
    words: readonly string[],
    weight: number,
  ): FuzzSubject => ({
    name,
    weight,
    inputs: mutateText(texts, words).map((text) => ({ files: { [file]: text }, args: [] })),
    run: readSpec,
  });
  return [
    subject("spec", "a.optinc", specTexts(), specWords(), 4000),
    subject("yaml", "a.yaml", yamlTexts(), specWords(), 1200),
    { ...subject("technology", "t.yaml", technologyTexts(), technologyWords, 400), run: readTechnologyFile },
  ];
}

const technologyWords = [...quantityKeys, "value", "unit", "source", "kind", "measured", "assumed", "dB/cm", "mW", "%"];

function technologyTexts(): string[] {
  const names = readdirSync(join(checkout, "technologies")).sort();
  return names.map((name) => checkoutText(`technologies/${name}`));
}

/** Technology files: a value or errors, each with a place in the text. */
function readTechnologyFile({ files }: Input): void {
  const source = { name: "t.yaml", text: String(files["t.yaml"]) };
  const { value, diagnostics } = readTechnology(source);
  if ((value === null) !== diagnostics.length > 0) throw new Error("a technology with errors, or neither");
  demandSpans(source.text, diagnostics);
  const numbers = Object.values(value?.entries ?? {});
  if (!numbers.every((entry) => Number.isFinite(entry.value))) throw new Error("unsound: a number that is none");
  renderDiagnostics(source, diagnostics);
}

/** Everything that reads a spec: parser, checker, every printer of diagnostics, the formatter; small circuits are compiled and proved. */
function readSpec({ files }: Input): void {
  for (const [name, content] of Object.entries(files)) {
    const source = { name, text: String(content) };
    const { value, diagnostics } = parseSpecs(source, { emitTargets });
    demandEither(value, diagnostics);
    if (diagnostics.some(({ message }) => /[\n\r]/.test(message))) throw new Error("a message of several lines");
    demandSpans(source.text, diagnostics);
    renderDiagnostics(source, diagnostics);
    diagnosticsToJson(source, diagnostics);
    if (source.text.length % 4 === 0) {
      buildSarif("0", [{ source, diagnostics }], {});
      parseClusters(source);
      parseTrainings(source);
    }
    if (name.endsWith(".optinc")) demandLayout(source.text);
    if (value === null || value.length === 0) continue;
    const printed = formatSpecs(value);
    const again = parseSpecs({ name: "a.optinc", text: printed }, { emitTargets });
    if (again.value === null) throw new Error(`the formatted text does not parse: ${again.diagnostics[0]?.message}`);
    if (formatSpecs(again.value) !== printed) throw new Error("formatting the formatted text changes it");
    for (const spec of value) if (isSmall(spec)) demandProof(spec);
  }
}

/** A text that can be read is laid out, says the same afterwards, and is not changed by a second time. */
function demandLayout(text: string): void {
  const says = (of: string): string =>
    JSON.stringify(parseSyntax({ name: "a.optinc", text: of }).value, (key, inner) =>
      key === "span" ? undefined : inner,
    );
  const before = says(text);
  const { value } = layOut(text);
  if ((value === null) !== (before === "null"))
    throw new Error("a text that can be read is not laid out, or one that cannot is");
  if (value === null) return;
  if (says(value) !== before) throw new Error("laying out changes what a text says");
  if (layOut(value).value !== value) throw new Error("laying out twice is not laying out once");
}

function isSmall(spec: Spec): boolean {
  return (
    spec.network.kind === "constructed" &&
    spec.workers <= 9 &&
    spec.precisionBits <= 4 &&
    spec.topology.kind === "single"
  );
}

/** Of specs that were tried before; the name plays no part. */
const proved = new Set<string>();

function demandProof(spec: Spec): void {
  const { workers, precisionBits, levels, rounding, signed, network } = spec;
  const key = JSON.stringify({ workers, precisionBits, levels, rounding, signed, network });
  if (proved.has(key)) return;
  const { holds, problems } = prove(synthesise(spec).circuit);
  if (!holds) throw new Error(`a valid spec whose circuit is not proved: ${problems[0]}`);
  if (proved.size < 10_000) proved.add(key);
}
