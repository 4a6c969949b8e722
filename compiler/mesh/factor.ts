import type { Device } from "../../netlist/index.ts";
import { hypotenuse, lift, norm, numericalRank, svd, transpose } from "../kernels/index.ts";
import { isometryMesh, transposedIsometryMesh } from "./isometry.ts";
import { attenuatorsFor, toDevices } from "./program.ts";

/**
 * A real rows x cols matrix as devices in the order in which light meets them: `right` on modes 0..cols-1, of which 0..rank-1 go on and the rest is dumped,
 * `singular` on modes 0..rank-1, `left` from modes 0..rank-1 to modes 0..rows-1. A part that would be bare waveguides is null;
 * `right` is kept, if need be without devices, where light has to be dumped after it (rank < cols),
 * and `left` likewise where that dumping would otherwise be the last thing done on modes that are outputs (rank < rows). The phases that `right` would owe at its outputs are taken over by `left`.
 */
export interface MatrixFactors {
  readonly rank: number;
  readonly right: readonly Device[] | null;
  readonly singular: readonly Device[] | null;
  readonly left: readonly Device[] | null;
}

/** The matrix as u diag(s) v^T with the numerical rank r: u is rows x r, v is cols x r, row-major. */
interface Factors {
  readonly rank: number;
  readonly u: Float64Array;
  readonly s: Float64Array;
  readonly v: Float64Array;
}

const EPSILON = 2 ** -52;

/**
 * Factors a matrix of spectral norm <= 1 (row-major) into passive meshes. In general r (rows + cols - r) MZIs at the numerical rank r
 * (kernels/svd.ts), attenuators included. Fewer where the structure allows: singular values within 4 max(rows, cols)
 * rounding units of 1 are bare waveguides, of each other make one of the two meshes (or its corner) superfluous, and exact zeros
 * met in nulling cost nothing. Throws RangeError when the norm exceeds 1 by more than 1e-12 or an entry is not finite.
 */
export function factorMatrix(weights: Float64Array, rows: number, cols: number): MatrixFactors {
  const { rank, u, s, v } = factorsOf(weights, rows, cols);
  if (rank > 0 && s[0]! > 1 + 1e-12) {
    throw new RangeError(`factorMatrix: the spectral norm is ${s[0]}, a passive mesh realises at most 1`);
  }
  if (rank === 0) return { rank, right: [], singular: null, left: rows > 0 ? [] : null };
  const unit = 4 * Math.max(rows, cols) * EPSILON;
  const singular = attenuatorsFor(s.map((value) => (value >= 1 - unit ? 1 : value)));
  const program = transposedIsometryMesh(v, cols, rank);
  const left = isometryMesh(u, rows, rank, program.outputs.subarray(0, rank));
  const leftIsBare = left.mzis.mode.length === 0;
  // without MZIs on the left, the output phases stand behind the right mesh
  const outputs = leftIsBare ? left.outputs.subarray(0, rank) : new Float64Array(0);
  const right = toDevices({ ...program, outputs });
  return {
    rank,
    right: rank === cols && right.length === 0 ? null : right,
    singular: singular.length === 0 ? null : singular,
    left: leftIsBare ? (rank === rows || rank === cols ? null : []) : toDevices(left),
  };
}

/** Chooses, among the singular bases, one that costs the fewest MZIs. */
function factorsOf(weights: Float64Array, rows: number, cols: number): Factors {
  if (Math.min(rows, cols) === 1) {
    const length = norm(weights);
    // what is not finite is refused by svd, with its place
    if (length > 0 && length < Infinity) return multipleOfIsometry(weights, rows, cols, length);
  }
  const full = svd(weights, rows, cols);
  const width = full.s.length;
  const rank = numericalRank(full.s, rows, cols);
  const s = full.s.slice(0, rank);
  const u = leadingColumns(full.u, rows, width, rank);
  const v = leadingColumns(full.v, cols, width, rank);
  if (rank === 0) return { rank, u, s, v };
  const largest = s[0]!;
  const allEqual = largest - s[rank - 1]! <= 4 * Math.max(rows, cols) * EPSILON * largest;
  if (!allEqual) return { rank, u, s, v };
  // a multiple of an isometry: any orthonormal basis is singular, so the matrix itself can be one of the meshes
  s.fill(largest);
  if (rank === width) return multipleOfIsometry(weights, rows, cols, largest);
  nullCorner(v, cols, u, rows, rank);
  return { rank, u, s, v };
}

/** Factors of `scale` times a matrix with orthonormal columns, or rows where they are fewer: that matrix is one of the meshes. */
function multipleOfIsometry(weights: Float64Array, rows: number, cols: number, scale: number): Factors {
  const rank = Math.min(rows, cols);
  const direct = weights.map((w) => w / scale);
  const s = new Float64Array(rank).fill(scale);
  const identity = identityMatrix(rank);
  return rows >= cols
    ? { rank, u: direct, s, v: identity }
    : { rank, u: identity, s, v: transpose(direct, rows, cols) };
}

/** Rotates column pairs of v, and of u alike, until v[i][j] = 0 for i - j > cols - rank: that corner of the mesh vanishes. */
function nullCorner(v: Float64Array, cols: number, u: Float64Array, rows: number, rank: number): void {
  for (let k = 0; k <= rank - 2; k++) {
    for (let j = k; j >= 0; j--) {
      const row = cols - 1 - k + j;
      const y = v[row * rank + j]!;
      const x = v[row * rank + j + 1]!;
      if (y === 0) continue;
      const up = lift(x * x + y * y);
      const h = hypotenuse(x * up, y * up);
      rotateColumns(v, cols, rank, j, (x * up) / h, (y * up) / h);
      rotateColumns(u, rows, rank, j, (x * up) / h, (y * up) / h);
      v[row * rank + j] = 0;
    }
  }
}

function rotateColumns(a: Float64Array, rows: number, cols: number, j: number, c: number, s: number): void {
  for (let p = j; p < rows * cols; p += cols) {
    const y = a[p]!;
    const x = a[p + 1]!;
    a[p] = c * y - s * x;
    a[p + 1] = s * y + c * x;
  }
}

function leadingColumns(a: Float64Array, rows: number, cols: number, keep: number): Float64Array {
  const out = new Float64Array(rows * keep);
  for (let i = 0; i < rows; i++) for (let j = 0; j < keep; j++) out[i * keep + j] = a[i * cols + j]!;
  return out;
}

function identityMatrix(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * (n + 1)] = 1;
  return out;
}
