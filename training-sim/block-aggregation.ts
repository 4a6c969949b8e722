import { type CircuitTable, resultOf, summedWorkers, symbolLevels } from "../netlist/index.ts";
import { quantizeSums, type WordTable, wordRange } from "../verify/index.ts";

/** A table for gradients; plain arrays that threads can share. */
export interface GradientTable extends WordTable {
  /** A received code is this often the mean that it stands for, plus the least word. */
  readonly scale: number;
  /** Whether every worker receives the mean of the words, whatever the row. */
  readonly exact: boolean;
}

/** What was found on the way. */
export interface BlockTotals {
  elements: number;
  /** Elements for which some worker received another word than the mean of the words. */
  wrong: number;
  /** Largest |aggregated - mean| in quantization steps of its block, where, and the sum of the squares. */
  maximumSteps: number;
  worstElement: number;
  squares: number;
  /** Blocks with a gradient that is not finite, which are counted in nothing else, and the first such gradient. */
  lostBlocks: number;
  lost: { readonly worker: number; readonly element: number } | null;
}

export function noTotals(): BlockTotals {
  return { elements: 0, wrong: 0, maximumSteps: 0, worstElement: -1, squares: 0, lostBlocks: 0, lost: null };
}

/** Totals of `next`, which follows `totals`, are added to these. */
export function addTotals(totals: BlockTotals, next: BlockTotals): void {
  totals.elements += next.elements;
  totals.wrong += next.wrong;
  totals.squares += next.squares;
  totals.lostBlocks += next.lostBlocks;
  totals.lost ??= next.lost;
  if (next.maximumSteps > totals.maximumSteps || totals.worstElement < 0) {
    totals.maximumSteps = next.maximumSteps;
    totals.worstElement = next.worstElement;
  }
}

/** A table of sums for gradients; null where a receiver reads no level of some row. */
export function gradientTable({ aggregate, rows, shares, received }: CircuitTable): GradientTable | null {
  const { bits, min, scale } = resultOf(aggregate);
  if (received.some((column) => column.includes(2 ** bits))) return null;
  const means = quantizeSums(sumsOfRows(aggregate, rows), aggregate);
  const narrow = bits <= 8 ? Uint8Array : bits <= 16 ? Uint16Array : Uint32Array;
  const columns = new Map(received.map((column) => [column, narrow.from(column)]));
  return {
    aggregate,
    scale,
    shares,
    received: received.map((column) => columns.get(column)!),
    exact: [...columns.keys()].every((column) => column.every((code, row) => code + min === means[row])),
  };
}

/** Sum of the words that the row of a table of sums stands for. */
function sumsOfRows(aggregate: CircuitTable["aggregate"], rows: number): Float64Array {
  const levels = symbolLevels(aggregate);
  const { min } = wordRange(aggregate);
  const sums = new Float64Array(rows).fill(aggregate.workers * min);
  let stride = 1;
  for (const unit of summedWorkers(aggregate).reverse()) {
    let weight = 1;
    for (const base of [...levels].reverse()) {
      const count = unit.workers * (base - 1) + 1;
      for (let row = 0; row < rows; row++) sums[row] = sums[row]! + (Math.floor(row / stride) % count) * weight;
      stride *= count;
      weight *= base;
    }
  }
  return sums;
}

/** Counts a block of which some gradient is not finite. */
export function loseBlock(
  rows: readonly Float32Array[],
  start: number,
  count: number,
  first: number,
  totals: BlockTotals,
): void {
  totals.lostBlocks++;
  if (totals.lost !== null) return;
  for (const [worker, row] of rows.entries()) {
    const at = row.subarray(start, start + count).findIndex((value) => !Number.isFinite(value));
    if (at < 0) continue;
    totals.lost = { worker, element: first + start + at };
    return;
  }
}
