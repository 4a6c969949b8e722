import type { Device } from "./circuit.ts";

/**
 * What light loses, and how long it takes, in the parts that a circuit is built from: plain numbers, so that the compiler
 * knows no technology. Field factors are fields behind a part over fields before it, 0 < factor <= 1.
 */
export interface Optics {
  /** An MZI or an attenuator without heaters, from either input to either output, beside what its phases say. */
  readonly mziFieldFactor: number;
  /** A heater of an MZI: in the other arm stands a dummy as lossy. */
  readonly heaterFieldFactor: number;
  readonly mziDelayS: number;
  /** A phase of its own behind a mesh, fixed by the width of a waveguide. */
  readonly phaseFieldFactor: number;
  readonly phaseDelayS: number;
  /** One waveguide crossing another. */
  readonly crossingFieldFactor: number;
  readonly crossingDelayS: number;
  /** Plain waveguide. */
  readonly fieldFactorPerUm: number;
  readonly delaySPerUm: number;
  /** From a lane to the next one. */
  readonly lanePitchUm: number;
  readonly neuronDelayS: number;
  /** Whether lanes that meet get delay lines, so that light of one symbol period meets. */
  readonly matchDelays: boolean;
  /** Lanes that would wait for less get no delay line; seconds. */
  readonly shortestWaitS: number;
  /** By what a layout is drawn, which gives every lane its length; null where no length loses or takes time. */
  readonly layout: LayoutFigures | null;
}

/** What a layout is drawn by; um, and [layer, datatype]. */
export interface ChipRules {
  /** From a row of lanes to the next one. */
  readonly pitchUm: number;
  readonly radiusUm: number;
  readonly widthUm: number;
  readonly heaterUm: number;
  /** A coupler from port to port; its arms lie a pitch apart. */
  readonly couplerUm: number;
  readonly crossingUm: number;
  /** The two halves of a neuron: light to current, and current to light. */
  readonly detectorUm: number;
  readonly modulatorUm: number;
  /** Rows that each half of a neuron covers, an odd number: the lane is the middle one. */
  readonly neuronRows: number;
  /** From an edge coupler to the next one, and from a pad to the next one. */
  readonly fibrePitchUm: number;
  readonly padPitchUm: number;
  /** Length of waveguide that takes as long as a neuron; 0: nothing waits for neurons, and there are no delay lines. */
  readonly neuronDelayUm: number;
  /** Current of a heater at 2 pi, and its resistance. */
  readonly heaterMa: number;
  readonly heaterOhm: number;
  /** What a wire carries over its width, and the resistance of a square of it. */
  readonly metalMaPerUm: number;
  readonly metalOhm: number;
}

/** Rules of a layout, and the lengths in um that losses and delays of the parts count already. */
export interface LayoutFigures {
  readonly rules: ChipRules;
  readonly mziUm: number;
  readonly phaseUm: number;
  readonly crossingUm: number;
  /** Sides of one exposure. */
  readonly reticleUm: readonly [number, number];
}

/** An MZI with so many heaters. */
export function mziFactor(
  { mziFieldFactor, heaterFieldFactor }: Pick<Optics, "mziFieldFactor" | "heaterFieldFactor">,
  heaters: number,
): number {
  return mziFieldFactor * heaterFieldFactor ** heaters;
}

/** How long light takes. */
export type Delays = Pick<Optics, "mziDelayS" | "phaseDelayS" | "crossingDelayS" | "delaySPerUm" | "neuronDelayS">;

/** From the input of a device to its output, in seconds. */
export function delayOfDevice(device: Device, delays: Delays): number {
  switch (device.kind) {
    case "mzi":
    case "attenuator":
      return delays.mziDelayS;
    case "phase":
      return delays.phaseDelayS;
    case "waveguide":
      return device.crossings * delays.crossingDelayS + device.lengthUm * delays.delaySPerUm;
  }
}

/** Nothing is lost, and nothing takes time. */
export const idealOptics: Optics = {
  mziFieldFactor: 1,
  heaterFieldFactor: 1,
  mziDelayS: 0,
  phaseFieldFactor: 1,
  phaseDelayS: 0,
  crossingFieldFactor: 1,
  crossingDelayS: 0,
  fieldFactorPerUm: 1,
  delaySPerUm: 0,
  lanePitchUm: 0,
  neuronDelayS: 0,
  matchDelays: false,
  shortestWaitS: 0,
  layout: null,
};

/** Whether nothing is lost and no lane waits for another: circuits are then those of ideal light. */
export function isIdeal(optics: Optics): boolean {
  const { phaseFieldFactor, crossingFieldFactor, fieldFactorPerUm, matchDelays } = optics;
  const factors = [mziFactor(optics, 1), phaseFieldFactor, crossingFieldFactor, fieldFactorPerUm];
  return !matchDelays && factors.every((it) => it === 1);
}
