import { borrow } from "./scratch.ts";

/**
 * Rectangular nulling of a real matrix with orthonormal columns.
 *
 * Clements et al., Optica 3, 1460 (2016), generalised to tall matrices: the diagonals i - j = rows-1, rows-2, ..., 1 are
 * nulled one sweep each. In the corner i - j > rows - cols (as many diagonals as there are spare columns) the sweeps alternate
 * between column pairs, taken from the right, and row pairs, taken from the left; all further sweeps use row pairs. For a
 * square matrix this is the published rectangular order, of depth N; for rows > cols it needs cols (2 rows - cols - 1) / 2
 * rotations at depth <= rows.
 *
 * assembly/nulling.ts does it. Each entry takes its rotations in the order of the sweeps: the same bits on every machine.
 */

/** The 2 x 2 factors [[c, -s], [s, c]] on modes (mode, mode + 1), c >= 0, in the order in which light meets them. */
export interface Rotations {
  readonly count: number;
  /** The first `split` factors stand before the diagonal, the others behind it. */
  readonly split: number;
  /** Longer than there are factors, as c and s are. */
  readonly mode: Int32Array;
  readonly c: Float64Array;
  readonly s: Float64Array;
  /** The diagonal between the two groups, an entry a column of the matrix: 1 where it is -1, 0 where it is 1. */
  readonly flips: Uint8Array;
}

/** Rows of zeros in front of a matrix, and entries behind each of its rows: see assembly/nulling.ts. */
const ROWS_BEFORE = 7;
const PADDING = 8;

/**
 * The factors of a real `a` (rows x cols, row-major, rows >= cols, orthonormal columns; RangeError if they are not):
 * a = (factors behind, last first) * [diag; 0] * (factors before, last first). O(rows cols^2).
 */
export function nullReal(a: Float64Array, rows: number, cols: number): Rotations {
  const sweeps = sweepSchedule(rows, cols);
  const total = sweeps.reduce((sum, { last }) => sum + last + 1, 0);
  const ld = cols + (cols & 1) + PADDING;
  const size = (ROWS_BEFORE + rows) * ld;
  const { kernels, doubles, giveBack } = borrow(size + 2 * total);
  const matrix = doubles(size).subarray(ROWS_BEFORE * ld);
  for (let i = 0; i < rows; i++) matrix.set(a.subarray(i * cols, (i + 1) * cols), i * ld);
  const [cosines, sines] = [doubles(total), doubles(total)];
  kernels.nullReal(matrix.byteOffset, rows, cols, ld, cosines.byteOffset, sines.byteOffset);
  const flips = requireDiagonal(matrix, ld, cols);
  const factors = inLightOrder(sweeps, rows, cosines, sines);
  giveBack();
  return { ...factors, flips };
}

/** The order of sweeps for a rows x cols matrix, rows >= cols: sweep k nulls (rows-1-k+j, j) for j = 0..last. */
function sweepSchedule(rows: number, cols: number) {
  const isRight = (k: number): boolean => k <= cols - 2 && k % 2 === 0;
  return Array.from({ length: rows - 1 }, (_, k) => ({ k, last: Math.min(k, cols - 1), right: isRight(k) }));
}

/** After nulling, orthonormal columns leave a diagonal of 1 and -1 and nothing above it; returns where it is -1. */
function requireDiagonal(a: Float64Array, ld: number, cols: number): Uint8Array {
  const flips = new Uint8Array(cols);
  for (let i = 0; i < cols; i++) {
    let square = 0;
    for (let at = i * ld + i + 1; at < i * ld + cols; at++) square += a[at]! * a[at]!;
    const entry = a[i * ld + i]!;
    if (!(square <= 1e-18 && Math.abs(entry * entry - 1) <= 2e-9)) {
      throw new RangeError(
        `nulling: columns are not orthonormal, row ${i} leaves ${entry * entry} and ${square} beside it`,
      );
    }
    flips[i] = entry < 0 ? 1 : 0;
  }
  return flips;
}

/** Lists the factors of all sweeps in light order and leaves out exact identities. */
function inLightOrder(
  sweeps: ReturnType<typeof sweepSchedule>,
  rows: number,
  cosines: Float64Array,
  sines: Float64Array,
): Omit<Rotations, "flips"> {
  const mode = new Int32Array(cosines.length);
  const [c, s] = [new Float64Array(cosines.length), new Float64Array(cosines.length)];
  let count = 0;
  const take = (spot: number, m: number): void => {
    if (sines[spot] === 0) return;
    mode[count] = m;
    c[count] = cosines[spot]!;
    s[count] = sines[spot]!;
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
  return { count, split, mode, c, s };
}
