import { type Circuit, leaking } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { triedWords } from "../chips/tried-words.ts";
import { decibelsOfField } from "../light/decibels.ts";
import { largestHarmless } from "./drift.ts";

/** The extinction ratio that transmitters need: power at the highest level over power of what leaks at every level, dB. */
export interface Extinction {
  /** With the leaking light at any phase against the sent light; null where a word is wrong at the largest ratio tried. */
  readonly anyPhaseDb: number | null;
  /** In quadrature to it, as of a modulator whose arms are not balanced. */
  readonly quadratureDb: number | null;
  readonly vectors: number;
  /** Whether these are all. */
  readonly all: boolean;
}

/** Phases of the leaking light that are tried. */
const PHASES = 8;

/** All transmitters leak alike. Words are compared with the mean, without noise and with thresholds as designed. */
export function* extinctionSteps(circuit: Circuit, seed: number): Steps<Extinction> {
  const words = triedWords(circuit, seed);
  function* neededDb(phases: readonly number[]): Steps<number | null> {
    const share = yield* largestHarmless(words, 1, (size) =>
      phases.map((phaseRad) => ({ launch: leaking(circuit, words.simulator.launch, size, phaseRad) })),
    );
    return share === 0 ? null : Math.max(0, -decibelsOfField(share));
  }
  const turns = Array.from({ length: PHASES }, (_, i) => (2 * Math.PI * i) / PHASES);
  const anyPhaseDb = yield* neededDb(turns);
  const quadratureDb = yield* neededDb([Math.PI / 2, -Math.PI / 2]);
  return { anyPhaseDb, quadratureDb, vectors: words.vectors, all: words.all };
}
