import { limits } from "../dsl/index.ts";
import type { Circuit } from "../netlist/index.ts";
import type { VerifyOptions } from "./results.ts";
import { distinctVectors } from "./vectors.ts";

/**
 * What is tried of a circuit where nobody says it: all distinct vectors where there are few enough, else the proof, else a
 * sample where there is no certificate to prove.
 */
export function usualInputs({ aggregate, certificate }: Circuit): VerifyOptions["inputs"] {
  if (distinctVectors(aggregate) <= limits.exhaustiveByDefault) return { kind: "exhaustive" };
  return certificate === null ? { kind: "sampled", samples: limits.samplesByDefault } : { kind: "proof" };
}
