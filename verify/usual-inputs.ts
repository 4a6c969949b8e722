import { usualVerifyInputs } from "../dsl/index.ts";
import { type Circuit, distinctVectors } from "../netlist/index.ts";
import type { VerifyOptions } from "./results.ts";

/** What is tried of a circuit where nobody says it, as of a spec. */
export function usualInputs({ aggregate, certificate }: Circuit): VerifyOptions["inputs"] {
  return usualVerifyInputs(distinctVectors(aggregate), certificate !== null);
}
