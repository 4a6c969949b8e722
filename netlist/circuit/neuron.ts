import type { Activation } from "./circuit.ts";

/**
 * What a neuron makes of the real part of a field: gain * min(range, max(0, field - threshold)), with range Infinity for a
 * rectifier. On a chip the numbers are those of the chip.
 */
export interface NeuronCurve {
  readonly gain: number;
  readonly threshold: number;
  readonly range: number;
}

/** As designed. */
export function curveOf(activation: Activation): NeuronCurve {
  switch (activation.kind) {
    case "relu":
      return { gain: activation.gain, threshold: 0, range: Number.POSITIVE_INFINITY };
    case "saturating": {
      const { gain, threshold, range } = activation;
      return { gain, threshold, range };
    }
  }
}

/**
 * What the curve makes of `above`, the field less the threshold. NaN and infinity stay what they are:
 * a field that broke or overflowed may not turn into clean darkness or into a clean bit.
 */
export function sentBy(gain: number, range: number, above: number): number {
  if (above <= 0) return 0 * above + 0;
  return above > range ? gain * range + 0 * above : gain * above;
}
