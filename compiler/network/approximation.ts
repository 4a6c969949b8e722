import { max, min } from "d3-array";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { finish, orthogonalised, polarFactor, powerOfTwoScale } from "../kernels/index.ts";
import {
  type DenseLayer,
  type FactoredLayer,
  type MlpLayer,
  type ScaledOrthogonal,
  squareBlocks,
  squareOf,
} from "./mlp.ts";

/** An n x n matrix as diag(d) u with u orthogonal. */
export interface DiagonalTimesOrthogonal {
  readonly n: number;
  readonly d: Float64Array;
  /** n x n, row-major. */
  readonly u: Float64Array;
  /** |w - diag(d) u|_F */
  readonly error: number;
}

export interface BestApproximation extends DiagonalTimesOrthogonal {
  /** What it may still be worse than the best (optimalityGap). */
  readonly gap: number;
}

/** The alternation stops when a step gains less than this share of |w|^2, and is not expected to gain it in a hundred more. */
const leastGain = 1e-16;
const mostIterations = 1000;
/** Up to here the optimum is the global one within rounding. */
export const closedGap = 1e-9;

/**
 * The diag(d) u nearest to w (n x n, row-major) in the Frobenius norm: u <- polar(diag(d) w) and d_i <- <w_i, u_i> in turn, from
 * u = polar(w), where every d_i > 0: never worse than that start, the paper's recipe. Throws RangeError on NaN or infinity.
 */
export function bestApproximation(matrix: Float64Array, n: number): BestApproximation {
  // a power of two keeps the squares of tiny and huge entries from underflow and overflow
  const scale = powerOfTwoScale(matrix, n);
  const w = matrix.map((x) => x * scale);
  const square = sumOfSquares(w);
  let u = nearestOrthogonal(w, n);
  let d = rowProducts(w, u, n);
  let value = sumOfSquares(d);
  for (let small = 0, iterations = 1; iterations < mostIterations && small < 3; iterations++) {
    const scaled = w.map((x, at) => x * d[Math.floor(at / n)]!);
    const nextU = nearestOrthogonal(scaled, n);
    const nextD = rowProducts(w, nextU, n);
    const nextValue = sumOfSquares(nextD);
    small = nextValue - value <= leastGain * square ? small + 1 : 0;
    if (nextValue < value) continue;
    u = nextU;
    d = nextD;
    value = nextValue;
  }
  const best = finished(w, n, u);
  const gap = optimalityGap(w, best);
  return { ...best, d: best.d.map((x) => x / scale), error: best.error / scale, gap };
}

/**
 * What a factorisation with d_i = <w_i, u_i> may still be worse than the best, by Lagrangian duality; Infinity when nothing is known. With
 * rows w_i, u_i the best d_i for any u is <w_i, u_i>, and |w - diag(d) u|^2 = |w|^2 - sum d_i^2. For every symmetric positive definite L
 * and c = max_i w_i^T L^-1 w_i, sum_i <w_i, u_i>^2 <= sum_i c u_i^T L u_i = c tr L, whatever orthogonal u. L = sum_i d_i w_i u_i^T
 * (symmetrised) makes the bound equal to sum d_i^2 at the optimum, where c = 1. The gap is (c tr L - sum d_i^2) / |w|^2.
 */
export function optimalityGap(w: Float64Array, { n, d, u }: DiagonalTimesOrthogonal): number {
  if (w.every((x) => x === 0)) return 0;
  const scale = powerOfTwoScale(w, n);
  const v = w.map((x) => x * scale);
  const e = d.map((x) => x * scale);
  const total = sumOfSquares(v);
  const product = matrixOf(v, n)
    .transpose()
    .mmul(matrixOf(u, n).mulColumnVector([...e]));
  const lambda = Matrix.add(product, product.transpose()).mul(0.5);
  const trace = lambda.trace();
  // where rows of w repeat or vanish the matrix is singular: a small multiple of the identity keeps the bound valid
  const gaps = [0, 1e-12, 1e-10, 1e-8].map((share) => {
    const shift = (share * trace) / n;
    const largestForm = largestRowForm(lambda, shift, v, n);
    if (largestForm === null) return Infinity;
    return Math.max(0, largestForm * (trace + n * shift) - sumOfSquares(e)) / total;
  });
  return min(gaps)!;
}

export interface LayerApproximation {
  readonly layer: FactoredLayer;
  /** |W - W'|_F / |W|_F. */
  readonly relativeError: number;
  /** Blocks that are the global optimum, of all. */
  readonly certified: number;
}

/** Replaces a layer's weights by the best diag(d) u of each square of its tiling. */
export function approximateLayer(layer: DenseLayer): LayerApproximation {
  const { rows, cols, weights } = layer;
  let squares = 0;
  let certified = 0;
  const blocks = squareBlocks(rows, cols).map((square): ScaledOrthogonal => {
    const best = bestApproximation(squareOf(weights, cols, square), square.size);
    squares += best.error ** 2;
    if (best.gap <= closedGap) certified++;
    return { ...square, d: best.d, u: best.u };
  });
  const norm = Math.sqrt(sumOfSquares(weights));
  const { name, bias, activation } = layer;
  return {
    layer: { kind: "factored", name, rows, cols, blocks, bias, activation },
    relativeError: norm === 0 ? 0 : Math.sqrt(squares) / norm,
    certified,
  };
}

/** Approximates the layers for which `chosen` (numbered from 1) holds; layers that are factored already stay. */
export function approximateLayers(
  layers: readonly MlpLayer[],
  chosen: (layer: number) => boolean,
): { readonly layers: readonly MlpLayer[]; readonly approximations: readonly LayerApproximation[] } {
  const approximations: LayerApproximation[] = [];
  const changed = layers.map((layer, i) => {
    if (layer.kind === "factored" || !chosen(i + 1)) return layer;
    const approximation = approximateLayer(layer);
    approximations.push(approximation);
    return approximation.layer;
  });
  return { layers: changed, approximations };
}

/** The polar factor, orthogonal to rounding: gains of the alternation are smaller than what the SVD leaves. */
function nearestOrthogonal(w: Float64Array, n: number): Float64Array {
  return finish(orthogonalised(finish(polarFactor(w, n)), n));
}

function finished(w: Float64Array, n: number, u: Float64Array): DiagonalTimesOrthogonal {
  const d = rowProducts(w, u, n);
  let square = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) square += (w[i * n + j]! - d[i]! * u[i * n + j]!) ** 2;
  return { n, d, u, error: Math.sqrt(square) };
}

function rowProducts(w: Float64Array, u: Float64Array, n: number): Float64Array {
  const d = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) d[i]! += w[i * n + j]! * u[i * n + j]!;
  return d;
}

function sumOfSquares(a: Float64Array): number {
  return a.reduce((total, x) => total + x * x, 0);
}

/** A row-major n x n matrix. */
function matrixOf(entries: Float64Array, n: number): Matrix {
  return Matrix.from1DArray(n, n, entries);
}

/** max_i w_i^T (a + shift)^-1 w_i over the rows of w, or null where a + shift is not positive definite. */
function largestRowForm(a: Matrix, shift: number, w: Float64Array, n: number): number | null {
  const factor = new CholeskyDecomposition(Matrix.add(a, Matrix.eye(n, n, shift)));
  if (!factor.isPositiveDefinite()) return null;
  const rows = matrixOf(w, n);
  const forms = factor.solve(rows.transpose()).transpose().mul(rows).sum("row");
  return forms.every(Number.isFinite) ? max(forms)! : null;
}
