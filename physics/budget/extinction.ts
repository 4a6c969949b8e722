import { type Circuit, leaking, leakOf, noDeviceErrors } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { planMonteCarlo } from "../chips/monte-carlo-plan.ts";
import { triedWords } from "../chips/tried-words.ts";
import { decibelsOfField } from "../light/decibels.ts";
import { largestHarmless } from "./drift.ts";

/**
 * The extinction ratios that modulators need: power at the highest level over power of what leaks at the lowest, dB; null where a
 * word is wrong at the largest ratio tried.
 */
export interface Extinction {
  /** Where transmitters alone leak, neurons alone, and both at one ratio and phases of their own: with the leaking light at any phase. */
  readonly transmittersDb: number | null;
  readonly neuronsDb: number | null;
  readonly bothDb: number | null;
  /** Both, in quadrature to the sent light, as of modulators whose arms are not balanced. */
  readonly quadratureDb: number | null;
  readonly vectors: number;
  /** Whether these are all. */
  readonly all: boolean;
}

/** Phases of the leaking light that are tried. */
const TURNS = [0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => (eighth * Math.PI) / 4);
const QUADRATURE = [Math.PI / 2, -Math.PI / 2];

/** All transmitters leak alike, and all neurons. Words are compared with the mean, without noise and with thresholds as designed. */
export function* extinctionSteps(circuit: Circuit, seed: number): Steps<Extinction> {
  const words = triedWords(circuit, seed);
  const { launch, program } = words.simulator;
  const { inputScale: top } = yield* planMonteCarlo(circuit, seed);
  const exact = noDeviceErrors(program.op.length);
  /** Transmitters leak at the first phases and neurons at the second; null: not at all. */
  function* needed(first: readonly (number | null)[], second: readonly (number | null)[]): Steps<number | null> {
    const share = yield* largestHarmless(words, 1, (size) => {
      const leakAt = (phaseRad: number) => leakOf({ ratioDb: -decibelsOfField(size), phaseRad });
      const launches = first.map((rad) => (rad === null ? launch : leaking(circuit, launch, leakAt(rad))));
      const chips = second.map((rad) => (rad === null ? exact : { ...exact, leak: { ...leakAt(rad), top } }));
      return launches.flatMap((launch) => chips.map((devices) => ({ launch, devices })));
    });
    return share === 0 ? null : Math.max(0, -decibelsOfField(share));
  }
  return {
    transmittersDb: yield* needed(TURNS, [null]),
    neuronsDb: yield* needed([null], TURNS),
    bothDb: yield* needed([0, Math.PI], [0, Math.PI]),
    quadratureDb: yield* needed(QUADRATURE, QUADRATURE),
    vectors: words.vectors,
    all: words.all,
  };
}
