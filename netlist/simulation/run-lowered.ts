import { sentBy } from "../circuit/neuron.ts";
import {
  CODE_WIDTH,
  COMPLEX_ONE,
  COMPLEX_TWO,
  DETECT,
  type End,
  FACTOR_WIDTH,
  LOAD,
  type Lowered,
  MIX_ONE,
  MIX_TWO,
} from "./lower.ts";

/** Symbols [vectors][width], row by row; element [v][w * symbols + s] is a level, 0 = no light. */
export type SymbolBatch = Uint8Array | Int32Array | Float64Array;

/** Rows of a block of vectors; row r starts at r * stride. */
export interface Rows {
  readonly stride: number;
  readonly data: Float64Array;
}

/** Bytes of rows that stay in a core's cache while a block of vectors passes. */
const CACHE_BYTES = 1 << 18;
const LARGEST_BLOCK = 512;
const SMALLEST_BLOCK = 16;

/** Vectors that pass together. */
export function blockOf({ rows }: Pick<Lowered, "rows">): number {
  const fitting = Math.floor(CACHE_BYTES / (8 * Math.max(1, rows)));
  return Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, fitting));
}

/** Sends `count` vectors from number `from` on through every step. What a vector becomes hangs on nothing but its symbols. */
export function runLowered(
  { rows: used, code, factors: f }: Lowered,
  rows: Rows,
  symbols: SymbolBatch,
  width: number,
  from: number,
  count: number,
): void {
  const { stride, data } = rows;
  // A row without light stands for what is -1.
  const dark = used * stride;
  const place = (row: number): number => (row < 0 ? dark : row * stride);
  for (let c = 0, k = 0; c < code.length; c += CODE_WIDTH, k += FACTOR_WIDTH) {
    const x = place(code[c + 1]!);
    const p = place(code[c + 5]!);
    switch (code[c]) {
      case LOAD:
        load(data, p, symbols, from * width + code[c + 1]!, width, count);
        break;
      case MIX_ONE:
        mixOne(data, x, place(code[c + 3]!), p, count, f[k]!, f[k + 1]!);
        break;
      case MIX_TWO: {
        const q = place(code[c + 7]!);
        mixTwo(data, x, place(code[c + 3]!), p, q, count, f[k]!, f[k + 1]!, f[k + 2]!, f[k + 3]!);
        break;
      }
      case COMPLEX_ONE:
      case COMPLEX_TWO:
        mixComplex(data, c, code, f.subarray(k, k + FACTOR_WIDTH), place, count);
        break;
      case DETECT:
        if (code[c + 2]! < 0) detect(data, x, p, count, f[k]!, f[k + 2]!, f[k + 3]!, f[k + 4]!);
        else detectComplex(data, x, place(code[c + 2]!), p, count, f.subarray(k, k + FACTOR_WIDTH));
        break;
      default:
        throw new Error(`no step ${code[c]}`);
    }
  }
}

/** Real parts of the fields at one port: out[first + v * step]. */
export function realParts(end: End, rows: Rows, count: number, out: Float64Array, first: number, step: number): void {
  const { stride, data } = rows;
  const x = end.re * stride;
  const y = end.im * stride;
  if (end.re < 0) for (let v = 0; v < count; v += 1) out[first + v * step] = end.kRe;
  else if (end.im < 0) for (let v = 0; v < count; v += 1) out[first + v * step] = end.uRe * data[x + v]! + end.kRe;
  else {
    for (let v = 0; v < count; v += 1) {
      out[first + v * step] = end.uRe * data[x + v]! - end.uIm * data[y + v]! + end.kRe;
    }
  }
}

function load(data: Float64Array, p: number, symbols: SymbolBatch, first: number, width: number, count: number): void {
  for (let v = 0, at = first; v < count; v += 1, at += width) data[p + v] = symbols[at]!;
}

function mixOne(data: Float64Array, x: number, y: number, p: number, count: number, a: number, b: number): void {
  for (let v = 0; v < count; v += 1) data[p + v] = a * data[x + v]! + b * data[y + v]!;
}

function mixTwo(
  data: Float64Array,
  x: number,
  y: number,
  p: number,
  q: number,
  count: number,
  a: number,
  b: number,
  c: number,
  d: number,
): void {
  for (let v = 0; v < count; v += 1) {
    const ofX = data[x + v]!;
    const ofY = data[y + v]!;
    data[p + v] = a * ofX + b * ofY;
    data[q + v] = c * ofX + d * ofY;
  }
}

function mixComplex(
  data: Float64Array,
  c: number,
  code: Int32Array,
  f: Float64Array,
  place: (row: number) => number,
  count: number,
): void {
  const [x, xi, y, yi] = [place(code[c + 1]!), place(code[c + 2]!), place(code[c + 3]!), place(code[c + 4]!)];
  const [p, pi, q, qi] = [place(code[c + 5]!), place(code[c + 6]!), place(code[c + 7]!), place(code[c + 8]!)];
  const [aRe, aIm, bRe, bIm] = [f[0]!, f[1]!, f[2]!, f[3]!];
  const [cRe, cIm, dRe, dIm] = [f[4]!, f[5]!, f[6]!, f[7]!];
  const two = code[c] === COMPLEX_TWO;
  for (let v = 0; v < count; v += 1) {
    const xRe = data[x + v]!;
    const xIm = data[xi + v]!;
    const yRe = data[y + v]!;
    const yIm = data[yi + v]!;
    data[p + v] = aRe * xRe - aIm * xIm + bRe * yRe - bIm * yIm;
    data[pi + v] = aRe * xIm + aIm * xRe + bRe * yIm + bIm * yRe;
    if (!two) continue;
    data[q + v] = cRe * xRe - cIm * xIm + dRe * yRe - dIm * yIm;
    data[qi + v] = cRe * xIm + cIm * xRe + dRe * yIm + dIm * yRe;
  }
}

function detect(
  data: Float64Array,
  x: number,
  p: number,
  count: number,
  ofRe: number,
  above: number,
  gain: number,
  range: number,
): void {
  for (let v = 0; v < count; v += 1) data[p + v] = sentBy(gain, range, ofRe * data[x + v]! + above);
}

function detectComplex(data: Float64Array, x: number, xi: number, p: number, count: number, f: Float64Array): void {
  const [ofRe, ofIm, above, gain, range] = [f[0]!, f[1]!, f[2]!, f[3]!, f[4]!];
  for (let v = 0; v < count; v += 1) {
    data[p + v] = sentBy(gain, range, ofRe * data[x + v]! + ofIm * data[xi + v]! + above);
  }
}
