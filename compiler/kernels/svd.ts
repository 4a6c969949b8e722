import { bidiagonalSvd, type RowBases } from "./bidiagonal.ts";
import { binaryExponent, powerOfTwo } from "./binary.ts";
import { dot, hypotenuse } from "./norm.ts";
import { applyReflectors, pivotedQr } from "./qr.ts";
import { finish, pauseEvery } from "./steps.ts";

/** a = u diag(s) v^T with r0 = min(rows, cols); row-major; u: rows x r0, v: cols x r0, both with orthonormal columns. */
export interface Svd {
  readonly u: Float64Array;
  /** Descending, >= 0. */
  readonly s: Float64Array;
  readonly v: Float64Array;
}

/** Above this many columns or rows, whichever are fewer, Jacobi takes too long. */
const LARGE = 64;
const MAX_SWEEPS = 60;
/** From this sweep on, pairs orthogonal to 16 tolerances are good enough: only rounding still moves them. */
const PATIENT_SWEEPS = 20;
/** Below this, relative to the largest entry, squares would underflow: such rows count as zero. */
const TINY = 1e-140;

/**
 * Singular value decomposition; u and v have orthonormal columns whatever the rank, the same bits on every machine. Up to 64 rows or
 * columns by Jacobi rotations, where small singular values keep their relative accuracy; larger ones by bidiagonalisation, where
 * they are exact to rounding of the largest one. The input is scaled by a power of two first. Throws RangeError on NaN or infinity.
 */
export function svd(a: Float64Array, rows: number, cols: number): Svd {
  return finish(svdSteps(a, rows, cols));
}

/** The same with pauses, as steps.ts says. */
export function* svdSteps(a: Float64Array, rows: number, cols: number): Generator<void, Svd> {
  if (a.length !== rows * cols) throw new RangeError(`svd: ${a.length} entries given for ${rows} x ${cols}`);
  const wide = rows < cols;
  const m = wide ? cols : rows;
  const n = wide ? rows : cols;
  const scale = powerOfTwoScale(a, cols);
  // columns of the tall matrix, contiguous
  const w = new Float64Array(m * n);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) w[wide ? i * cols + j : j * rows + i] = a[i * cols + j]! * scale;
  }
  const bases = (n > LARGE ? yield* bidiagonalSvd(w, m, n) : null) ?? (yield* jacobiSvd(w, m, n));
  const s = bases.s.map((value) => value / scale);
  const tall = transpose(bases.leftRows, n, m);
  const small = transpose(bases.rightRows, n, n);
  return wide ? { u: small, s, v: tall } : { u: tall, s, v: small };
}

/**
 * One-sided Jacobi rotations on the triangular factor of a column-pivoted QR (Drmac and Veselic, SIAM J. Matrix Anal. Appl. 29,
 * 1322, 2008), with de Rijk's pivoting by norm. The columns in `w` are overwritten; null spaces are completed.
 */
function* jacobiSvd(w: Float64Array, m: number, n: number): Generator<void, RowBases> {
  const { reflectors, pivots, r, rank } = yield* pivotedQr(w, m, n, TINY);
  // Row i holds [x_i | j_i]: x_i a row of the triangular factor, j_i what the rotations made of the identity's row i.
  const stride = n + rank;
  const x = new Float64Array(rank * stride);
  for (let i = 0; i < rank; i++) {
    for (let j = i; j < n; j++) x[i * stride + j] = r[i * n + j]!;
    x[i * stride + n + i] = 1;
  }
  const squares = yield* orthogonaliseRows(x, rank, n, stride);
  const order = Array.from({ length: rank }, (_, i) => i).sort((p, q) => squares[q]! - squares[p]! || p - q);
  const s = new Float64Array(n);
  const leftRows = new Float64Array(n * m);
  const rightRows = new Float64Array(n * n);
  for (let i = 0; i < rank; i++) {
    const from = order[i]! * stride;
    const norm = Math.sqrt(squares[order[i]!]!);
    s[i] = norm;
    for (let j = 0; j < n; j++) rightRows[i * n + pivots[j]!] = x[from + j]! / norm;
    for (let j = 0; j < rank; j++) leftRows[i * m + j] = x[from + n + j]!;
  }
  for (let i = rank; i < n; i++) leftRows[i * m + i] = 1;
  yield* applyReflectors(reflectors, m, n, leftRows, n);
  completeRows(rightRows, rank, n, n);
  return { leftRows, s, rightRows };
}

/** The number of singular values above max(rows, cols) * 2^-52 * s[0], the usual numerical rank. */
export function numericalRank(s: Float64Array, rows: number, cols: number): number {
  const threshold = Math.max(rows, cols) * 2 ** -52 * (s[0] ?? 0);
  let rank = 0;
  while (rank < s.length && s[rank]! > threshold) rank++;
  return rank;
}

/** Extends `have` orthonormal rows of length n to `want` in place, each time by the unit vector farthest from their span. */
export function completeRows(q: Float64Array, have: number, want: number, n: number): void {
  if (have >= want) return;
  const rest = new Float64Array(n).fill(1);
  for (let i = 0; i < have; i++) for (let j = 0; j < n; j++) rest[j]! -= q[i * n + j]! * q[i * n + j]!;
  for (let i = have; i < want; i++) {
    let best = 0;
    for (let j = 1; j < n; j++) if (rest[j]! > rest[best]! + 1e-9) best = j;
    const row = q.subarray(i * n, (i + 1) * n);
    row.fill(0);
    row[best] = 1;
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        const d = dot(q, k * n, q, i * n, n);
        if (d !== 0) for (let j = 0; j < n; j++) row[j]! -= d * q[k * n + j]!;
      }
      const norm = Math.sqrt(dot(q, i * n, q, i * n, n));
      for (let j = 0; j < n; j++) row[j]! /= norm;
    }
    for (let j = 0; j < n; j++) rest[j]! -= row[j]! * row[j]!;
  }
}

/** Row-major rows x cols to its transpose. */
export function transpose(a: Float64Array, rows: number, cols: number): Float64Array {
  const t = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) t[j * rows + i] = a[i * cols + j]!;
  return t;
}

function powerOfTwoScale(a: Float64Array, cols: number): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const value = Math.abs(a[i]!);
    if (!(value < Infinity)) {
      throw new RangeError(`svd: entry (${Math.floor(i / cols)}, ${i % cols}) is ${a[i]}, expected a finite number`);
    }
    if (value > largest) largest = value;
  }
  // 2^1022 at most, so that the scale and its inverse are normal numbers
  return largest === 0 ? 1 : powerOfTwo(Math.max(-1022, Math.min(1022, -binaryExponent(largest))));
}

/** Rotates rows of length `width` (of which the first n count) until all are orthogonal; returns their squared norms. */
function* orthogonaliseRows(x: Float64Array, rank: number, n: number, width: number): Generator<void, Float64Array> {
  const pause = pauseEvery(4 * rank * (n + width));
  const tolerance = 2 ** -52 * Math.max(4, Math.sqrt(n));
  const squares = new Float64Array(rank);
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    for (let i = 0; i < rank; i++) squares[i] = dot(x, i * width, x, i * width, n);
    let worst = 0;
    for (let p = 0; p < rank - 1; p++) {
      if (pause()) yield;
      bringLargestTo(p, x, squares, rank, width);
      for (let q = p + 1; q < rank; q++) {
        const d = dot(x, p * width, x, q * width, n);
        let a = squares[p]!;
        let b = squares[q]!;
        const cosine = Math.abs(d) / (Math.sqrt(a) * Math.sqrt(b));
        if (cosine <= tolerance) continue;
        if (cosine > worst) worst = cosine;
        const zeta = (b - a) / (2 * d);
        const t = Math.abs(zeta) > 1e150 ? 0.5 / zeta : Math.sign(zeta || 1) / (Math.abs(zeta) + hypotenuse(1, zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        rotate(x, p * width, q * width, width, c, c * t);
        // cancellation: the running norm lost its digits
        const lost = b + t * d < 0.01 * b || a - t * d < 0.01 * a;
        a = lost ? dot(x, p * width, x, p * width, n) : a - t * d;
        b = lost ? dot(x, q * width, x, q * width, n) : b + t * d;
        squares[p] = a;
        squares[q] = b;
      }
    }
    if (worst === 0 || (sweep >= PATIENT_SWEEPS && worst <= 16 * tolerance)) return squares;
  }
  throw new Error(`svd: no convergence after ${MAX_SWEEPS} sweeps of ${rank} rows`);
}

function bringLargestTo(p: number, x: Float64Array, squares: Float64Array, rank: number, width: number): void {
  let best = p;
  for (let q = p + 1; q < rank; q++) if (squares[q]! > squares[best]!) best = q;
  if (best === p) return;
  const row = x.slice(p * width, (p + 1) * width);
  x.copyWithin(p * width, best * width, (best + 1) * width);
  x.set(row, best * width);
  const square = squares[p]!;
  squares[p] = squares[best]!;
  squares[best] = square;
}

function rotate(x: Float64Array, p: number, q: number, n: number, c: number, s: number): void {
  for (let i = 0; i < n; i++) {
    const a = x[p + i]!;
    const b = x[q + i]!;
    x[p + i] = c * a - s * b;
    x[q + i] = s * a + c * b;
  }
}
