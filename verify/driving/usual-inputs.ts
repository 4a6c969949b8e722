import { usualVerifyInputs, type VerifyInputs } from "../../dsl/index.ts";
import { type Circuit, distinctVectors } from "../../netlist/index.ts";

/** What is tried of a circuit where nobody says it, as of a spec. */
export function usualInputs({ aggregate, certificate }: Circuit): VerifyInputs {
  return usualVerifyInputs(distinctVectors(aggregate), certificate !== null);
}
