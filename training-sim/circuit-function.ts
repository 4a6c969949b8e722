import {
  distinctVectors,
  type ResultFormat,
  resultOf,
  type Simulator,
  simulateCodes,
  tabulate,
} from "../netlist/index.ts";
import { encodeWords, wordRange } from "../verify/index.ts";
import type { GradientTable } from "./block-aggregation.ts";

/** What a circuit makes of words: words of every worker in, words of every worker out (NaN where a receiver reads no level), [worker][element]. */
export interface CircuitFunction {
  /** `sums`: one row for each vector of symbol sums. `words`: one row for each tuple of words that was met. */
  readonly rows: "sums" | "words";
  /** Vectors sent through `simulate` so far. */
  simulated(): number;
  /** Workers that receive the same words share one array. */
  aggregate(words: readonly Float64Array[]): readonly Float64Array[];
}

/** Largest table of symbol sums that is filled beforehand. */
export const tableLimit = 2_000_000;
/** Tuples that are remembered; then the memory is emptied. */
const memoryLimit = 2_000_000;
const chunk = 8192;

/**
 * The function of a circuit that sees nothing but sums of symbols, as every circuit without phase errors does: all
 * distinct vectors of sums are simulated once. For circuits with more than `tableLimit` of them, `wordFunction`.
 */
export function sumFunction(simulator: Simulator): CircuitFunction {
  const { aggregate } = simulator.circuit;
  const vectors = distinctVectors(aggregate);
  if (vectors > tableLimit) throw new RangeError(`${vectors} vectors of symbol sums`);
  const { shares, received } = tabulate(simulator, "sums");
  const offset = -wordRange(aggregate).min;
  const columns = [...new Set(received)];
  const result = resultOf(aggregate);
  return {
    rows: "sums",
    simulated: () => vectors,
    aggregate(words) {
      const row = rowsOf(words, shares, offset);
      const made = columns.map((column) => Float64Array.from(row, (index) => wordOf(column[index]!, result)));
      return received.map((column) => made[columns.indexOf(column)]!);
    },
  };
}

/** What worker 0 receives by a table of symbol sums that is filled already. */
export function tableFunction({ workers, bits, signed, shares, received, least }: GradientTable): CircuitFunction {
  const offset = signed ? 2 ** (bits - 1) : 0;
  return {
    rows: "sums",
    simulated: () => received.length,
    aggregate(words) {
      const made = Float64Array.from(rowsOf(words, shares, offset), (row) => received[row]! + least);
      return new Array<Float64Array>(workers).fill(made);
    },
  };
}

/** Rows of a table of symbol sums: each worker adds its share. */
function rowsOf(words: readonly Float64Array[], shares: readonly Int32Array[], offset: number): Int32Array {
  const rows = new Int32Array(words[0]!.length);
  for (const [worker, own] of words.entries()) {
    const share = shares[worker]!;
    for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! + share[own[i]! + offset]!;
  }
  return rows;
}

/** The function of any circuit, a chip with phase errors too: each tuple of words is simulated when it is first met. */
export function wordFunction(simulator: Simulator): CircuitFunction {
  const { aggregate } = simulator.circuit;
  const { workers, bits } = aggregate;
  const { min } = wordRange(aggregate);
  const small = bits * workers <= 53;
  const known = new Map<number | string, number>();
  let table = new Float64Array(chunk * workers);
  let simulated = 0;

  const keyOf = (words: readonly Float64Array[], element: number): number | string => {
    if (!small) return words.map((row) => row[element]).join();
    let key = 0;
    for (const row of words) key = key * 2 ** bits + (row[element]! - min);
    return key;
  };
  const learn = (words: readonly Float64Array[], elements: readonly number[]): void => {
    const first = known.size - elements.length;
    while (table.length < known.size * workers) table = doubled(table);
    for (let from = 0; from < elements.length; from += chunk) {
      const part = elements.slice(from, from + chunk);
      const rows = words.map((row) => Float64Array.from(part, (element) => row[element]!));
      table.set(simulateWords(simulator, rows), (first + from) * workers);
    }
    simulated += elements.length;
  };
  return {
    rows: "words",
    simulated: () => simulated,
    aggregate(words) {
      const length = words[0]!.length;
      if (known.size + length > memoryLimit) known.clear();
      const row = new Int32Array(length);
      const fresh: number[] = [];
      for (let i = 0; i < length; i++) {
        const key = keyOf(words, i);
        const index = known.get(key);
        if (index !== undefined) row[i] = index;
        else {
          row[i] = known.size;
          known.set(key, known.size);
          fresh.push(i);
        }
      }
      learn(words, fresh);
      const received: Float64Array[] = [];
      for (let worker = 0; worker < workers; worker++) {
        const own = Float64Array.from(row, (index) => table[index * workers + worker]!);
        received.push(received.find((other) => sameNumbers(own, other)) ?? own);
      }
      return received;
    },
  };
}

/** Sends words [worker][vector] through every device: [vector][worker]. */
export function simulateWords(simulator: Simulator, words: readonly Float64Array[]): Float64Array {
  const { aggregate } = simulator.circuit;
  const { workers, symbols: width } = aggregate;
  const vectors = words[0]!.length;
  const batch = new Uint8Array(vectors * workers * width);
  words.forEach((row, worker) => {
    const symbols = encodeWords(row, aggregate);
    for (let v = 0; v < vectors; v++) {
      for (let s = 0; s < width; s++) batch[(v * workers + worker) * width + s] = symbols[v * width + s]!;
    }
  });
  const received = simulateCodes(simulator, { symbols: batch });
  const result = resultOf(aggregate);
  return Float64Array.from({ length: vectors * workers }, (_, i) => {
    return wordOf(received[i % workers]![Math.floor(i / workers)]!, result);
  });
}

/** The word of a code; NaN where the receivers read no level. */
function wordOf(code: number, { bits, min }: ResultFormat): number {
  return code === 2 ** bits ? Number.NaN : code + min;
}

function doubled(table: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * table.length);
  larger.set(table);
  return larger;
}

export function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
