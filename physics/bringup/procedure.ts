/**
 * What an engineer can turn, by the names of circuit.json: heaters that the layout has by device and phase, light by its port, thresholds,
 * gains and oscillators of neurons by section[mode]. Values: heaters and phases of light and oscillators in rad, levels and gains as factors of what the circuit asks for,
 * thresholds in its field units; a receiver's is the field at which it decides between its two middle levels, all other decisions
 * being moved along with it.
 */
export interface Knob {
  readonly kind:
    | "heater"
    | "launch-level"
    | "launch-phase"
    | "threshold"
    | "gain"
    | "neuron-phase"
    | "receiver-gain"
    | "receiver-phase"
    | "receiver-threshold";
  readonly name: string;
}

/** What an engineer can read: the current of a detector, in units of the circuit's field. */
export interface Monitor {
  readonly kind: "neuron" | "receiver";
  readonly name: string;
}

/**
 * Light of ports at some levels, neurons that a very low threshold holds on, and neurons that are left as they are set (`live`, absent
 * where there are none); all others are held dark.
 */
export interface Drive {
  readonly levels: Readonly<Record<string, number>>;
  readonly on: readonly string[];
  readonly live?: readonly string[];
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
   * phase; set to where it is largest plus `offset_rad`.
   */
  | ({ readonly kind: "power-maximum"; readonly quadrature: Knob; readonly offset_rad: number } & Response)
  /** Sweep the knob over a turn and set it to where the reading is largest, or least. */
  | ({ readonly kind: "maximum" | "minimum" } & Response)
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
  /** From 1. */
  readonly number: number;
  readonly purpose: "light" | "splitting" | "phase" | "level" | "height" | "receiver" | "threshold";
  readonly knob: Knob;
  readonly rule: Rule;
}

/** bringup.json (docs/explanation/bringup.md): steps in an order in which each needs only what earlier ones have set. */
export interface Procedure {
  readonly format: "optinc.bringup";
  readonly version: 1;
  readonly circuit: string;
  /** Number of the first step from which on no heater is touched: those that can be repeated when phases have drifted. */
  readonly trimming_from: number;
  readonly steps: readonly ProcedureStep[];
}

/** The last step of each knob. */
export function lastSteps(steps: readonly ProcedureStep[]): readonly ProcedureStep[] {
  return [...new Map(steps.map((step) => [`${step.knob.kind} ${step.knob.name}`, step])).values()];
}
