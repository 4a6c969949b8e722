import type { Cell, Signal, Term } from "../../netlist/index.ts";

/**
 * The arithmetic of an exact network, in integers and without light: one unit, or the units of a cascade whose last one
 * divides (quotient.ts) and whose others only carry the exact sum on (cascade.ts).
 */
export interface Plan {
  readonly signals: readonly PlanSignal[];
  readonly cells: readonly Cell[];
  /** Output symbol j, most significant first, as a weighted sum of signals. */
  readonly symbols: readonly (readonly Term[])[];
  /** Runs of `sum` cells that bring the units of one level of a cascade together, level by level. */
  readonly combiners: readonly PlanCombiner[];
}

/** Cells from..end-1; each sum has `inputs` places, of which those without a term stay dark. */
export interface PlanCombiner {
  readonly from: number;
  readonly end: number;
  readonly inputs: number;
}

/** How a digit's residual enters other sums, or counts more than once in a symbol: with its errors, or split into bits first. */
export type Residuals = "analog" | "restored";

/** A signal before it is light. */
export type PlanSignal = Pick<Signal, "name" | "kind" | "max">;
