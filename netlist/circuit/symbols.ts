import type { Aggregate } from "./circuit.ts";

/** Bits that `symbol` (0 = most significant) of a word carries; the first symbol takes what the others leave. */
export function bitsOfSymbol(aggregate: Aggregate, symbol: number): number {
  const perSymbol = Math.round(Math.log2(aggregate.levels));
  return symbol === 0 ? aggregate.bits - perSymbol * (aggregate.symbols - 1) : perSymbol;
}

/** Number of levels that `symbol` (0 = most significant) can take. */
export function levelsOfSymbol(aggregate: Aggregate, symbol: number): number {
  return 2 ** bitsOfSymbol(aggregate, symbol);
}
