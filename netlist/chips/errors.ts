import type { Circuit } from "../circuit/circuit.ts";
import type { MeasuredChip } from "../circuit/measured-chip.ts";
import type { Leak } from "../simulation/device-errors.ts";
import type { Launch } from "../simulation/lower.ts";

/** What is wrong with a chip: the one statement of it that every command and the library take. */
export type ChipErrors =
  | { readonly kind: "none" }
  /** Independent Gaussian errors of every phase, of that standard deviation in rad, and no other. */
  | { readonly kind: "phases"; readonly sigmaRad: number }
  /** As a technology says that chips are off, on a grid of that pitch. */
  | { readonly kind: "technology"; readonly errors: ErrorDeviations; readonly pitch: Pitch }
  /** Measured couplers and losses of one chip, with the phases of the circuit. */
  | { readonly kind: "measured"; readonly chip: MeasuredChip };

/** Errors that are drawn, each chip of a number from its own seed. */
export type DrawnErrors = Extract<ChipErrors, { kind: "phases" | "technology" }>;

/**
 * How far chips are from the circuit: standard deviations of independent Gaussian errors, and what a driver and its
 * neighbours do to a phase. All of it is what is left after the bring-up.
 */
export interface ErrorDeviations {
  /** Of every phase, rad. */
  readonly phaseRad: number;
  /** Of each coupler's field angle pi/4, rad: .01 is a power splitting of 51:49. */
  readonly couplerRad: number;
  /** Of the part of that angle which all couplers of a chip share, rad. */
  readonly couplerCommonRad: number;
  /** Of a neuron's threshold, of its largest input; of its range where it saturates. */
  readonly offset: number;
  /** Of a neuron's gain, relative. */
  readonly gain: number;
  /** Of a device's loss, dB. */
  readonly lossDb: number;
  /** Of the phase of a worker's light against the reference, rad. */
  readonly workerPhaseRad: number;
  /** Of the phase of each fibre's light, one a symbol of a worker, rad. */
  readonly fibrePhaseRad: number;
  /** Of the field of the reference light, relative. */
  readonly reference: number;
  /** Of all transmitters and neurons' modulators. */
  readonly extinction: ExtinctionRatio | null;
  readonly dac: Dac | null;
  readonly crosstalk: Crosstalk | null;
}

/** Power of a modulator at its highest level over what leaks at the lowest, and the leaking light's phase. */
export interface ExtinctionRatio {
  readonly ratioDb: number;
  readonly phaseRad: number;
}

/** A voltage of 2^bits equidistant values from 0; the phase goes with its square and is `rangeRad` at the highest. */
export interface Dac {
  readonly bits: number;
  readonly rangeRad: number;
}

/** A heater gets `share` of another one's phase up to `distanceM`, and share * exp(-(d - distanceM) / decayM) beyond. */
export interface Crosstalk {
  readonly share: number;
  readonly distanceM: number;
  readonly decayM: number;
}

/** Where devices are: column times `columnM`, lane times `laneM`. */
export interface Pitch {
  readonly columnM: number;
  readonly laneM: number;
}

export const noErrors: ErrorDeviations = {
  phaseRad: 0,
  couplerRad: 0,
  couplerCommonRad: 0,
  offset: 0,
  gain: 0,
  lossDb: 0,
  workerPhaseRad: 0,
  fibrePhaseRad: 0,
  reference: 0,
  extinction: null,
  dac: null,
  crosstalk: null,
};

/** A chip without a given placement is drawn on this one; only distances between heaters and correlations see it. */
export const plainPitch: Pitch = { columnM: 400e-6, laneM: 127e-6 };

/** What a kind of errors is drawn from: phases alone are a technology whose other errors are none. */
export function drawnErrors(errors: DrawnErrors): {
  readonly errors: ErrorDeviations;
  readonly pitch: Pitch;
} {
  return errors.kind === "technology"
    ? errors
    : { errors: { ...noErrors, phaseRad: errors.sigmaRad }, pitch: plainPitch };
}

export function leakOf({ ratioDb, phaseRad }: ExtinctionRatio): Leak {
  const share = 10 ** (-ratioDb / 20);
  return { re: share * Math.cos(phaseRad), im: share * Math.sin(phaseRad) };
}

/** Transmitters that all leak that share of their highest field F: at level l of L they send F (l / L + share (1 - l / L)). */
export function leaking({ inputs, aggregate }: Circuit, { re, im }: Launch, { re: x, im: y }: Leak): Launch {
  const tops = inputs.map((it) => (it.kind === "worker" ? (aggregate.levels - 1) * it.fieldPerLevel : 0));
  const leakRe = re.map((of, p) => (tops[p] === 0 ? 0 : x * of - y * im[p]!));
  const leakIm = im.map((of, p) => (tops[p] === 0 ? 0 : x * of + y * re[p]!));
  return {
    re: re.map((of, p) => of - leakRe[p]!),
    im: im.map((of, p) => of - leakIm[p]!),
    dark: { re: leakRe.map((leak, p) => leak * tops[p]!), im: leakIm.map((leak, p) => leak * tops[p]!) },
  };
}
