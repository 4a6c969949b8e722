import { inLightOrder, lift, type Rotations, requireDiagonal, sweepSchedule } from "./nulling.ts";

/**
 * The complex twin of nulling.ts: same schedule, entries interleaved (re, im). Two rotations of a row sweep are fused, two
 * rows of a column sweep go together: more would not fit into sixteen registers.
 */

/** Where the rotations of the current decomposition go. */
interface Store {
  readonly c: Float64Array;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Overwrites `a` (rows x cols complex, interleaved, rows >= cols, orthonormal columns) and returns its factors:
 * a = (factors behind, last first) * [diag; 0] * (factors before, last first).
 */
export function nullComplex(a: Float64Array, rows: number, cols: number): Rotations {
  const sweeps = sweepSchedule(rows, cols);
  let total = 0;
  for (const sweep of sweeps) total += sweep.last + 1;
  const store: Store = { c: new Float64Array(total), re: new Float64Array(total), im: new Float64Array(total) };
  let at = 0;
  for (const { k, last, right } of sweeps) {
    if (right) columnSweep(a, rows, cols, k, store, at);
    else rowSweep(a, rows, cols, k, last, store, at);
    at += last + 1;
  }
  const diagonalRad = new Float64Array(cols);
  requireDiagonal(a, cols, 2);
  for (let j = 0; j < cols; j++) diagonalRad[j] = Math.atan2(a[2 * (j * cols + j) + 1]!, a[2 * (j * cols + j)]!);
  return inLightOrder(sweeps, rows, store.c, store.re, store.im, diagonalRad);
}

/** Rotation that moves the entry at q into the one at p: c = |x| / h, s = y conj(x) / (|x| h). Sets both entries. */
function aim(a: Float64Array, p: number, q: number, store: Store, at: number): void {
  const yRe = a[q]!;
  const yIm = a[q + 1]!;
  if (yRe === 0 && yIm === 0) {
    store.c[at] = 1;
    return;
  }
  const xRe = a[p]!;
  const xIm = a[p + 1]!;
  // the directions u = x / |x| and v = y / |y| must have modulus 1 even where one entry is subnormal and the other is not
  const xUp = lift(xRe * xRe + xIm * xIm);
  const yUp = lift(yRe * yRe + yIm * yIm);
  const xLong = Math.sqrt((xRe * xUp) ** 2 + (xIm * xUp) ** 2);
  const yLong = Math.sqrt((yRe * yUp) ** 2 + (yIm * yUp) ** 2);
  const uRe = xLong === 0 ? 1 : (xRe * xUp) / xLong;
  const uIm = xLong === 0 ? 0 : (xIm * xUp) / xLong;
  const vRe = (yRe * yUp) / yLong;
  const vIm = (yIm * yUp) / yLong;
  const common = xUp === yUp ? xUp : 1;
  const x = xUp === common ? xLong : xLong / xUp;
  const y = yUp === common ? yLong : yLong / yUp;
  const h = Math.sqrt(x * x + y * y);
  const sine = y / h;
  store.c[at] = x / h;
  store.re[at] = sine * (vRe * uRe + vIm * uIm);
  store.im[at] = sine * (vIm * uRe - vRe * uIm);
  a[p] = (h / common) * uRe;
  a[p + 1] = (h / common) * uIm;
  a[q] = 0;
  a[q + 1] = 0;
}

/** x' = c x + conj(s) y, y' = c y - s x for the entries at p and q. */
function rotatePair(a: Float64Array, p: number, q: number, c: number, sRe: number, sIm: number): void {
  const xRe = a[p]!;
  const xIm = a[p + 1]!;
  const yRe = a[q]!;
  const yIm = a[q + 1]!;
  a[p] = c * xRe + sRe * yRe + sIm * yIm;
  a[p + 1] = c * xIm + sRe * yIm - sIm * yRe;
  a[q] = c * yRe - sRe * xRe + sIm * xIm;
  a[q + 1] = c * yIm - sRe * xIm - sIm * xRe;
}

function rowSweep(
  a: Float64Array,
  rows: number,
  cols: number,
  k: number,
  last: number,
  store: Store,
  at: number,
): void {
  const top = rows - 2 - k;
  const ld = 2 * cols;
  let j = 0;
  for (; j + 1 <= last; j += 2) {
    const from = Math.min(cols, j + 2);
    rotateRows(a, cols, top + j, j, from, store, at + j);
    rotateRows(a, cols, top + j + 1, j + 1, from, store, at + j + 1);
    const c0 = store.c[at + j]!;
    const r0 = store.re[at + j]!;
    const i0 = store.im[at + j]!;
    const c1 = store.c[at + j + 1]!;
    const r1 = store.re[at + j + 1]!;
    const i1 = store.im[at + j + 1]!;
    let p = (top + j) * ld + 2 * from;
    let q = p + ld;
    let o = q + ld;
    for (const end = (top + j + 1) * ld; p < end; p += 2, q += 2, o += 2) {
      const xRe = a[p]!;
      const xIm = a[p + 1]!;
      const yRe = a[q]!;
      const yIm = a[q + 1]!;
      a[p] = c0 * xRe + r0 * yRe + i0 * yIm;
      a[p + 1] = c0 * xIm + r0 * yIm - i0 * yRe;
      const wRe = c0 * yRe - r0 * xRe + i0 * xIm;
      const wIm = c0 * yIm - r0 * xIm - i0 * xRe;
      const zRe = a[o]!;
      const zIm = a[o + 1]!;
      a[q] = c1 * wRe + r1 * zRe + i1 * zIm;
      a[q + 1] = c1 * wIm + r1 * zIm - i1 * zRe;
      a[o] = c1 * zRe - r1 * wRe + i1 * wIm;
      a[o + 1] = c1 * zIm - r1 * wIm - i1 * wRe;
    }
  }
  for (; j <= last; j++) rotateRows(a, cols, top + j, j, cols, store, at + j);
}

function rotateRows(
  a: Float64Array,
  cols: number,
  row: number,
  j: number,
  end: number,
  store: Store,
  at: number,
): void {
  const p = 2 * row * cols;
  const q = p + 2 * cols;
  aim(a, p + 2 * j, q + 2 * j, store, at);
  const c = store.c[at]!;
  const sRe = store.re[at]!;
  const sIm = store.im[at]!;
  for (let col = 2 * (j + 1); col < 2 * end; col += 2) rotatePair(a, p + col, q + col, c, sRe, sIm);
}

function columnSweep(a: Float64Array, rows: number, cols: number, k: number, store: Store, at: number): void {
  let row = rows - 1;
  let found = 0;
  for (; found + 2 <= k + 1; found += 2, row -= 2) {
    walkTwoRows(a, cols, row - 1, k, found, store, at);
    const p = 2 * (row * cols + k - found);
    aim(a, p + 2, p, store, at + found);
    const q = p - 2 * cols;
    rotatePair(a, q + 2, q, store.c[at + found]!, store.re[at + found]!, store.im[at + found]!);
    aim(a, q, q - 2, store, at + found + 1);
  }
  for (; found <= k; found++, row--) {
    walkRow(a, cols, row, k, found, store, at);
    const p = 2 * (row * cols + k - found);
    aim(a, p + 2, p, store, at + found);
  }
  for (; row >= 1; row -= 2) walkTwoRows(a, cols, row - 1, k, k + 1, store, at);
  for (; row >= 0; row--) walkRow(a, cols, row, k, k + 1, store, at);
}

function walkRow(a: Float64Array, cols: number, row: number, k: number, count: number, store: Store, at: number): void {
  let p = 2 * (row * cols + k + 1);
  for (let r = at; r < at + count; r++, p -= 2) rotatePair(a, p, p - 2, store.c[r]!, store.re[r]!, store.im[r]!);
}

/** Applies the first `count` rotations of a column sweep to rows row and row + 1; the running entries stay in registers. */
function walkTwoRows(
  a: Float64Array,
  cols: number,
  row: number,
  k: number,
  count: number,
  store: Store,
  at: number,
): void {
  const { c, re, im } = store;
  let p = 2 * (row * cols + k + 1);
  let q = p + 2 * cols;
  let xRe = a[p]!;
  let xIm = a[p + 1]!;
  let zRe = a[q]!;
  let zIm = a[q + 1]!;
  for (let r = at, end = at + count; r < end; r++) {
    const cr = c[r]!;
    const sRe = re[r]!;
    const sIm = im[r]!;
    const yRe = a[p - 2]!;
    const yIm = a[p - 1]!;
    a[p] = cr * xRe + sRe * yRe + sIm * yIm;
    a[p + 1] = cr * xIm + sRe * yIm - sIm * yRe;
    const nextRe = cr * yRe - sRe * xRe + sIm * xIm;
    xIm = cr * yIm - sRe * xIm - sIm * xRe;
    xRe = nextRe;
    const wRe = a[q - 2]!;
    const wIm = a[q - 1]!;
    a[q] = cr * zRe + sRe * wRe + sIm * wIm;
    a[q + 1] = cr * zIm + sRe * wIm - sIm * wRe;
    const nextZ = cr * wRe - sRe * zRe + sIm * zIm;
    zIm = cr * wIm - sRe * zIm - sIm * zRe;
    zRe = nextZ;
    p -= 2;
    q -= 2;
  }
  a[p] = xRe;
  a[p + 1] = xIm;
  a[q] = zRe;
  a[q + 1] = zIm;
}
