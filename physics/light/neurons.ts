import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { type NeuronKind, neuronKinds, type Technology } from "../technology/technology.ts";

/** The curves that neurons of a technology can have. */
function neuronsOf({ neurons }: Technology): readonly NeuronKind[] {
  const said = neuronKinds.filter((kind) => neurons[kind] !== undefined);
  return said.length === 0 ? ["relu"] : said;
}

/** That the circuit needs neurons of a curve that the technology has not, which no other curve stands in for; null where it has all. */
export function withoutNeurons(circuit: Circuit, technology: Technology): Diagnostic | null {
  const given = neuronsOf(technology);
  const kinds = circuit.sections.flatMap(({ activations }) => activations.map(({ kind }) => kind));
  const lacking = [...new Set(kinds)].find((kind) => !given.includes(kind));
  if (lacking === undefined) return null;
  const message = `${circuit.name}: the technology ${technology.name} has no neurons whose curve is ${lacking}`;
  const help = `it has ${given.join(", ")}; \`neurons: { ${lacking}: { source: ..., kind: assumed } }\` in its file says otherwise`;
  return plainDiagnostic("OPT0822", message, help);
}
