/**
 * What the cells of a constructed network claim to compute, in exact integers. Untrusted: the proof in verify/ checks
 * every claim against the devices of the circuit and the composition of the claims against the specification.
 */
export interface Certificate {
  readonly signals: readonly Signal[];
  /** In an order in which every cell reads only symbol sums and outputs of earlier cells. */
  readonly cells: readonly Cell[];
  /** Output symbol i (0 = most significant) is the sum of weight * signal. */
  readonly symbols: readonly (readonly Term[])[];
}

/** An integer carried by light: Re(field on `mode` after section `section`) = fieldPerUnit * value. */
export interface Signal {
  readonly name: string;
  /**
   * sum: the total of one symbol over the workers of a unit; bit: 0 or 1, restored; residual: an analog rest;
   * total: an analog sum of earlier signals.
   */
  readonly kind: "sum" | "bit" | "residual" | "total";
  /** Largest value; the smallest is 0. */
  readonly max: number;
  /** Index into Circuit.sections. */
  readonly section: number;
  readonly mode: number;
  readonly fieldPerUnit: number;
}

export interface Term {
  /** Index into Certificate.signals. */
  readonly signal: number;
  readonly weight: number;
}

export type Cell = SplitCell | NonzeroCell | OnlyCell | SumCell;

/**
 * Successive approximation of E = sum(terms) + offset by falling weights:
 * E = sum_i bits[i].weight * bit_i + residual with 0 <= residual < the last weight. `residual` is null when the rest is not used.
 */
export interface SplitCell {
  readonly kind: "split";
  readonly name: string;
  readonly terms: readonly Term[];
  readonly offset: number;
  readonly bits: readonly Term[];
  readonly residual: number | null;
}

/** bit = 1 if sum(terms) >= 1, else 0. */
export interface NonzeroCell {
  readonly kind: "nonzero";
  readonly name: string;
  readonly terms: readonly Term[];
  readonly bit: number;
}

/** bit = 1 if `set` is 1 and `unless` is 0, else 0. */
export interface OnlyCell {
  readonly kind: "only";
  readonly name: string;
  readonly set: number;
  readonly unless: number;
  readonly bit: number;
}

/** total = sum(terms), as light: lanes that meet in combiners and nothing else. */
export interface SumCell {
  readonly kind: "sum";
  readonly name: string;
  readonly terms: readonly Term[];
  readonly total: number;
}
