import { type Checked, plainDiagnostic, type Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { readCircuit, synthesiseIn, writeCircuit } from "../../toolchain/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";

/**
 * The circuit of the same aggregate with words of another length, compiled, printed and read back as any other. Weights that
 * were trained or imported belong to one length of words.
 */
export function circuitOfPrecision(source: CircuitSource, bits: number): Checked<Circuit> {
  if (source.circuit.aggregate.bits === bits) return { value: source.circuit, diagnostics: [] };
  const refused = (message: string, help: string): Checked<Circuit> => {
    return { value: null, diagnostics: [plainDiagnostic("OPT0665", message, help)] };
  };
  const bound = source.spec;
  if (bound === null) return refused("a circuit alone has words of one length", "name a spec");
  if (bound.spec.network.kind !== "constructed") {
    const message = `the network of ${bound.spec.name} is ${bound.spec.network.kind}: its weights are for ${bound.spec.precisionBits} bits`;
    return refused(message, "`network constructed` is made for every precision");
  }
  const least = Math.log2(bound.spec.levels);
  if (bits < least) {
    return refused(
      `words of ${bits} bits have fewer than the ${bound.spec.levels} levels of a symbol`,
      `from ${least} on`,
    );
  }
  const spec: Spec = { ...bound.spec, precisionBits: bits };
  const made = synthesiseIn(spec, bound.technology, { network: null });
  if (made.value === null) return { value: null, diagnostics: made.diagnostics };
  const { value } = readCircuit(writeCircuit(made.value.circuit), spec.name);
  if (value === null) throw new Error(`the compiled circuit ${spec.name} does not read back`);
  return { value, diagnostics: made.diagnostics };
}
