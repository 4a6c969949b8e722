import type { Rounding, Spec } from "../../dsl/index.ts";
import { bitLength } from "./builder.ts";

/**
 * The function to realise, worked out from the spec: N workers' words G_n become the word Q(mean G_n).
 * A word travels as `symbols` light levels, symbol 0 the most significant; signed words are offset-binary, which the mean
 * carries through unchanged. In codes the function is floor((S + roundingOffset) / divisor) with S the sum of the codes,
 * lowered by one at ties that half-even sends down.
 */
export interface Aggregation {
  readonly workers: number;
  /** Inputs of a unit on each level of a cascade, the workers' level first; null for a single unit. */
  readonly fanIn: readonly number[] | null;
  readonly bits: number;
  readonly levels: number;
  readonly bitsPerSymbol: number;
  readonly symbols: number;
  /** Bits of each symbol, most significant symbol first; only symbol 0 may be short. */
  readonly symbolBits: readonly number[];
  readonly signed: boolean;
  readonly rounding: Rounding;
  /** The workers, or 1 where nothing is rounded: then the workers receive S. */
  readonly divisor: number;
  /** Of the words that the workers receive: those that they send, or as many as the largest S needs. */
  readonly resultBits: number;
  readonly resultSymbols: number;
  /** 0 for floor and none, floor(N/2) otherwise: (S + floor(N/2)) / N floors to the nearest, ties up, for odd N too. */
  readonly roundingOffset: number;
  /**
   * Ties must be moved to the even word. False where there are no ties (N odd) and for signed 1-bit words: there the
   * even word 0 has code 1, which is where ties up already go.
   */
  readonly tiesToEven: boolean;
}

export function aggregationOf(spec: Spec): Aggregation {
  const bitsPerSymbol = 31 - Math.clz32(spec.levels);
  const symbols = Math.ceil(spec.precisionBits / bitsPerSymbol);
  const rounds = spec.rounding !== "none";
  const resultBits = rounds ? spec.precisionBits : bitLength(spec.workers * (2 ** spec.precisionBits - 1));
  const symbolBits = Array.from({ length: symbols }, (_, i) =>
    i === 0 ? spec.precisionBits - bitsPerSymbol * (symbols - 1) : bitsPerSymbol,
  );
  return {
    workers: spec.workers,
    fanIn: spec.topology.kind === "cascade" ? spec.topology.fanIn : null,
    bits: spec.precisionBits,
    levels: spec.levels,
    bitsPerSymbol,
    symbols,
    symbolBits,
    signed: spec.signed,
    rounding: spec.rounding,
    divisor: rounds ? spec.workers : 1,
    resultBits,
    resultSymbols: Math.ceil(resultBits / bitsPerSymbol),
    roundingOffset: rounds && spec.rounding !== "floor" ? Math.floor(spec.workers / 2) : 0,
    tiesToEven: spec.rounding === "half-even" && spec.workers % 2 === 0 && !(spec.signed && spec.precisionBits === 1),
  };
}

/** Workers on each unit that they reach first, in their order; only the last unit may have fewer. */
export function workersOfUnits(aggregation: Pick<Aggregation, "workers" | "fanIn">): number[] {
  const { workers, fanIn } = aggregation;
  const inputs = fanIn?.[0] ?? workers;
  return Array.from({ length: Math.ceil(workers / inputs) }, (_, unit) => Math.min(inputs, workers - unit * inputs));
}

/** Largest total of one symbol that `workers` can reach together. */
export function symbolSumMax(aggregation: Aggregation, symbol: number, workers: number = aggregation.workers): number {
  return workers * (2 ** aggregation.symbolBits[symbol]! - 1);
}
