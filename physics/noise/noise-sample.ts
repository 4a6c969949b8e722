import type { Circuit } from "../../netlist/index.ts";
import { type StepProgress, type Steps, within } from "../../verify/index.ts";
import { isNotGiven, readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import type { CircuitNoise } from "./circuit-noise.ts";
import { detectionsOf, launchedLight } from "./detections.ts";
import { type NoisyRun, noisyRunSteps } from "./monte-carlo.ts";
import { qOfError } from "./noise.ts";
import { leastPowerSteps } from "./solve.ts";
import { meanWordErrorSteps, planWords } from "./word-errors.ts";

/** Random words sent through noisy devices, beside what is computed for such words. */
export interface NoiseSample extends NoisyRun {
  /** So many were asked for; fewer were sent where the work was stopped. */
  readonly wanted: number;
  readonly launchPowerW: number;
  /** Upper bound of the mean error rate of uniform words, by noise propagated linearly. */
  readonly computed: number;
}

/** Words over which the computed rate is averaged. */
const AVERAGED_WORDS = 1024;

/** The largest rate that is aimed at: above, neither the bound nor its comparison says much. */
const LARGEST_RATE = 1e-2;
/** Words that are to be found wrong, if the bound were met. */
const WANTED_WRONG = 100;

/**
 * Looks for the launch power at which the computed error rate lets so many words find some wrong, and sends them through the circuit
 * there: at the power that is wanted in the end, nobody could wait for a wrong word. A sentence where the technology does not say enough, or the
 * circuit is too large to be composed. `stopped` ends it early, with the words that were sent.
 */
export function* noiseSampleSteps(
  circuit: Circuit,
  technology: Technology,
  symbolRateBd: number,
  words: number,
  seed: number,
  stopped: () => boolean = () => false,
): Steps<NoiseSample | string> {
  const plan = yield* planWords(circuit, AVERAGED_WORDS, seed);
  if (plan === null) return "the circuit is too large to be composed from its inputs to its receivers";
  const reading = readingOf(technology);
  const noiseAt = (launchPowerW: number): CircuitNoise =>
    detectionsOf(circuit, reading, launchedLight(reading, launchPowerW, symbolRateBd)).noise;
  const at: StepProgress = { done: 0, total: words, unit: "words", wrong: 0 };
  const rateAt = (power: number): Steps<number> => within(meanWordErrorSteps(plan, noiseAt(power)), () => at);
  const target = qOfError(Math.min(LARGEST_RATE, WANTED_WRONG / words));
  try {
    const launchPowerW = yield* leastPowerSteps(
      function* (power) {
        return qOfError(Math.min(0.49, yield* rateAt(power))) - target;
      },
      1e-9,
      1e3,
      1e-3,
    );
    if (launchPowerW === null) return "this many words measure no word error rate at launch powers up to 1 kW";
    const noise = noiseAt(launchPowerW);
    const computed = yield* rateAt(launchPowerW);
    if (stopped()) return "it was stopped before the first word";
    const run = yield* noisyRunSteps(circuit, noise, words, seed, stopped);
    return run.words === 0 ? "it was stopped before the first word" : { ...run, wanted: words, launchPowerW, computed };
  } catch (error) {
    if (isNotGiven(error)) return error.message;
    throw error;
  }
}
