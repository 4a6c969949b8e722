import type { Aggregate } from "./circuit.ts";

/** Words of either end of a circuit, in symbols. */
export type SymbolFormat = Pick<Aggregate, "bits" | "levels" | "symbols">;

/** Bits that `symbol` (0 = most significant) of a word carries; the first symbol takes what the others leave. */
export function bitsOfSymbol(format: SymbolFormat, symbol: number): number {
  const perSymbol = Math.round(Math.log2(format.levels));
  return symbol === 0 ? format.bits - perSymbol * (format.symbols - 1) : perSymbol;
}

/** Number of levels that `symbol` (0 = most significant) can take. */
export function levelsOfSymbol(format: SymbolFormat, symbol: number): number {
  return 2 ** bitsOfSymbol(format, symbol);
}

/** The words that workers receive. */
export interface ResultFormat extends SymbolFormat {
  readonly signed: boolean;
  /** The word of code 0. */
  readonly min: number;
  /** What the mean is multiplied with: 1 where it is rounded, else the number of workers. */
  readonly scale: number;
}

/** Words like those that are sent; where nothing is rounded, sums of them in as many bits as the largest code needs. */
export function resultOf({ workers, bits, levels, signed, symbols, rounding }: Aggregate): ResultFormat {
  const least = signed ? -(2 ** (bits - 1)) : 0;
  if (rounding !== "none") return { bits, levels, signed, symbols, min: least, scale: 1 };
  return { levels, signed, ...sumFormat(workers, bits, levels), min: workers * least, scale: workers };
}

/** Bits of the largest sum of codes of so many bits, and the symbols that hold it. */
export function sumFormat(workers: number, bits: number, levels: number): Pick<SymbolFormat, "bits" | "symbols"> {
  const { length } = (workers * (2 ** bits - 1)).toString(2);
  return { bits: length, symbols: Math.ceil(length / Math.round(Math.log2(levels))) };
}
