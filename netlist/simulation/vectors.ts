import type { Aggregate } from "../circuit/circuit.ts";
import { levelsOfSymbol, type SymbolFormat } from "../circuit/symbols.ts";

/**
 * Input vectors as the workers send them. The circuit sees symbol sums only, those of all workers or, in a cascade, those of
 * each first unit; so vectors are enumerated by their sums and each sum is dealt to its workers greedily, starting at
 * another worker for every symbol: as uneven as the sum allows, which is what an imperfect combiner handles worst.
 */
export interface VectorBatch {
  readonly vectors: number;
  /** [vector][worker * symbols + symbol] */
  readonly symbols: Uint8Array;
}

/** Levels of each symbol, most significant first. */
export function symbolLevels(format: SymbolFormat): number[] {
  return Array.from({ length: format.symbols }, (_, symbol) => levelsOfSymbol(format, symbol));
}

/** Workers whose symbols are summed first: all of them, or those of each first unit of a cascade. */
export function summedWorkers(aggregate: Aggregate): { readonly first: number; readonly workers: number }[] {
  const inputs = aggregate.fanIn?.[0] ?? aggregate.workers;
  return Array.from({ length: Math.ceil(aggregate.workers / inputs) }, (_, unit) => ({
    first: unit * inputs,
    workers: Math.min(inputs, aggregate.workers - unit * inputs),
  }));
}

/**
 * Number of distinct vectors of symbol sums: the product of workers (levels - 1) + 1 over the symbols, and over the first
 * units of a cascade; Infinity when huge.
 */
export function distinctVectors(aggregate: Aggregate): number {
  const levels = symbolLevels(aggregate);
  return summedWorkers(aggregate).reduce(
    (count, { workers }) => levels.reduce((product, l) => product * (workers * (l - 1) + 1), count),
    1,
  );
}

/** Deals `sum` of one symbol to the workers: full levels first, from worker `symbol` on. out[worker] is a level. */
export function dealSum(sum: number, symbol: number, levels: number, workers: number): Uint8Array {
  const dealt = new Uint8Array(workers);
  let rest = sum;
  for (let i = 0; i < workers && rest > 0; i++) {
    const level = Math.min(levels - 1, rest);
    dealt[(symbol + i) % workers] = level;
    rest -= level;
  }
  return dealt;
}

/** Vectors number from..from+count-1 of the distinct vectors, the last symbol of the last unit counting fastest. */
export function enumeratedVectors(aggregate: Aggregate, from: number, count: number): VectorBatch {
  const { workers, symbols: width } = aggregate;
  const levels = symbolLevels(aggregate);
  const sums = summedWorkers(aggregate).flatMap((unit) =>
    levels.map((l, symbol) => ({
      first: unit.first,
      symbol,
      dealt: Array.from({ length: unit.workers * (l - 1) + 1 }, (_, sum) => dealSum(sum, symbol, l, unit.workers)),
    })),
  );
  const vector = workers * width;
  const symbols = new Uint8Array(count * vector);
  if (count === 0) return { vectors: count, symbols };
  const digits = new Float64Array(sums.length);
  const deal = (i: number, at: number): void => {
    const { first, symbol, dealt } = sums[i]!;
    const row = dealt[digits[i]!]!;
    for (let worker = 0; worker < row.length; worker++) symbols[at + (first + worker) * width + symbol] = row[worker]!;
  };
  let rest = from;
  for (let i = sums.length - 1; i >= 0; i--) {
    const { length } = sums[i]!.dealt;
    digits[i] = rest % length;
    rest = (rest - digits[i]!) / length;
    deal(i, 0);
  }
  // A vector differs from the one before in the few sums that count on.
  for (let at = vector; at < symbols.length; at += vector) {
    symbols.copyWithin(at, at - vector, at);
    for (let i = sums.length - 1; i >= 0; i--) {
      digits[i] = digits[i]! + 1 < sums[i]!.dealt.length ? digits[i]! + 1 : 0;
      deal(i, at);
      if (digits[i] !== 0) break;
    }
  }
  return { vectors: count, symbols };
}

/** Words of every worker drawn uniformly and independently: symbols of uniform words are uniform and independent. */
export function randomVectors(aggregate: Aggregate, count: number, random: () => number): VectorBatch {
  const { workers, symbols: width } = aggregate;
  const levels = symbolLevels(aggregate);
  const symbols = new Uint8Array(count * workers * width);
  for (let i = 0; i < symbols.length; i++) symbols[i] = Math.floor(random() * levels[i % width]!);
  return { vectors: count, symbols };
}
