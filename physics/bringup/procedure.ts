import type { HeaterKnob } from "./wiring.ts";

/**
 * What an engineer can turn. Values: heaters and launch phases in rad, levels and gains as factors of what the circuit asks for,
 * thresholds in its field units; a receiver's is the field at which it decides between its two middle levels, all other decisions
 * being moved along with it.
 */
export type Knob =
  | ({ readonly kind: "heater" } & HeaterKnob)
  | { readonly kind: "launch-level" | "launch-phase"; readonly input: number; readonly name: string }
  | { readonly kind: "threshold" | "gain"; readonly neuron: number; readonly name: string }
  | {
      readonly kind: "receiver-gain" | "receiver-phase" | "receiver-threshold";
      readonly output: number;
      readonly name: string;
    };

/** What an engineer can read: the current of a detector, in units of the circuit's field. */
export type Monitor =
  | { readonly kind: "neuron"; readonly neuron: number; readonly name: string }
  | { readonly kind: "receiver"; readonly output: number; readonly name: string };

/**
 * Light of workers at some levels, of the reference, neurons that a very low threshold holds on, and neurons that are left as they are
 * set (`live`); all others are held dark.
 */
export interface Drive {
  readonly levels: readonly { readonly input: number; readonly level: number }[];
  readonly on: readonly number[];
  readonly live: readonly number[];
}

/** A reading less the one with `from`, or without light: what the drive makes beyond that. */
export interface Response {
  readonly drive: Drive;
  readonly from?: Drive;
  readonly monitor: Monitor;
}

export type Rule =
  /**
   * Sweep the knob over a turn; at each value read with `quadrature` at four quarters of a turn, which gives the power whatever the
   * phase; set to where it is largest plus `offsetRad`.
   */
  | {
      readonly kind: "power-maximum";
      readonly response: Response;
      readonly quadrature: Knob;
      readonly offsetRad: number;
    }
  /** Sweep the knob over a turn and set it to where the reading is largest, or least. */
  | { readonly kind: "maximum" | "minimum"; readonly response: Response }
  /**
   * Set the knob so that the product of the first readings over that of the second ones is the target. To a level or gain each of the
   * first ones is proportional.
   */
  | {
      readonly kind: "ratio";
      readonly over: readonly Response[];
      readonly under: readonly Response[];
      readonly target: number;
    }
  /**
   * Set the threshold so that the middle of a range (a comparator's linear one, the one that an amplifier uses, 0 wide for a receiver's
   * decision) is between the largest reading of `off` and the least of `on`.
   */
  | {
      readonly kind: "midpoint";
      readonly monitor: Monitor;
      readonly off: readonly Drive[];
      readonly on: readonly Drive[];
      readonly range: number;
    };

export interface ProcedureStep {
  readonly purpose: "light" | "splitting" | "phase" | "level" | "height" | "receiver" | "threshold";
  readonly knob: Knob;
  readonly rule: Rule;
}

/** Steps in an order in which each needs only what earlier ones have set. */
export interface Procedure {
  readonly circuit: string;
  readonly steps: readonly ProcedureStep[];
  /** Number of the first step from which on no heater is touched: those that can be repeated when phases have drifted. */
  readonly trimmingFrom: number;
}
