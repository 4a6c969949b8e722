import type { Drive, Knob, Monitor } from "./procedure.ts";

/** What a laboratory has: it turns knobs and reads detectors, and sees nothing else of a chip. */
export interface Instruments {
  readonly set: (knob: Knob, value: number) => void;
  /** What the knob was last set to. */
  readonly setting: (knob: Knob) => number;
  /** The mean of so many readings, one if nothing is said. */
  readonly read: (monitor: Monitor, drive: Drive, times?: number) => number;
}
