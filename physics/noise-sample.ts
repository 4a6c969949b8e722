import type { Circuit } from "../netlist/index.ts";
import type { Steps } from "../verify/index.ts";
import { detectionsOf } from "./detections.ts";
import { type NoisyRun, noisyRunSteps } from "./monte-carlo.ts";
import { qOfError } from "./noise.ts";
import { leastPower } from "./solve.ts";
import { isNotGiven, readingOf } from "./technology/recorder.ts";
import type { Technology } from "./technology/technology.ts";
import { meanWordError, planWords } from "./word-errors.ts";

/** Random words sent through noisy devices, beside what is computed for such words. */
export interface NoiseSample extends NoisyRun {
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
 * there: at the power that is wanted in the end, nobody could wait for a wrong word. Null where the technology does not say enough, or the
 * circuit is too large to be composed.
 */
export function* noiseSampleSteps(
  circuit: Circuit,
  technology: Technology,
  symbolRateBd: number,
  words: number,
  seed: number,
): Steps<NoiseSample | null> {
  const plan = yield* planWords(circuit, AVERAGED_WORDS, seed);
  if (plan === null) return null;
  const reading = readingOf(technology);
  const noiseAt = (launchPowerW: number): Parameters<typeof meanWordError>[1] =>
    detectionsOf(circuit, reading, {
      launchPowerW,
      oscillatorPowerW: reading.value("local-oscillator-power"),
      symbolRateBd,
    }).noise;
  const target = qOfError(Math.min(LARGEST_RATE, WANTED_WRONG / words));
  try {
    const launchPowerW = leastPower(
      (power) => qOfError(Math.min(0.49, meanWordError(plan, noiseAt(power)))) - target,
      1e-9,
      1e3,
      1e-3,
    );
    if (launchPowerW === null) return null;
    const noise = noiseAt(launchPowerW);
    const run = yield* noisyRunSteps(circuit, noise, words, seed);
    return { ...run, launchPowerW, computed: meanWordError(plan, noise) };
  } catch (error) {
    if (isNotGiven(error)) return null;
    throw error;
  }
}
