import { usualVerifyInputs, type VerifyInputs } from "../../dsl/index.ts";
import { type Circuit, distinctVectors } from "../../netlist/index.ts";

/** Default inputs of a circuit, as of a spec. */
export function usualInputs({ aggregate, certificate }: Circuit): VerifyInputs {
  return usualVerifyInputs(distinctVectors(aggregate), certificate !== null);
}
