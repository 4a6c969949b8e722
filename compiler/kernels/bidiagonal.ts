import { lift } from "./norm.ts";
import { borrow } from "./scratch.ts";
import { pauseEvery } from "./steps.ts";

/** a = u diag(s) v^T with r0 = min(rows, cols); row-major; u: rows x r0, v: cols x r0, both with orthonormal columns. */
export interface Svd {
  readonly u: Float64Array;
  /** Descending, >= 0. */
  readonly s: Float64Array;
  readonly v: Float64Array;
}

/** Sweeps of rotations that are gathered before the bases are rotated: one pass over them in the cache serves all. */
const GATHERED = 32;
/** Sweeps a singular value, on average, after which the matrix is given up: two or three are usual. */
const PATIENCE = 12;
const EPSILON = 2 ** -53;
/** Entries below this share of the largest are rounding. From a quarter of it on, sweeps of orthogonal matrices end. */
const NEGLIGIBLE = 8 * EPSILON;

/**
 * Singular value decomposition of the m x n matrix, m >= n, whose columns `w` holds one after the other: Householder reduction to
 * bidiagonal form (Golub and Kahan, SIAM J. Numer. Anal. 2, 205, 1965) and implicit QR sweeps with Demmel and Kahan's zero shift
 * (SIAM J. Sci. Stat. Comput. 11, 873, 1990), on entries of modulus near 1 at most. Backward stable: singular values are exact to a
 * few rounding units of the largest one. Throws where the sweeps do not converge. Pauses now and then, as steps.ts says.
 */
export function* bidiagonalSvd(w: Float64Array, m: number, n: number): Generator<void, Svd> {
  const work = layOut(m, n);
  const { ldm, ldn, at } = work;
  for (let j = 0; j < n; j++) at.w.set(w.subarray(j * m, (j + 1) * m), j * ldm);
  yield* reduce(work, m, n);
  yield* diagonalise(work, m, n);
  const order = Array.from({ length: n }, (_, i) => i).sort((p, q) => Math.abs(at.d[q]!) - Math.abs(at.d[p]!) || p - q);
  const s = Float64Array.from(order, (i) => Math.abs(at.d[i]!));
  const { left, right } = at;
  const [u, v] = [new Float64Array(m * n), new Float64Array(n * n)];
  order.forEach((i, to) => {
    for (let row = 0; row < m; row++) u[row * n + to] = left[i * ldm + row]!;
    const sign = at.d[i]! < 0 ? -1 : 1;
    for (let row = 0; row < n; row++) v[row * n + to] = sign * right[i * ldn + row]!;
  });
  work.giveBack();
  return { u, s, v };
}

/** The arrays of one decomposition. */
type Work = ReturnType<typeof layOut>;

function layOut(m: number, n: number) {
  // A row of an odd number of cache lines, and room for a vector over the edge.
  const padded = (count: number): number => (Math.ceil((count + 1) / 8) | 1) * 8;
  const [ldm, ldn] = [padded(m), padded(n)];
  const spare = n + 3;
  const rotations = GATHERED * n;
  const numbers = n * ldm + n * ldn + spare * (ldm + ldn) + 6 * ldm + 4 * rotations + GATHERED;
  const { kernels, giveBack, doubles, words } = borrow(numbers);
  return {
    kernels,
    giveBack,
    ldm,
    ldn,
    at: {
      w: doubles(n * ldm),
      d: doubles(ldm),
      e: doubles(ldm),
      /** Cosines and sines of the gathered sweeps' right rotations, then of the left ones. */
      rotations: [doubles(rotations), doubles(rotations), doubles(rotations), doubles(rotations)] as const,
      sweeps: words(2 * GATHERED),
      /** Right reflectors, their factors and the left ones', what is worked in, the bases. */
      reflectors: doubles(n * ldn),
      tauLeft: doubles(ldm),
      tauRight: doubles(ldm),
      dots: doubles(ldm),
      y: doubles(ldm),
      left: doubles(spare * ldm),
      right: doubles(spare * ldn),
    },
  };
}

/** Reduces w to upper bidiagonal form: d, e and the bases that belong to them. */
function* reduce({ kernels, ldm, ldn, at }: Work, m: number, n: number): Generator<void, void> {
  const { w, d, e, reflectors, left, right } = at;
  const [wAt, dAt, dots, y] = [w.byteOffset, d.byteOffset, at.dots.byteOffset, at.y.byteOffset];
  const [tauLeft, tauRight] = [at.tauLeft.byteOffset, at.tauRight.byteOffset];
  const pause = pauseEvery(8 * m * n);
  kernels.beginBidiagonal(wAt, ldm, m, n, dAt, tauLeft, dots);
  for (let k = 0; k < n - 1; k++) {
    if (pause()) yield;
    const row = reflectors.byteOffset + 8 * k * ldn;
    kernels.bidiagonalStep(wAt, ldm, m, n, k, row, dAt, e.byteOffset, tauLeft, tauRight, dots, y);
  }
  for (let first = 0; first < n; first += 4) {
    if (pause()) yield;
    kernels.formRows(left.byteOffset, ldm, m, first, wAt, ldm, tauLeft, n, 0);
    kernels.formRows(right.byteOffset, ldn, n, first, reflectors.byteOffset, ldn, tauRight, n - 1, 1);
  }
}

/** QR sweeps until e is gone. */
function* diagonalise({ kernels, ldm, ldn, at }: Work, m: number, n: number): Generator<void, void> {
  const { d, e, rotations, sweeps, left, right } = at;
  const [cRight, sRight, cLeft, sLeft] = rotations;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(d[i]!), i < n - 1 ? Math.abs(e[i]!) : 0);
  const negligible = NEGLIGIBLE * largest;
  const pause = pauseEvery(6 * GATHERED * n * (m + n));
  let [gathered, filled, done] = [0, 0, 0];
  const rotate = (): void => {
    const list = sweeps.byteOffset;
    kernels.rotateSweeps(right.byteOffset, ldn, n, list, gathered, cRight.byteOffset, sRight.byteOffset);
    kernels.rotateSweeps(left.byteOffset, ldm, m, list, gathered, cLeft.byteOffset, sLeft.byteOffset);
    [gathered, filled] = [0, 0];
  };
  for (let high = n - 1; high > 0; ) {
    let low = high;
    let singular = false;
    while (low > 0 && Math.abs(e[low - 1]!) > negligible) {
      low--;
      if (Math.abs(d[low]!) <= negligible) {
        d[low] = 0;
        singular = true;
      }
    }
    if (low > 0) e[low - 1] = 0;
    if (low === high) {
      high--;
      continue;
    }
    if (done++ > PATIENCE * n) throw new Error(`svd: no convergence after ${done} sweeps of ${n} columns`);
    const shift = singular ? 0 : leastSingularValue(d[high - 1]!, e[high - 1]!, d[high]!);
    const ratio = shift / Math.abs(d[low]!);
    if (singular || ratio * ratio < EPSILON) sweepUnshifted(d, e, low, high, rotations, filled);
    else sweep(d, e, low, high, shift, rotations, filled);
    sweeps[2 * gathered] = low;
    sweeps[2 * gathered + 1] = high - low;
    gathered++;
    filled += high - low;
    if (gathered < GATHERED) continue;
    rotate();
    if (pause()) yield;
  }
  rotate();
}

/** c, s and r of the last rotation that was aimed. */
const aimed = new Float64Array(3);

/** Rotation that maps (f, g) to (r, 0). */
function aim(f: number, g: number): void {
  const up = lift(f * f + g * g);
  const fUp = f * up;
  const gUp = g * up;
  const h = Math.sqrt(fUp * fUp + gUp * gUp);
  aimed[0] = g === 0 ? 1 : fUp / h;
  aimed[1] = g === 0 ? 0 : gUp / h;
  aimed[2] = g === 0 ? f : h / up;
}

/** One implicit QR sweep over entries low..high, from the top; its rotations are stored from `at` on. */
function sweep(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  shift: number,
  [cRight, sRight, cLeft, sLeft]: readonly Float64Array[],
  at: number,
): void {
  let f = (Math.abs(d[low]!) - shift) * ((d[low]! < 0 ? -1 : 1) + shift / d[low]!);
  let g = e[low]!;
  for (let i = low; i < high; i++, at++) {
    aim(f, g);
    let c = aimed[0]!;
    let s = aimed[1]!;
    if (i > low) e[i - 1] = aimed[2]!;
    cRight![at] = c;
    sRight![at] = s;
    f = c * d[i]! + s * e[i]!;
    e[i] = c * e[i]! - s * d[i]!;
    g = s * d[i + 1]!;
    d[i + 1] = c * d[i + 1]!;
    aim(f, g);
    c = aimed[0]!;
    s = aimed[1]!;
    d[i] = aimed[2]!;
    cLeft![at] = c;
    sLeft![at] = s;
    f = c * e[i]! + s * d[i + 1]!;
    d[i + 1] = c * d[i + 1]! - s * e[i]!;
    if (i < high - 1) {
      g = s * e[i + 1]!;
      e[i + 1] = c * e[i + 1]!;
    }
  }
  e[high - 1] = f;
}

/** The same with shift zero, which keeps small entries accurate and drives a zero of d out at the end. */
function sweepUnshifted(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  [cRight, sRight, cLeft, sLeft]: readonly Float64Array[],
  at: number,
): void {
  let c = 1;
  let cOld = 1;
  let sOld = 0;
  for (let i = low; i < high; i++, at++) {
    aim(d[i]! * c, e[i]!);
    c = aimed[0]!;
    const s = aimed[1]!;
    const r = aimed[2]!;
    if (i > low) e[i - 1] = sOld * r;
    cRight![at] = c;
    sRight![at] = s;
    aim(cOld * r, d[i + 1]! * s);
    cOld = aimed[0]!;
    sOld = aimed[1]!;
    d[i] = aimed[2]!;
    cLeft![at] = cOld;
    sLeft![at] = sOld;
  }
  const h = d[high]! * c;
  d[high] = h * cOld;
  e[high - 1] = h * sOld;
}

/** The lesser singular value of [[f, g], [0, h]], as LAPACK's dlas2. */
function leastSingularValue(f: number, g: number, h: number): number {
  const [fa, ga, ha] = [Math.abs(f), Math.abs(g), Math.abs(h)];
  const least = Math.min(fa, ha);
  const most = Math.max(fa, ha);
  if (least === 0) return 0;
  const sum = 1 + least / most;
  const difference = (most - least) / most;
  if (ga < most) {
    const square = (ga / most) * (ga / most);
    return least * (2 / (Math.sqrt(sum * sum + square) + Math.sqrt(difference * difference + square)));
  }
  const ratio = most / ga;
  if (ratio === 0) return (least * most) / ga;
  const p = sum * ratio;
  const q = difference * ratio;
  return 2 * (least * (1 / (Math.sqrt(1 + p * p) + Math.sqrt(1 + q * q))) * ratio);
}
