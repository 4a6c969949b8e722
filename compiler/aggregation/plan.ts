/**
 * The arithmetic of an exact network, in integers and without light: one unit, or the units of a cascade whose last one
 * divides (quotient.ts) and whose others only carry the exact sum on (cascade.ts).
 */
export interface Plan {
  readonly signals: readonly PlanSignal[];
  readonly cells: readonly PlanCell[];
  /** Output symbol j, most significant first, as a weighted sum of signals. */
  readonly symbols: readonly (readonly PlanTerm[])[];
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

export interface PlanSignal {
  readonly name: string;
  /** sum: workers' total of a symbol; bit: restored; residual: the rest of a split; total: an analog sum of signals. */
  readonly kind: "sum" | "bit" | "residual" | "total";
  readonly max: number;
}

export interface PlanTerm {
  readonly signal: number;
  readonly weight: number;
}

export type PlanCell =
  | {
      readonly kind: "split";
      readonly name: string;
      readonly terms: readonly PlanTerm[];
      readonly offset: number;
      readonly bits: readonly PlanTerm[];
      readonly residual: number | null;
    }
  | { readonly kind: "nonzero"; readonly name: string; readonly terms: readonly PlanTerm[]; readonly bit: number }
  | {
      readonly kind: "only";
      readonly name: string;
      readonly set: number;
      readonly unless: number;
      readonly bit: number;
    }
  | { readonly kind: "sum"; readonly name: string; readonly terms: readonly PlanTerm[]; readonly total: number };
