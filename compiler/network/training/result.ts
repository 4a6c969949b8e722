import type { TrainedNetwork } from "../mlp.ts";
import type { TrainingCurve } from "./curve.ts";

/** One value of the word error (got - wanted) and its share among the wrong words, as the reference system's Table II. */
export interface WordError {
  readonly value: number;
  readonly count: number;
  readonly share: number;
}

/** Of an evaluation of every distinct input vector, in double precision. */
export interface ExhaustiveReport {
  readonly vectors: number;
  readonly wrong: number;
  readonly accuracy: number;
  /** Most frequent first. */
  readonly errors: readonly WordError[];
  /** Largest |output - wanted symbol|; 0.5 is where receivers begin to err. */
  readonly worst: number;
}

/** What was trained, in figures. */
export interface TrainingSummary {
  readonly steps: number;
  readonly loss: number;
  /** Sentences for the summary: what was trained on what, and how the whole was checked. */
  readonly notes: readonly string[];
  /** How it came there. */
  readonly curves: readonly TrainingCurve[];
}

export interface TrainingAdvice {
  readonly setting: string;
  readonly value: string;
  readonly reason: string;
}

/** The best network of a training. */
interface Trained {
  readonly network: TrainedNetwork;
  readonly report: ExhaustiveReport;
  readonly summary: TrainingSummary;
}

/** How a training ended. */
export type TrainingResult =
  | ({ readonly kind: "reached" } & Trained)
  /** The target was not reached. */
  | ({
      readonly kind: "short";
      readonly because: "budget" | "cancelled" | "cycles";
      readonly advice: readonly TrainingAdvice[];
    } & Trained)
  | {
      /** Interrupted before there was a network to keep. */
      readonly kind: "stopped";
      readonly because: "budget" | "cancelled";
      readonly reason: string;
    }
  | {
      readonly kind: "diverged";
      readonly step: number;
      readonly loss: number;
      readonly advice: readonly TrainingAdvice[];
    }
  | {
      /** Nothing was trained: the checkpoint belongs to another task, or the task cannot be trained at all. */
      readonly kind: "refused";
      readonly reason: string;
      readonly advice: readonly TrainingAdvice[];
    };

/** How far a training is. */
export type NetworkProgress =
  | {
      /** The network is laid out and gets its first weights, or is made exact and evaluated on every word at the end. */
      readonly stage: "setup" | "evaluation";
      /** Of this stage, from 0 to 1. */
      readonly share: number;
    }
  | TrainingProgress;

export interface TrainingProgress {
  readonly stage: "training";
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
  /** Of the last exhaustive evaluation (single precision); null before the first. */
  readonly accuracy: number | null;
  readonly wrong: number | null;
  /** Null without a clock. */
  readonly stepsPerSecond: number | null;
  readonly remainingS: number | null;
}

/** The caller's side: only it knows clocks, files and signals. All are optional. */
export interface TrainingHooks {
  readonly progress?: (progress: NetworkProgress) => void;
  /** Called after every exhaustive evaluation, at cancellation and at the end of the budget; `make` copies the state at `step`. */
  readonly checkpoint?: (make: () => Uint8Array, step: number) => void;
  /** Asked several times a second, while the network is set up, trained and evaluated. */
  readonly interrupt?: () => "budget" | "cancelled" | null;
  /** Milliseconds; used for rates in the progress only. */
  readonly clock?: () => number;
  /** A checkpoint to continue from. */
  readonly resume?: Uint8Array;
}
