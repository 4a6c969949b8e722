/**
 * An all-reduce algorithm as data: what is sent where, step by step. The same schedule is executed on words
 * (`executeSchedule`) and, under a link model, timed (`timeSchedule`); tests count it symbolically.
 *
 * Nodes 0..workers - 1 are workers; workers..workers + switches - 1 are switches, which may reduce too. Their buffers
 * start at zero, and nobody asks what they hold at the end.
 */
export interface StepSequence {
  readonly name: string;
  readonly workers: number;
  readonly switches: number;
  /** Elements in each node's buffer. */
  readonly length: number;
  /** Can be iterated more than once. */
  readonly steps: Iterable<Step>;
}

/** All steps in memory. */
export interface Schedule extends StepSequence {
  readonly steps: readonly Step[];
}

/** Steps made on demand: the 33 million transfers of a ring of 4096 workers never exist at once. */
export interface PhasedSchedule extends StepSequence {
  readonly phases: readonly Phase[];
}

/** Consecutive steps of one kind. */
export interface Phase {
  readonly name: string;
  readonly steps: number;
  /**
   * Every step has the same sources, destinations and routes in the same order, and sizes that differ by at most one
   * element: the timing then looks at the first step only.
   */
  readonly alike: boolean;
  /** Data flow through the steps in packets (cut-through), so that the steps overlap in time. */
  readonly streamed: boolean;
  /** 0 <= index < steps */
  at(index: number): Step;
}

/** Transfers that happen at the same time: every source is read before any destination is written. */
export interface Step {
  readonly transfers: readonly Transfer[];
}

export interface Transfer {
  readonly src: number;
  readonly dst: number;
  readonly range: ElementRange;
  /** reduce adds to what the destination holds, copy replaces it. */
  readonly op: TransferOp;
  /** What the transfer occupies between its ends; null for nothing but the two ports. */
  readonly route: Route | null;
}

export type TransferOp = "reduce" | "copy";

/** Half-open, in elements; never empty. */
export interface ElementRange {
  readonly start: number;
  readonly end: number;
}

export type Route = ArcRoute | PathRoute;

/** On the ring of waveguides that passes the workers in the order of their numbers, from src to dst. */
export interface ArcRoute {
  readonly kind: "arc";
  /** Up: through src + 1, src + 2, ...; down: through src - 1, src - 2, ... */
  readonly direction: Direction;
  /** The transfer is spread evenly over `wavelengths` consecutive ones. */
  readonly firstWavelength: number;
  readonly wavelengths: number;
}

export type Direction = "up" | "down";

/** Through switches that only forward; the transfer is spread evenly over the ways. */
export interface PathRoute {
  readonly kind: "path";
  /** Switches in the order passed; at least one way. */
  readonly ways: readonly (readonly number[])[];
}

/** What is wrong with a schedule or its result. `step`, `worker` (any node) and `element` are null where they do not apply. */
export interface ScheduleFault {
  readonly kind:
    | "worker"
    | "self"
    | "range"
    | "sent-twice"
    | "overwritten"
    | "route"
    | "wavelength"
    | "channel"
    | "contribution"
    | "inexact"
    | "sum"
    | "input";
  readonly message: string;
  readonly step: number | null;
  readonly worker: number | null;
  readonly element: number | null;
}
