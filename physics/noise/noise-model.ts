import type { Circuit } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { type NoisePlan, planNoise } from "./propagation.ts";
import { planWords, type WordPlan } from "./word-errors.ts";

/** Words of which the error is averaged where nothing else is known. */
const SAMPLED_WORDS = 64;
const SAMPLE_SEED = 1;

/** What noise goes through, worked out once a circuit. */
export type NoiseModel =
  | { readonly kind: "states"; readonly plan: NoisePlan }
  | { readonly kind: "words"; readonly plan: WordPlan }
  | { readonly kind: "none"; readonly reason: string };

export function* noiseModelSteps(circuit: Circuit): Steps<NoiseModel> {
  if (circuit.certificate !== null) {
    const plan = yield* planNoise(circuit);
    return plan.problems.length === 0 ? { kind: "states", plan } : { kind: "none", reason: plan.problems[0]! };
  }
  const plan = yield* planWords(circuit, SAMPLED_WORDS, SAMPLE_SEED);
  return plan === null
    ? { kind: "none", reason: "the circuit carries no certificate and is too large for its words to be sampled" }
    : { kind: "words", plan };
}
