import {
  type Circuit,
  chipCircuit,
  chipSimulator,
  compileSimulation,
  drawnChips,
  randomVectors,
  seededRandom,
} from "../../netlist/index.ts";
import { type Steps, wantedSymbols } from "../../verify/index.ts";
import { withDrift } from "./common-drift.ts";
import { wrongVectors } from "./tried-words.ts";
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
  const of = chipCircuit(compileSimulation(circuit));
  const { symbols } = randomVectors(circuit.aggregate, words, seededRandom(seed));
  const expected = wantedSymbols(symbols, circuit.aggregate);
  const chipAt = drawnChips(of, errors, seed);
  const shares: number[] = [];
  for (let chip = 0; chip < chips; chip++) {
    const { devices, launch } = chipAt(chip).light;
    const drifted = withDrift(circuit, radPerUm, devices);
    shares.push(wrongVectors(chipSimulator(of.simulator, drifted, launch), symbols, expected) / words);
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return shares;
}
