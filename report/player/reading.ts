import {
  type Aggregate,
  levelsOfSymbol,
  readWords,
  resultOf,
  type Simulator,
  simulate,
  UNREADABLE,
} from "../../netlist/index.ts";
import { decodeWords, encodeWords, referenceWords, ringWords, wordRange } from "../../verify/index.ts";

/** A receiver and what it made of its light. */
export interface ReceiverReading {
  readonly name: string;
  readonly worker: number;
  readonly symbol: number;
  /** Re(field) * levelsPerField: what is snapped to a level. */
  readonly value: number;
  /** The symbol it read; UNREADABLE for a field that is no finite number. */
  readonly level: number;
  /** That of the exact mean's word. */
  readonly wanted: number;
  /** To the nearest value that would be read otherwise, in levels; negative where the symbol is wrong. */
  readonly distance: number;
}

/** What came out of one vector of words. */
export interface WordReading {
  /** Word of each worker; NaN where a symbol of it cannot be read. */
  readonly words: readonly number[];
  readonly receivers: readonly ReceiverReading[];
}

/** What has to come out. */
export interface WantedWords {
  /** Sum of the words over the workers, exact as long as it is below 2^53. */
  readonly sum: number;
  /** The mean, rounded as the aggregate says. */
  readonly word: number;
  /** What each worker has after an executed ring all-reduce. */
  readonly ring: readonly number[];
}

/** Symbols of one vector, [worker * symbols + symbol]. Throws a RangeError for words out of range or of another number. */
export function symbolsOf(words: readonly number[], aggregate: Aggregate): Uint8Array {
  if (words.length !== aggregate.workers)
    throw new RangeError(`${words.length} words, there are ${aggregate.workers} workers`);
  return encodeWords(words, aggregate);
}

/** The mean by the reference of verify and by a ring that exchanges its chunks. */
export function wantedWords(words: readonly number[], aggregate: Aggregate): WantedWords {
  const rows = words.map((word) => [word]);
  return {
    sum: words.reduce((sum, word) => sum + word, 0),
    word: referenceWords(rows, aggregate)[0]!,
    ring: ringWords(rows, aggregate).map((row) => row[0]!),
  };
}

/** Sends the words through every device, by the same functions as `optinc verify`. */
export function readThrough(simulator: Simulator, words: readonly number[], wanted: number): WordReading {
  const { circuit } = simulator;
  const { aggregate } = circuit;
  const fields = simulate(simulator, symbolsOf(words, aggregate));
  const read = readWords(circuit, fields);
  const result = resultOf(aggregate);
  const wantedSymbols = encodeWords([wanted], result);
  const decoded = decodeWords(read, result);
  const unreadable = (worker: number): boolean =>
    read.subarray(worker * result.symbols, (worker + 1) * result.symbols).includes(UNREADABLE);
  return {
    words: Array.from(decoded, (word, worker) => (unreadable(worker) ? Number.NaN : word)),
    receivers: circuit.outputs.map(({ name, worker, symbol, levelsPerField }, o) => {
      const value = fields.re[o]! * levelsPerField;
      const level = read[worker * result.symbols + symbol]!;
      const due = wantedSymbols[symbol]!;
      return {
        name,
        worker,
        symbol,
        value,
        level,
        wanted: due,
        distance: distanceOf(value, due, levelsOfSymbol(result, symbol)),
      };
    }),
  };
}

/** How far a value may move before another level than `wanted` is read; the outermost levels are read from beyond, too. */
function distanceOf(value: number, wanted: number, levels: number): number {
  const below = wanted === 0 ? Number.POSITIVE_INFINITY : value - (wanted - 0.5);
  const above = wanted === levels - 1 ? Number.POSITIVE_INFINITY : wanted + 0.5 - value;
  return Math.min(below, above);
}

/** Words in a text, `3, -1 0;2`; or what is wrong with it, to be shown to whoever typed it. */
export function parseWords(
  text: string,
  aggregate: Aggregate,
): { readonly words: readonly number[] } | { readonly problem: string } {
  const pieces = text.split(/[\s,;]+/).filter((piece) => piece !== "");
  const { min, max } = wordRange(aggregate);
  const strange = pieces.find((piece) => !/^[-+]?\d{1,12}$/.test(piece));
  if (strange !== undefined) return { problem: `“${strange.slice(0, 20)}” is no whole number` };
  const words = pieces.map(Number);
  const outside = words.find((word) => word < min || word > max);
  if (outside !== undefined) return { problem: `${outside} is outside of ${min} to ${max}` };
  if (words.length !== aggregate.workers)
    return { problem: `${words.length} words; there are ${aggregate.workers} workers` };
  return { words };
}
