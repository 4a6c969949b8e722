import type { Drive } from "./procedure.ts";

/** A knob or a detector. */
export interface Place {
  readonly kind: string;
  readonly name: string;
}

/** What a laboratory has: it turns knobs and reads detectors, and sees nothing else of a chip. */
export interface Instruments {
  readonly set: (knob: Place, value: number) => void;
  /** What the knob was last set to. */
  readonly setting: (knob: Place) => number;
  /** The largest reading of either sign that the detector gives. */
  readonly limit: (monitor: Place) => number;
  /** The mean of so many readings, one if nothing is said. */
  readonly read: (monitor: Place, drive: Drive, times?: number) => number;
}
