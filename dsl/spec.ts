/** How the exact mean of the workers' words becomes a word again. `half-even` ties go to the even *signed or unsigned* word. */
export type Rounding = "floor" | "half-up" | "half-even";

/** Amplitude levels per optical symbol. */
export type Levels = 2 | 4 | 8 | 16;

/** The network that realises the aggregation. One literal `kind` per way of obtaining the weights. */
export type NetworkSpec = ConstructedNetworkSpec;

export interface ConstructedNetworkSpec {
  readonly kind: "constructed";
  /** Least distance, in grid steps of the symbol sums, that every decision must keep from a wrong one. 0 < margin < 0.5. */
  readonly margin: number;
}

/** Which input vectors the verification tries. */
export type VerifyInputs =
  | { readonly kind: "exhaustive" }
  | { readonly kind: "proof" }
  | { readonly kind: "sampled"; readonly samples: number };

export interface VerifySpec {
  /** The all-reduce that is executed beside the circuit. */
  readonly against: "ring";
  readonly inputs: VerifyInputs;
}

/** A checked aggregate: ranges hold, units are resolved, defaults are filled in. */
export interface Spec {
  readonly name: string;
  /** 2..64 */
  readonly workers: number;
  /** Bits of a gradient word, 1..32. */
  readonly precisionBits: number;
  readonly levels: Levels;
  /** Signed words travel as offset-binary: word + 2^(precisionBits-1). */
  readonly signed: boolean;
  readonly rounding: Rounding;
  readonly network: NetworkSpec;
  readonly verify: VerifySpec;
  /** Names of netlist targets, in the order written. */
  readonly emit: readonly string[];
  /** Settings that the text left out, as `path value` lines such as `rounding half-up`. */
  readonly defaults: readonly string[];
}
