import { nullComplexScalar, nullRealScalar, type Sweep, sweepSchedule } from "./scalar-nulling.ts";
import { borrow } from "./scratch.ts";

/**
 * Rectangular nulling of a matrix with orthonormal columns, real or complex (entries interleaved: re, im).
 *
 * Clements et al., Optica 3, 1460 (2016), generalised to tall matrices: the diagonals i - j = rows-1, rows-2, ..., 1 are
 * nulled one sweep each. In the corner i - j > rows - cols (as many diagonals as there are spare columns) the sweeps alternate
 * between column pairs, taken from the right, and row pairs, taken from the left; all further sweeps use row pairs. For a
 * square matrix this is the published rectangular order, of depth N; for rows > cols it needs cols (2 rows - cols - 1) / 2
 * rotations at depth <= rows.
 *
 * assembly/nulling.ts and its complex twin do it. Each entry takes its rotations in the order of the sweeps, as it does in
 * scalar-nulling.ts, which serves small matrices without starting the kernels: the same bits, on every machine.
 */

/** The 2 x 2 factors [[c, -conj s], [s, c]] on modes (mode, mode + 1), c >= 0 real, in the order in which light meets them. */
export interface Rotations {
  readonly count: number;
  /** The first `split` factors stand before the diagonal, the others behind it. */
  readonly split: number;
  readonly mode: Int32Array;
  /** Index of each factor's c and s in the arrays below. */
  readonly at: Int32Array;
  readonly c: Float64Array;
  readonly sRe: Float64Array;
  /** null: all zero (a real matrix). */
  readonly sIm: Float64Array | null;
  /** The diagonal between the two groups, one argument in radians a column of the matrix. */
  readonly diagonalRad: Float64Array;
}

/** From this many entries on, the kernels' start is worth its milliseconds. */
const KERNELS_FROM = 1024;
/** Rows of zeros in front of a matrix, and entries behind each of its rows: see assembly/nulling.ts. */
const ROWS_BEFORE = 7;
const PADDING = 8;

/** A matrix in the kernels' way: row i starts at i * ld numbers. */
export interface Padded {
  readonly a: Float64Array;
  readonly ld: number;
}

/**
 * The factors of a real `a` (rows x cols, row-major, rows >= cols, orthonormal columns; RangeError if they are not):
 * a = (factors behind, last first) * [diag; 0] * (factors before, last first). O(rows cols^2).
 */
export function nullReal(a: Float64Array, rows: number, cols: number): Rotations {
  return nulled(a, rows, cols, 1);
}

/** The same for a complex `a`, entries interleaved. */
export function nullComplex(a: Float64Array, rows: number, cols: number): Rotations {
  return nulled(a, rows, cols, 2);
}

function nulled(a: Float64Array, rows: number, cols: number, parts: 1 | 2): Rotations {
  const sweeps = sweepSchedule(rows, cols);
  let total = 0;
  for (const sweep of sweeps) total += sweep.last + 1;
  const c = new Float64Array(total);
  const re = new Float64Array(total);
  const im = parts === 2 ? new Float64Array(total) : null;
  const left =
    rows * cols >= KERNELS_FROM
      ? sweepKernels(a, rows, cols, c, re, im)
      : sweepScalar(sweeps, { a: a.slice(), ld: parts * cols }, rows, cols, c, re, im);
  const diagonalRad = requireDiagonal(left, cols, parts);
  return inLightOrder(sweeps, rows, c, re, im, diagonalRad);
}

function sweepScalar(
  sweeps: readonly Sweep[],
  matrix: Padded,
  rows: number,
  cols: number,
  c: Float64Array,
  re: Float64Array,
  im: Float64Array | null,
): Padded {
  if (im === null) nullRealScalar(sweeps, matrix.a, rows, cols, c, re);
  else nullComplexScalar(sweeps, matrix.a, rows, cols, c, re, im);
  return matrix;
}

function sweepKernels(
  a: Float64Array,
  rows: number,
  cols: number,
  c: Float64Array,
  re: Float64Array,
  im: Float64Array | null,
): Padded {
  const width = im === null ? cols : 2 * cols;
  const ld = width + (width & 1) + PADDING;
  const size = (ROWS_BEFORE + rows) * ld;
  const { memory, at } = borrow(8 * (size + 3 * c.length));
  const { buffer, kernels } = memory;
  const all = new Float64Array(buffer, at, size).fill(0);
  const matrix = all.subarray(ROWS_BEFORE * ld);
  for (let i = 0; i < rows; i++) matrix.set(a.subarray(i * width, (i + 1) * width), i * ld);
  const [first, second, third] = [0, 1, 2].map((k) => at + 8 * (size + k * c.length));
  if (im === null) kernels.nullReal(matrix.byteOffset, rows, cols, ld, first!, second!);
  else kernels.nullComplex(matrix.byteOffset, rows, cols, ld / 2, first!, second!, third!);
  c.set(new Float64Array(buffer, first, c.length));
  re.set(new Float64Array(buffer, second, c.length));
  im?.set(new Float64Array(buffer, third, c.length));
  return { a: matrix, ld };
}

/** After nulling, orthonormal columns leave a diagonal of modulus 1 and nothing above it; returns the diagonal's arguments, radians. */
function requireDiagonal({ a, ld }: Padded, cols: number, parts: 1 | 2): Float64Array {
  const diagonalRad = new Float64Array(cols);
  for (let i = 0; i < cols; i++) {
    const row = i * ld;
    let square = 0;
    for (let at = row + (i + 1) * parts; at < row + cols * parts; at++) square += a[at]! * a[at]!;
    const re = a[row + i * parts]!;
    const im = parts === 2 ? a[row + i * parts + 1]! : 0;
    const diagonal = re * re + im * im;
    if (!(square <= 1e-18 && Math.abs(diagonal - 1) <= 2e-9)) {
      throw new RangeError(`nulling: columns are not orthonormal, row ${i} leaves ${diagonal} and ${square} beside it`);
    }
    diagonalRad[i] = parts === 2 ? Math.atan2(im, re) : re < 0 ? Math.PI : 0;
  }
  return diagonalRad;
}

/** Lists the factors of all sweeps in light order and leaves out exact identities. */
function inLightOrder(
  sweeps: readonly Sweep[],
  rows: number,
  c: Float64Array,
  sRe: Float64Array,
  sIm: Float64Array | null,
  diagonalRad: Float64Array,
): Rotations {
  const mode = new Int32Array(c.length);
  const at = new Int32Array(c.length);
  let count = 0;
  const take = (spot: number, m: number): void => {
    if (sRe[spot] === 0 && (sIm === null || sIm[spot] === 0)) return;
    mode[count] = m;
    at[count] = spot;
    count++;
  };
  let from = 0;
  for (const { k, last, right } of sweeps) {
    // a column sweep stores its rotations from j = k down
    if (right) for (let j = k; j >= 0; j--) take(from + k - j, j);
    from += last + 1;
  }
  const split = count;
  for (let n = sweeps.length - 1; n >= 0; n--) {
    const { k, last, right } = sweeps[n]!;
    from -= last + 1;
    if (!right) for (let j = last; j >= 0; j--) take(from + j, rows - 2 - k + j);
  }
  return { count, split, mode, at, c, sRe, sIm, diagonalRad };
}
