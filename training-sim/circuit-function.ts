import { distinctVectors, type Simulator, tabulate } from "../netlist/index.ts";
import { throughDevices, throughTable, type WordTable, wordRange } from "../verify/index.ts";

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
  const vectors = distinctVectors(simulator.circuit.aggregate);
  if (vectors > tableLimit) throw new RangeError(`${vectors} vectors of symbol sums`);
  return tableFunction(tabulate(simulator, "sums"));
}

/** The function of a table of symbol sums that is filled already. */
export function tableFunction(table: WordTable): CircuitFunction {
  const simulated = table.received[0]!.length;
  return { rows: "sums", simulated: () => simulated, aggregate: (words) => throughTable(table, words) };
}

/** The function of any circuit, a chip with phase errors too: each tuple of words is simulated when it is first met. */
export function wordFunction(simulator: Simulator): CircuitFunction {
  const { aggregate } = simulator.circuit;
  const { workers, bits } = aggregate;
  const { min } = wordRange(aggregate);
  const small = bits * workers <= 53;
  const known = new Map<number | string, number>();
  /** [worker][tuple] */
  let received = Array.from({ length: workers }, () => new Float64Array(chunk));
  let simulated = 0;

  const keyOf = (words: readonly Float64Array[], element: number): number | string => {
    if (!small) return words.map((row) => row[element]).join();
    let key = 0;
    for (const row of words) key = key * 2 ** bits + (row[element]! - min);
    return key;
  };
  const learn = (words: readonly Float64Array[], elements: readonly number[]): void => {
    const first = known.size - elements.length;
    while (received[0]!.length < known.size) received = received.map(doubled);
    for (let from = 0; from < elements.length; from += chunk) {
      const part = elements.slice(from, from + chunk);
      const rows = words.map((row) => Float64Array.from(part, (element) => row[element]!));
      throughDevices(simulator, rows).forEach((column, worker) => {
        received[worker]!.set(column, first + from);
      });
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
      const made: Float64Array[] = [];
      for (const column of received) {
        const own = Float64Array.from(row, (index) => column[index]!);
        made.push(made.find((other) => sameNumbers(own, other)) ?? own);
      }
      return made;
    },
  };
}

function doubled(table: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * table.length);
  larger.set(table);
  return larger;
}

function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}
