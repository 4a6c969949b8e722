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

/** What every sum became: a table of sums, or one whose codes take fewer bytes. */
export interface WordTable extends Pick<CircuitTable, "aggregate" | "shares"> {
  readonly received: readonly (Uint8Array | Uint16Array | Uint32Array)[];
}

/** The same from a table: each worker's word adds its share to a row. Workers that always receive the same share one array. */
export function throughTable(
  { aggregate, shares, received }: WordTable,
  sent: readonly Float64Array[],
): Float64Array[] {
  const rows = new Int32Array(sent[0]!.length);
  const { min } = wordRange(aggregate);
  for (const [worker, own] of sent.entries()) addShares(rows, shares[worker]!, own, min);
  const words = new Map([...new Set(received)].map((column) => [column, wordsOf(pick(column, rows), aggregate)]));
  return received.map((column) => words.get(column)!);
}

function addShares(rows: Int32Array, share: Int32Array, words: Float64Array, min: number): void {
  for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! + share[words[i]! - min]!;
}

function pick(column: WordTable["received"][number], rows: Int32Array): Uint32Array {
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
