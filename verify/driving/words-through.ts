import { type Aggregate, type CircuitTable, resultOf, type Simulator, simulateCodes } from "../../netlist/index.ts";
import { encodeWords, wordRange } from "./reference.ts";

/** Words that each worker receives, [worker][element]; NaN where it could not read a symbol. */
export function throughDevices(simulator: Simulator, sent: readonly Float64Array[]): Float64Array[] {
  const { aggregate } = simulator.circuit;
  const { workers, symbols: width } = aggregate;
  const symbols = new Uint8Array(sent[0]!.length * workers * width);
  for (const [worker, row] of sent.entries()) {
    scatter(encodeWords(row, aggregate), width, symbols, worker * width, workers * width);
  }
  return simulateCodes(simulator, { symbols }).map((codes) => wordsOf(codes, aggregate));
}

/** Groups of `width` bytes to every `step` bytes from `first` on. */
function scatter(from: Uint8Array, width: number, to: Uint8Array, first: number, step: number): void {
  for (let i = 0, at = first; i < from.length; i += width, at += step) {
    for (let s = 0; s < width; s++) to[at + s] = from[i + s]!;
  }
}

/** The same from what every sum became. Workers that always receive the same share one array. */
export function throughTable(
  { aggregate, shares, received }: CircuitTable,
  sent: readonly Float64Array[],
): Float64Array[] {
  const rows = rowsOfWords(shares, sent, wordRange(aggregate).min);
  const columns = new Map<Uint32Array, Float64Array>();
  return received.map((column) => {
    const words = columns.get(column) ?? wordsOf(pick(column, rows), aggregate);
    columns.set(column, words);
    return words;
  });
}

/** Rows of a table of sums: each worker's word, of which `least` is the least, adds its share. */
export function rowsOfWords(shares: readonly Int32Array[], words: readonly Float64Array[], least: number): Int32Array {
  const rows = new Int32Array(words[0]!.length);
  for (const [worker, own] of words.entries()) addShares(rows, shares[worker]!, own, least);
  return rows;
}

function addShares(rows: Int32Array, share: Int32Array, words: Float64Array, min: number): void {
  for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! + share[words[i]! - min]!;
}

function pick(column: Uint32Array, rows: Int32Array): Uint32Array {
  const codes = new Uint32Array(rows.length);
  for (let i = 0; i < codes.length; i++) codes[i] = column[rows[i]!]!;
  return codes;
}

/** Of codes, where 2^bits stands for what could not be read. */
function wordsOf(codes: Float64Array | Uint32Array, aggregate: Aggregate): Float64Array {
  const { bits, min } = resultOf(aggregate);
  const unread = 2 ** bits;
  const words = new Float64Array(codes.length);
  for (let i = 0; i < words.length; i++) words[i] = codes[i] === unread ? Number.NaN : codes[i]! + min;
  return words;
}
