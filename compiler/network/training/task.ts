import type { ApproximateSpec } from "../../../dsl/index.ts";
import type { Aggregation } from "../../aggregation/aggregation.ts";
import { groupsOf } from "../mlp.ts";

/**
 * Errors e = outputs - wanted symbols. symbols: sum e_i^2; word: the square of the reconstructed word's error; two-stage:
 * sum w_i e_i^2 up to the share `switchAt` of a cycle, then word, as in the reference system.
 */
export type Loss =
  | { readonly kind: "symbols" }
  | { readonly kind: "word" }
  | { readonly kind: "two-stage"; readonly weights: readonly number[]; readonly switchAt: number };

/** What is to be learned, and by which network. */
export interface TrainingTask {
  readonly aggregation: Aggregation;
  /** Inputs of the network; neighbouring symbols are merged by P when there are more symbols than inputs. */
  readonly inputs: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  /** Which layers are kept as diag(d) U. */
  readonly approximate: ApproximateSpec;
}

export interface TrainingSettings {
  readonly seed: number;
  /** Share of right words at which training stops, 1 for all. */
  readonly target: number;
  /** Learning rate at the start of a cycle; it falls to 0 along a cosine. */
  readonly rate: number;
  readonly batch: number;
  /** Steps of a cycle, and cycles at most; every further cycle starts at half the rate of the one before. */
  readonly steps: number;
  readonly cycles: number;
  /** Steps between exhaustive evaluations; null: chosen so that they take about a tenth of the time. */
  readonly evaluateEvery: number | null;
  readonly loss: Loss;
  /** Share of each batch that is drawn from the vectors that were wrong at the last evaluation. */
  readonly hardShare: number;
  /** manifold: diag(d) U holds at every step. projected: free weights, projected every `projectEvery` steps. */
  readonly method: "manifold" | "projected";
  readonly projectEvery: number;
  /** From 1 on; the result does not depend on it. */
  readonly threads: number;
}

/** The network's inputs: averages over the workers, as in `Mlp`; here as the integer sums behind them. */
export interface InputGrid {
  /** Input i takes the values 0..sizes[i]-1, and a unit of it counts places[i] in the sum of the workers' codes. */
  readonly sizes: readonly number[];
  readonly places: readonly bigint[];
  /** Distinct input vectors. */
  readonly domain: number;
}

/** Throws RangeError when the symbols cannot be merged into that many inputs. */
export function inputGrid(aggregation: Aggregation, inputs: number): InputGrid {
  const { symbols, bitsPerSymbol, symbolBits, workers } = aggregation;
  const groups = groupsOf(aggregation, inputs);
  const sizes = groups.map((group) => workers * (2 ** group.reduce((sum, s) => sum + symbolBits[s]!, 0) - 1) + 1);
  const places = groups.map((group) => 1n << BigInt(bitsPerSymbol * (symbols - 1 - group.at(-1)!)));
  return { sizes, places, domain: sizes.reduce((product, size) => product * size, 1) };
}
