import { type Circuit, chipCircuit, drawnChips } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { withDrift } from "./common-drift.ts";
import { randomWords, wrongWords } from "./tried-words.ts";
import type { YieldQuestion } from "./yield.ts";

/**
 * Of each chip the share of so many random words that it reads wrong: a look at how bad chips are, no proof that one is good.
 * Every waveguide's light is turned by `radPerUm` times its length beside the chip's own errors.
 */
export function* wrongShareSteps(
  circuit: Circuit,
  { errors, seed }: YieldQuestion,
  chips: number,
  words: number,
  radPerUm = 0,
): Steps<readonly number[]> {
  const sent = randomWords(circuit, seed, words);
  const chipAt = drawnChips(chipCircuit(sent.simulator), errors, seed);
  const shares: number[] = [];
  for (let chip = 0; chip < chips; chip++) {
    const { devices, launch } = chipAt(chip).light;
    shares.push(wrongWords(sent, { devices: withDrift(circuit, radPerUm, devices), launch }) / words);
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return shares;
}
