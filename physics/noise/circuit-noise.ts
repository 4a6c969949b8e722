import type { Region } from "./neuron-regions.ts";

/** Noise of one kind of detection in units of the circuit's field: variance sigma^2 + (relative field)^2. */
export interface FieldNoise {
  readonly sigma: number;
  readonly relative: number;
}

/** All that makes noise in a circuit, in units of its field. */
export interface CircuitNoise {
  readonly neuron: FieldNoise;
  readonly receiver: FieldNoise;
  /** Of the light that neurons send on, over its field. */
  readonly carrierRelative: number;
  /** Of the workers' and the reference light, over its field. */
  readonly launchRelative: number;
}

/** Variance that a detection adds, of a field in the circuit's units. */
export function varianceAt({ sigma, relative }: FieldNoise, field: number): number {
  return sigma ** 2 + (relative * field) ** 2;
}

/** Standard deviation, in front of the gain, of the noise that a neuron adds to what it sends. */
export function ownNoiseOf(
  region: Region,
  { detected, sent }: { readonly detected: number; readonly sent: number },
  { neuron, carrierRelative }: CircuitNoise,
): number {
  switch (region) {
    case "dark":
      return 0;
    case "linear":
      return Math.sqrt(varianceAt(neuron, detected) + (carrierRelative * sent) ** 2);
    case "saturated":
      return carrierRelative * sent;
  }
}
