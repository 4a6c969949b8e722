import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { aggregationOf, importNetwork, synthesise } from "../../../compiler/index.ts";
import { parseSpecs, type Spec } from "../../../dsl/index.ts";
import { type Circuit, findTarget, serializeCircuit, subjectOf, targets } from "../../../netlist/index.ts";
import { pair } from "../../../tests/netlist/pair.ts";

/** The checkout: dist/dev/fuzz/ stands three below it, dev/fuzz/ two. */
const here = dirname(fileURLToPath(import.meta.url));
export const checkout: string = join(
  here,
  here.endsWith(join("dist", "dev", "fuzz", "material")) ? "../../../.." : "../../..",
);

export function checkoutText(path: string): string {
  return readFileSync(join(checkout, path), "utf8");
}

/** The example specs and some that use what those leave out, in braces. */
export function specTexts(): string[] {
  const folder = join(checkout, "examples");
  const names = readdirSync(folder).filter((name) => name.endsWith(".optinc"));
  const examples = [...names.sort().map((name) => `examples/${name}`), "examples/imported/mean-2x4.optinc"].map(
    checkoutText,
  );
  return [
    ...examples,
    ...smallSpecs,
    'aggregate "a b" { workers 5; precision 3 bits; levels 8; signed; emit sax, phases }',
  ];
}

/** Specs in YAML. */
export function yamlTexts(): string[] {
  return [
    checkoutText("examples/mean-4x8.yaml"),
    "aggregate a:\n  workers: 16\n  topology: cascade 4 x 4\n  precision: 8 bits\n  unsigned: true\n  verify: {inputs: proof}\n",
    "aggregate t:\n  workers: 2\n  precision: 4 bits\n  network trained:\n    hidden: [64, 64]\n    approximate: all\n    target: 100 %\n    budget: 2 min\n",
    'aggregate i:\n  workers: 2\n  precision: 4 bits\n  network imported:\n    weights: "a.npz"\n',
    "cluster c:\n  workers: 64\n  rate: 100 Gb/s\n  models: [resnet50, vgg19]\n  optical:\n    wavelengths: 64\n    reconfiguration: 25 us\n",
    "aggregate m:\n  workers: 4\n  precision: 8 bits\ntraining d:\n  model mlp: {hidden: 32}\n  runs: [float, ring]\n  steps: 20\n",
  ];
}

/** Words of the language, out of its reference. */
export function specWords(): string[] {
  const quoted = checkoutText("docs/reference/spec.md").match(/`[^`\n]+`/g) ?? [];
  return [...new Set(quoted.flatMap((piece) => piece.slice(1, -1).split(/\s+/)))];
}

/** Small in every way and different in kind: widths, roundings, levels, signs, trees, odd divisors. */
const smallSpecs = [
  "aggregate a { workers 2; precision 1 bits }",
  "aggregate b { workers 2; precision 2 bits }",
  "aggregate c { workers 3; precision 2 bits; levels 2; unsigned }",
  "aggregate d { workers 2; precision 4 bits; rounding floor }",
  "aggregate e { workers 4; precision 2 bits; rounding half-even }",
  "aggregate f { workers 3; precision 3 bits; levels 8; rounding half-even; network constructed { decision-margin 0.4 } }",
  "aggregate g { workers 4; topology cascade 2 x 2; precision 2 bits; verify { inputs proof } }",
  "aggregate h { workers 3; topology cascade 2 x 2; precision 3 bits; levels 2; verify { inputs proof } }",
  "aggregate i { workers 2; precision 3 bits; levels 4; rounding half-even; signed }",
];

export function parsedSpecs(text: string, name: string = "a.optinc"): readonly Spec[] | null {
  return parseSpecs({ name, text }, { emitTargets: targets.map((target) => target.name) }).value;
}

/** Weights of a small perceptron, input 1, hidden 4, output 1, as JSON. */
export const weightsJson: string = JSON.stringify({
  "0.weight": [[0.5], [-0.25], [1], [0.75]],
  "0.bias": [0, 0.5, -1, 0.25],
  "2.weight": [[0.25, -0.5, 0.5, 1]],
  "2.bias": [0.125],
});

export const importedSpec = 'aggregate w { workers 2; precision 2 bits; network imported { weights "w.json" } }';

export function importedCircuit(name: string, bytes: Uint8Array): Circuit | null {
  const spec = parsedSpecs(importedSpec)![0]!;
  if (spec.network.kind !== "imported") throw new Error("the spec of the corpus asks for an imported network");
  const { value } = importNetwork(spec.network, aggregationOf(spec), { name, bytes });
  return value === null ? null : synthesise(spec, { network: value.mlp }).circuit;
}

/** Circuits with certificates, one of a neuron that saturates, and one of a perceptron that has none. */
export function circuits(): Circuit[] {
  const constructed = smallSpecs.map((text) => synthesise(parsedSpecs(text)![0]!).circuit);
  return [...constructed, pair(), importedCircuit("w.json", new TextEncoder().encode(weightsJson))!];
}

export function circuitText(circuit: Circuit): string {
  return [...serializeCircuit(circuit)].join("");
}

/** The files of an export, the first one first. */
export function exported(
  circuit: Circuit,
  format: string,
  options: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const files = findTarget(format)!.emit(subjectOf(circuit, { kind: "circuit" }), options);
  return Object.fromEntries(files.map(({ name, content }) => [name, [...content].join("")]));
}
