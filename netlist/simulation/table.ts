import type { Aggregate } from "../circuit/circuit.ts";
import { bitsOfSymbol, resultOf } from "../circuit/symbols.ts";
import { UNREADABLE } from "./blocks.ts";
import { simulateWords } from "./simulate.ts";
import type { Simulator } from "./simulator.ts";
import { distinctVectors, enumeratedVectors, summedWorkers, symbolLevels, type VectorBatch } from "./vectors.ts";

/**
 * What the rows of a table stand for. sums: distinct vectors of symbol sums, all that a circuit sees whose combiners add all
 * workers alike. words: tuples of the workers' words, for chips whose combiners do not.
 */
export type TableIndex = "sums" | "words";

/**
 * The function of a circuit. The code of a word is the word less the least one: 0..2^bits - 1. Each
 * worker's code has a share in the number of the row, and the shares of all workers add up to it:
 * row = sum_w shares[w][code of worker w]; worker w receives the code received[w][row].
 */
export interface CircuitTable {
  readonly aggregate: Aggregate;
  readonly index: TableIndex;
  readonly rows: number;
  /** [worker][code]; workers whose words weigh alike share one array. */
  readonly shares: readonly Int32Array[];
  /** [worker][row]; workers that always receive the same share one array. 2^bits of the result where a receiver reads no level. */
  readonly received: readonly Uint32Array[];
}

/** Most rows of a table: sums are 32-bit integers, and a column takes 256 MiB. */
export const mostTableRows: number = 2 ** 26;

/** Rows that are sent through the circuit together. */
const CHUNK = 8192;

/** Rows of the table of a circuit; may be Infinity. */
export function tableRows(aggregate: Aggregate, index: TableIndex): number {
  return index === "sums" ? distinctVectors(aggregate) : 2 ** (aggregate.bits * aggregate.workers);
}

/** `tabulateSteps` at once. */
export function tabulate(simulator: Simulator, index: TableIndex): CircuitTable {
  const steps = tabulateSteps(simulator, index);
  let state = steps.next();
  while (state.done !== true) state = steps.next();
  return state.value;
}

interface TableProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: "rows";
  readonly wrong: null;
}

/** Sends every row through every device; yields how many are done. Throws a RangeError for more than `mostTableRows`. */
export function* tabulateSteps(simulator: Simulator, index: TableIndex): Generator<TableProgress, CircuitTable> {
  const { aggregate } = simulator.circuit;
  const { workers } = aggregate;
  const rows = tableRows(aggregate, index);
  if (rows > mostTableRows) throw new RangeError(`${rows} rows of a table`);
  const received: Uint32Array[] = new Array<Uint32Array>(workers).fill(new Uint32Array(rows));
  for (let from = 0; from < rows; from += CHUNK) {
    const count = Math.min(CHUNK, rows - from);
    const batch =
      index === "sums" ? enumeratedVectors(aggregate, from, count) : enumeratedTuples(aggregate, from, count);
    const codes = simulateCodes(simulator, batch);
    const parts: { before: Uint32Array; codes: Float64Array; column: Uint32Array }[] = [];
    codes.forEach((part, worker) => {
      const before = received[worker]!;
      const alike = parts.find((it) => it.before === before && sameCodes(it.codes, part));
      if (alike !== undefined) {
        received[worker] = alike.column;
        return;
      }
      // What stands in front of this part was alike.
      const column = parts.some((it) => it.before === before) ? before.slice() : before;
      column.set(part, from);
      received[worker] = column;
      parts.push({ before, codes: part, column });
    });
    yield { done: from + count, total: rows, unit: "rows", wrong: null };
  }
  return { aggregate, index, rows, shares: index === "sums" ? sumShares(aggregate) : wordShares(aggregate), received };
}

/** Codes that each worker receives, [worker][vector]; 2^bits, which for 32 bits no Uint32Array holds, where a receiver reads no level. */
export function simulateCodes(simulator: Simulator, { symbols }: Pick<VectorBatch, "symbols">): Float64Array[] {
  const { aggregate } = simulator.circuit;
  const { workers } = aggregate;
  const result = resultOf(aggregate);
  const { symbols: width, bits } = result;
  const read = simulateWords(simulator, symbols);
  const widths = symbolLevels(result);
  return Array.from({ length: workers }, (_, worker) => {
    const codes = new Float64Array(read.length / (workers * width));
    for (let v = 0; v < codes.length; v++) {
      const first = (v * workers + worker) * width;
      let code = 0;
      for (let s = 0; s < width; s++) {
        const symbol = read[first + s]!;
        if (symbol === UNREADABLE) {
          code = 2 ** bits;
          break;
        }
        code = code * widths[s]! + symbol;
      }
      codes[v] = code;
    }
    return codes;
  });
}

/** Tuples number from..from+count-1 of all words, the last worker's counting fastest. */
export function enumeratedTuples(aggregate: Aggregate, from: number, count: number): VectorBatch {
  const { workers, symbols: width } = aggregate;
  const widths = symbolLevels(aggregate);
  const symbols = new Uint8Array(count * workers * width);
  for (let v = 0; v < count; v++) {
    let rest = from + v;
    for (let at = (v + 1) * workers * width - 1; at >= v * workers * width; at--) {
      const base = widths[at % width]!;
      symbols[at] = rest % base;
      rest = Math.floor(rest / base);
    }
  }
  return { vectors: count, symbols };
}

/** Digits of the code in the mixed base of the sums, as `enumeratedVectors` counts. */
function sumShares(aggregate: Aggregate): Int32Array[] {
  const shares: Int32Array[] = new Array<Int32Array>(aggregate.workers);
  let stride = 1;
  for (const unit of summedWorkers(aggregate).reverse()) {
    const share = new Int32Array(2 ** aggregate.bits);
    let below = 1;
    for (let symbol = aggregate.symbols - 1; symbol >= 0; symbol--) {
      const base = 2 ** bitsOfSymbol(aggregate, symbol);
      for (let code = 0; code < share.length; code++) {
        share[code] = share[code]! + (Math.floor(code / below) % base) * stride;
      }
      below *= base;
      stride *= unit.workers * (base - 1) + 1;
    }
    shares.fill(share, unit.first, unit.first + unit.workers);
  }
  return shares;
}

function wordShares({ workers, bits }: Aggregate): Int32Array[] {
  return Array.from({ length: workers }, (_, worker) =>
    Int32Array.from({ length: 2 ** bits }, (_unused, code) => code * 2 ** (bits * (workers - 1 - worker))),
  );
}

function sameCodes(a: Float64Array, b: Float64Array): boolean {
  return a.every((code, i) => code === b[i]);
}
