import type { Boxes } from "./bounds.ts";

/** From where to where fields can be; [row][signal] of a part. */
export interface Hull {
  readonly lowRe: Float64Array;
  readonly highRe: Float64Array;
  readonly lowIm: Float64Array;
  readonly highIm: Float64Array;
}

export function newHull(count: number): Hull {
  const numbers = (): Float64Array => new Float64Array(count);
  return { lowRe: numbers(), highRe: numbers(), lowIm: numbers(), highIm: numbers() };
}

/** Holds nothing. */
export function emptyHull({ lowRe, highRe, lowIm, highIm }: Hull): void {
  lowRe.fill(Number.POSITIVE_INFINITY);
  highRe.fill(Number.NEGATIVE_INFINITY);
  lowIm.fill(Number.POSITIVE_INFINITY);
  highIm.fill(Number.NEGATIVE_INFINITY);
}

/** Sets entry `at` so that it also holds what lies between these numbers. */
export function widen(hull: Hull, at: number, low: number, high: number, lowIm: number, highIm: number): void {
  if (low < hull.lowRe[at]!) hull.lowRe[at] = low;
  if (high > hull.highRe[at]!) hull.highRe[at] = high;
  if (lowIm < hull.lowIm[at]!) hull.lowIm[at] = lowIm;
  if (highIm > hull.highIm[at]!) hull.highIm[at] = highIm;
}

/** Writes entry `from` as a box. The middle rounds; the reader's bounds allow for it. */
export function boxOf({ lowRe, highRe, lowIm, highIm }: Hull, from: number, boxes: Boxes, to: number): void {
  boxes.re[to] = (lowRe[from]! + highRe[from]!) / 2;
  boxes.im[to] = (lowIm[from]! + highIm[from]!) / 2;
  boxes.spreadRe[to] = (highRe[from]! - lowRe[from]!) / 2;
  boxes.spreadIm[to] = (highIm[from]! - lowIm[from]!) / 2;
}
