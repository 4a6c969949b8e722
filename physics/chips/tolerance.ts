import { type ErrorDeviations, noErrors, type Pitch } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import type { MonteCarloPlan } from "./monte-carlo-plan.ts";
import { shareSteps, type YieldQuestion } from "./yield.ts";

/** One source of errors at any size, alone. */
export interface ErrorSource {
  readonly name: string;
  /** What `holds` and `fails` are in: rad, dB, bits, or 1 for a share. */
  readonly unit: "rad" | "1" | "dB" | "bits";
  readonly meaning: string;
  /** From harmless to hopeless; both ends are tried. */
  readonly sizes: readonly number[];
  readonly at: (size: number) => ErrorDeviations;
}

export interface Tolerance {
  /** The largest size tried at which at least 99 % of the chips are good; null where none is. */
  readonly holds: number | null;
  /** The smallest size tried at which at most 1 % are; null where none is. */
  readonly fails: number | null;
}

/** Twenty sizes a decade from 10^from to 10^to. */
function decades(from: number, to: number): number[] {
  return Array.from({ length: 20 * (to - from) + 1 }, (_, i) => Number((10 ** (from + i / 20)).toPrecision(3)));
}

const gaussian = (
  name: string,
  unit: ErrorSource["unit"],
  meaning: string,
  key: { [K in keyof ErrorDeviations]: ErrorDeviations[K] extends number ? K : never }[keyof ErrorDeviations],
): ErrorSource => ({
  name,
  unit,
  meaning,
  sizes: decades(-5, 0),
  at: (size) => ({ ...noErrors, [key]: size }),
});

/** The sources of `ErrorDeviations`. Heaters feel those of the neighbouring lane and less of those farther away, as on `pitch`. */
export function errorSources({ laneM }: Pitch): readonly ErrorSource[] {
  return [
    gaussian("phase", "rad", "of every phase", "phaseRad"),
    gaussian("splitter", "rad", "of each coupler's field angle", "couplerRad"),
    gaussian("splitter, common", "rad", "of the angle that all couplers share", "couplerCommonRad"),
    gaussian("neuron offset", "1", "of a neuron's largest input, or range", "offset"),
    gaussian("neuron gain", "1", "of a neuron's gain", "gain"),
    gaussian("loss", "dB", "of a device's loss", "lossDb"),
    gaussian("worker phase", "rad", "of a worker's light", "workerPhaseRad"),
    gaussian("fibre phase", "rad", "of the light of each fibre", "fibrePhaseRad"),
    gaussian("reference light", "1", "of its field", "reference"),
    {
      name: "heater crosstalk",
      unit: "1",
      meaning: "of a neighbouring heater's phase",
      sizes: decades(-5, 0),
      at: (share) => ({ ...noErrors, crosstalk: { share, distanceM: laneM, decayM: laneM } }),
    },
    {
      name: "DAC",
      unit: "bits",
      meaning: "of a heater's voltage up to 2 pi",
      sizes: Array.from({ length: 16 }, (_, i) => 18 - i),
      at: (bits) => ({ ...noErrors, dac: { bits, rangeRad: 2 * Math.PI } }),
    },
  ];
}

/** The source alone, by bisection: a larger error is taken not to make more chips good. */
export function* toleranceSteps(
  plan: MonteCarloPlan,
  { sizes, at }: ErrorSource,
  pitch: Pitch,
  seed: number,
  chips: number,
): Steps<Tolerance> {
  const ask = (i: number): YieldQuestion => ({ errors: { kind: "technology", errors: at(sizes[i]!), pitch }, seed });
  const held = yield* lastThat(sizes.length, (i) => shareSteps(plan, ask(i), chips, "least", 0.99));
  const failed = yield* lastThat(sizes.length, (i) => shareSteps(plan, ask(i), chips, "most", 0.01), false);
  return { holds: sizes[held] ?? null, fails: sizes[failed + 1] ?? null };
}

/** The last of 0..count-1 for which `test` says `wanted`, if it does up to there and not beyond; -1 where it does for none. */
function* lastThat(count: number, test: (i: number) => Steps<boolean>, wanted: boolean = true): Steps<number> {
  let low = -1;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((yield* test(middle)) === wanted) low = middle;
    else high = middle;
  }
  return low;
}
