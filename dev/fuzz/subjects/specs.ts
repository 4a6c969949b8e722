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
import { prove } from "../../../verify/index.ts";
import type { FuzzSubject, Input } from "../material/case.ts";
import { specTexts, specWords, yamlTexts } from "../material/corpus.ts";
import type { Dice } from "../material/dice.ts";
import { mutateText } from "../material/mutate.ts";

const emitTargets = targets.map((target) => target.name);

/** Everything that reads a spec: parser, checker, every printer of diagnostics, the formatter; small circuits are compiled and proved. */
export function specSubjects(): FuzzSubject[] {
  const words = specWords();
  const subject = (name: string, file: string, texts: readonly string[], weight: number): FuzzSubject => ({
    name,
    weight,
    make: (dice) => ({ files: { [file]: mutateSpec(texts, words, dice) }, args: [] }),
    run: readSpec,
  });
  return [subject("spec", "a.optinc", specTexts(), 40), subject("yaml", "a.yaml", yamlTexts(), 12)];
}

function mutateSpec(texts: readonly string[], words: readonly string[], dice: Dice): string {
  const text = dice.pick(texts);
  if (!dice.chance(0.15)) return mutateText(text, dice, words);
  const other = dice.pick(texts);
  const spliced = text.slice(0, dice.below(text.length)) + other.slice(dice.below(other.length));
  return dice.chance(0.5) ? spliced : mutateText(spliced, dice, words);
}

function readSpec({ files }: Input): void {
  for (const [name, content] of Object.entries(files)) {
    const source = { name, text: String(content) };
    const { value, diagnostics } = parseSpecs(source, { emitTargets });
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    if ((value === null) !== errors.length > 0) throw new Error("a value with errors, or neither");
    for (const { message, labels } of diagnostics) {
      if (/[\n\r]/.test(message)) throw new Error("a message of several lines");
      for (const { span } of labels) {
        if (!(0 <= span.start && span.start <= span.end && span.end <= source.text.length))
          throw new Error("a span outside");
      }
    }
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
