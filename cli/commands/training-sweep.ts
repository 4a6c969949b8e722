import { andThen, type Checked, plainDiagnostic, refused, type Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { synthesiseIn } from "../../toolchain/index.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { readBack } from "../files/spec-circuits.ts";

/**
 * The circuit of the same aggregate with words of another length, compiled, printed and read back as any other. Weights that
 * were trained or imported belong to one length of words.
 */
export function circuitOfPrecision(source: CircuitSource, bits: number): Checked<Circuit> {
  if (source.circuit.aggregate.bits === bits) return { value: source.circuit, diagnostics: [] };
  const unfit = (message: string, help: string) => refused(plainDiagnostic("OPT0665", message, help));
  const bound = source.spec;
  if (bound === null) return unfit("a circuit alone has words of one length", "name a spec");
  if (bound.spec.network.kind !== "constructed") {
    const message = `the network of ${bound.spec.name} is ${bound.spec.network.kind}: its weights are for ${bound.spec.precisionBits} bits`;
    return unfit(message, "`network constructed` is made for every precision");
  }
  const least = Math.log2(bound.spec.levels);
  if (bits < least) {
    return unfit(
      `words of ${bits} bits have fewer than the ${bound.spec.levels} levels of a symbol`,
      `from ${least} on`,
    );
  }
  const spec: Spec = { ...bound.spec, precisionBits: bits };
  return andThen(synthesiseIn(spec, bound.technology, { network: null }), ({ circuit }) => {
    return { value: readBack(circuit, spec.name), diagnostics: [] };
  });
}
