import { dot } from "./norm.ts";
import { pauseEvery } from "./steps.ts";

/** Column-pivoted Householder QR of a tall matrix given by its columns. */
export interface PivotedQr {
  /** Row k holds the k-th Householder vector (entries k..m-1), norm sqrt 2, or zeros for the identity. */
  readonly reflectors: Float64Array;
  /** pivots[j] is the original column that stands at position j. */
  readonly pivots: Int32Array;
  /** n x n row-major, upper triangular. */
  readonly r: Float64Array;
  /** Rows of r that are not negligible. */
  readonly rank: number;
}

/**
 * `w` holds the n columns of an m x n matrix (m >= n), each contiguous, and is overwritten. Stops where all remaining columns
 * are below `negligible` (absolute). Pauses now and then, as steps.ts says.
 */
export function* pivotedQr(w: Float64Array, m: number, n: number, negligible: number): Generator<void, PivotedQr> {
  const pivots = Int32Array.from({ length: n }, (_, j) => j);
  const r = new Float64Array(n * n);
  const reflectors = new Float64Array(n * m);
  const squares = new Float64Array(n);
  const fresh = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    squares[j] = tailSquare(w, j * m, 0, m);
    fresh[j] = squares[j]!;
  }
  let rank = 0;
  const pause = pauseEvery(4 * m * n);
  for (let k = 0; k < n; k++, rank++) {
    if (pause()) yield;
    let best = k;
    for (let j = k + 1; j < n; j++) if (squares[j]! > squares[best]!) best = j;
    if (best !== k) swapColumns(w, r, pivots, squares, fresh, m, n, k, best);
    const norm = Math.sqrt(tailSquare(w, k * m, k, m));
    if (!(norm > negligible)) break;
    const head = w[k * m + k]!;
    const alpha = head > 0 ? -norm : norm;
    // v = x - alpha e_k, scaled to v.v = 2 so that H = 1 - v v^T
    const factor = 1 / Math.sqrt(norm * (norm + Math.abs(head)));
    const v = k * m;
    for (let i = k; i < m; i++) reflectors[v + i] = w[v + i]! * factor;
    reflectors[v + k] = (head - alpha) * factor;
    r[k * n + k] = alpha;
    for (let j = k + 1; j < n; j++) {
      reflect(reflectors, v, w, j * m, k, m);
      const top = w[j * m + k]!;
      r[k * n + j] = top;
      squares[j]! -= top * top;
      // the running square has lost half its digits: count again
      if (squares[j]! <= 1e-8 * fresh[j]!) {
        squares[j] = tailSquare(w, j * m, k + 1, m);
        fresh[j] = squares[j]!;
      }
    }
  }
  return { reflectors, pivots, r, rank };
}

/** Multiplies `count` vectors of length m (rows of x) by H_0 H_1 ... H_(n-1), the orthogonal factor. */
export function* applyReflectors(
  reflectors: Float64Array,
  m: number,
  n: number,
  x: Float64Array,
  count: number,
): Generator<void, void> {
  const pause = pauseEvery(4 * m * n);
  for (let i = 0; i < count; i++) {
    if (pause()) yield;
    for (let k = n - 1; k >= 0; k--) if (reflectors[k * m + k] !== 0) reflect(reflectors, k * m, x, i * m, k, m);
  }
}

function reflect(v: Float64Array, vAt: number, x: Float64Array, xAt: number, from: number, m: number): void {
  const d = dot(v, vAt + from, x, xAt + from, m - from);
  if (d === 0) return;
  for (let i = from; i < m; i++) x[xAt + i]! -= d * v[vAt + i]!;
}

function tailSquare(w: Float64Array, at: number, from: number, m: number): number {
  let sum = 0;
  for (let i = from; i < m; i++) sum += w[at + i]! * w[at + i]!;
  return sum;
}

function swapColumns(
  w: Float64Array,
  r: Float64Array,
  pivots: Int32Array,
  squares: Float64Array,
  fresh: Float64Array,
  m: number,
  n: number,
  k: number,
  j: number,
): void {
  const column = w.slice(k * m, (k + 1) * m);
  w.copyWithin(k * m, j * m, (j + 1) * m);
  w.set(column, j * m);
  for (let i = 0; i < k; i++) swap(r, i * n + k, i * n + j);
  swap(pivots, k, j);
  swap(squares, k, j);
  swap(fresh, k, j);
}

function swap(x: Float64Array | Int32Array, i: number, j: number): void {
  const value = x[i]!;
  x[i] = x[j]!;
  x[j] = value;
}
