import { type CircuitTable, resultOf, summedWorkers, symbolLevels } from "../netlist/index.ts";
import { blockExponent, blockScale, quantizeSums, wordRange } from "../verify/index.ts";

/** A table for gradients; plain arrays that threads can share. */
export interface GradientTable {
  readonly workers: number;
  readonly bits: number;
  readonly signed: boolean;
  /** A received code is this often the mean that it stands for, plus `least`. */
  readonly scale: number;
  readonly least: number;
  /** [worker][code] */
  readonly shares: readonly Int32Array[];
  /** Codes that worker 0 receives. */
  readonly received: Uint8Array | Uint16Array | Uint32Array;
  /** 1 where some worker does not receive the mean of the words; null where no row is wrong. */
  readonly wrong: Uint8Array | null;
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
  const { workers, bits, signed } = aggregate;
  const columns = [...new Set(received)];
  const { bits: resultBits, min, scale } = resultOf(aggregate);
  if (columns.some((column) => column.includes(2 ** resultBits))) return null;
  const means = quantizeSums(sumsOfRows(aggregate, rows), aggregate);
  const wrong = new Uint8Array(rows);
  for (const column of columns)
    for (let row = 0; row < rows; row++) if (column[row]! + min !== means[row]!) wrong[row] = 1;
  const narrow = resultBits <= 8 ? Uint8Array : resultBits <= 16 ? Uint16Array : Uint32Array;
  return {
    workers,
    bits,
    signed,
    scale,
    least: min,
    shares,
    received: narrow.from(received[0]!),
    wrong: wrong.includes(1) ? wrong : null,
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

/**
 * Aggregates blocks of gradients through a table: quantization with a shared exponent as `quantizeBlocks` has it, the row of the
 * words, what is received, and its value (float64) into `out`. `rows`: [worker][element], whole blocks but for the last one;
 * `first` is the number of element 0. A block with a gradient that is not finite becomes NaN. Adds to the totals.
 */
export function aggregateBlocks(
  table: GradientTable,
  blockSize: number,
  rows: readonly Float32Array[],
  first: number,
  out: Float64Array,
  totals: BlockTotals,
): void {
  const { received, wrong, scale: parts, least } = table;
  const { length } = out;
  const offset = table.signed ? 2 ** (table.bits - 1) : 0;
  const patterns = rows.map((row) => new Int32Array(row.buffer, row.byteOffset, row.length));
  const size = Math.min(blockSize, length);
  const index = new Int32Array(size);
  const sums = new Float64Array(size);
  for (let start = 0; start < length; start += blockSize) {
    const count = Math.min(blockSize, length - start);
    let largest = 0;
    for (const pattern of patterns) largest = largestBits(pattern, start, count, largest);
    if (largest >= 0x7f800000) {
      loseBlock(rows, start, count, first, totals);
      out.fill(Number.NaN, start, start + count);
      continue;
    }
    totals.elements += count;
    const { step, scale, zero } = blockScale(blockExponent(largest), table);
    const decode = { step, zero: parts * zero - least, parts, workers: table.workers };
    // Codes are not negative: cutting off the fraction is rounding down.
    const shift = zero + offset + 0.5;
    index.fill(0);
    sums.fill(0);
    for (let worker = 0; worker < table.workers; worker++) {
      if (table.bits === 1) addSigns(rows[worker]!, start, count, scale, table.shares[worker]!, index, sums);
      else addShares(rows[worker]!, start, count, scale, shift, table.shares[worker]!, index, sums);
    }
    const place = first + start;
    read(received, index, sums, count, decode, out, start, place, totals);
    if (wrong !== null) for (let i = 0; i < count; i++) totals.wrong += wrong[index[i]!]!;
  }
}

/** The largest magnitude as the bits of a float32, which are in the order of the magnitudes; NaN and infinities above all. */
function largestBits(pattern: Int32Array, start: number, count: number, least: number): number {
  let largest = least;
  for (let i = start; i < start + count; i++) {
    const magnitude = pattern[i]! & 0x7fffffff;
    if (magnitude > largest) largest = magnitude;
  }
  return largest;
}

function addShares(
  values: Float32Array,
  start: number,
  count: number,
  scale: number,
  shift: number,
  shares: Int32Array,
  index: Int32Array,
  sums: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const scaled = values[start + i]! * scale;
    sums[i] = sums[i]! + scaled;
    index[i] = index[i]! + shares[(scaled + shift) | 0]!;
  }
}

/** Of words of one bit, whose tie is at 0. */
function addSigns(
  values: Float32Array,
  start: number,
  count: number,
  scale: number,
  shares: Int32Array,
  index: Int32Array,
  sums: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const value = values[start + i]!;
    sums[i] = sums[i]! + value * scale;
    index[i] = index[i]! + shares[value < 0 ? 0 : 1]!;
  }
}

function read(
  received: GradientTable["received"],
  index: Int32Array,
  sums: Float64Array,
  count: number,
  { step, zero, parts, workers }: Readonly<Record<"step" | "zero" | "parts" | "workers", number>>,
  out: Float64Array,
  start: number,
  place: number,
  totals: BlockTotals,
): void {
  let { maximumSteps, worstElement, squares } = totals;
  for (let i = 0; i < count; i++) {
    const level = (received[index[i]!]! - zero) / parts;
    out[start + i] = level * step;
    const error = Math.abs(level - sums[i]! / workers);
    squares += error * error;
    if (error > maximumSteps) {
      maximumSteps = error;
      worstElement = place + i;
    }
  }
  totals.maximumSteps = maximumSteps;
  totals.worstElement = worstElement;
  totals.squares = squares;
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
