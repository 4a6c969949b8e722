import type { Aggregation } from "../../aggregation/aggregation.ts";

/** Which layers are kept as diag(d) U; layers count from 1. */
export type Approximate =
  | { readonly kind: "none" }
  | { readonly kind: "all" }
  | { readonly kind: "layers"; readonly from: number; readonly to: number };

/**
 * Errors e = outputs - wanted symbols. symbols: sum e_i^2; weighted: sum w_i e_i^2; word: the square of the reconstructed
 * word's error; two-stage: weighted up to the share `switchAt` of a cycle, then word, as in the reference system.
 */
export type Loss =
  | { readonly kind: "symbols" }
  | { readonly kind: "weighted"; readonly weights: readonly number[] }
  | { readonly kind: "word" }
  | { readonly kind: "two-stage"; readonly weights: readonly number[]; readonly switchAt: number };

/** What is to be learned, and by which network. */
export interface TrainingTask {
  readonly aggregation: Aggregation;
  /**
   * perceptron: one network from the symbol sums to the symbols. cells: one small network per digit, trained
   * exhaustively and composed. auto: a perceptron where there are at most 100 000 distinct inputs, cells beyond.
   */
  readonly structure: "auto" | "perceptron" | "cells";
  /** Symbols that P merges into one input, most significant first; 1 for one input a symbol. */
  readonly merge: number;
  /** Widths of the hidden layers (perceptron). */
  readonly hidden: readonly number[];
  readonly approximate: Approximate;
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
  /** 1, 2 or 4; the result does not depend on it. */
  readonly threads: number;
}

export const defaultSettings: TrainingSettings = {
  seed: 1,
  target: 1,
  rate: 3e-3,
  batch: 1024,
  steps: 8000,
  cycles: 4,
  evaluateEvery: null,
  loss: { kind: "symbols" },
  hardShare: 0.125,
  method: "manifold",
  projectEvery: 250,
  threads: 2,
};

/** Distinct vectors of network inputs, each `merge` symbols wide, and their sizes and places in the sum of codes. */
export interface InputGrid {
  /** Input i takes the values 0..sizes[i]-1 and counts places[i]. */
  readonly sizes: readonly number[];
  readonly places: readonly bigint[];
  /** First symbol and number of symbols of each input. */
  readonly symbols: readonly { readonly first: number; readonly count: number }[];
  readonly domain: number;
}

/** Inputs of the network: symbols are merged from the least significant end, so that only input 0 may be short. */
export function inputGrid(aggregation: Aggregation, merge: number): InputGrid {
  const { symbols, bitsPerSymbol, symbolBits, workers } = aggregation;
  const sizes: number[] = [];
  const places: bigint[] = [];
  const groups: { first: number; count: number }[] = [];
  for (let end = symbols; end > 0; end -= merge) {
    const first = Math.max(0, end - merge);
    const bits = symbolBits.slice(first, end).reduce((sum, b) => sum + b, 0);
    sizes.unshift(workers * (2 ** bits - 1) + 1);
    places.unshift(1n << BigInt(bitsPerSymbol * (symbols - end)));
    groups.unshift({ first, count: end - first });
  }
  return { sizes, places, symbols: groups, domain: sizes.reduce((product, size) => product * size, 1) };
}
