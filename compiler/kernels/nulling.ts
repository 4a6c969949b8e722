/**
 * Rectangular nulling of a real matrix with orthonormal columns.
 *
 * Clements et al., Optica 3, 1460 (2016), generalised to tall matrices: the diagonals i - j = rows-1, rows-2, ..., 1 are
 * nulled one sweep each. In the corner i - j > rows - cols (as many diagonals as there are spare columns) the sweeps alternate
 * between column pairs, taken from the right, and row pairs, taken from the left; all further sweeps use row pairs. For a
 * square matrix this is the published rectangular order, of depth N; for rows > cols it needs cols (2 rows - cols - 1) / 2
 * rotations at depth <= rows.
 *
 * The matrix is row-major. A row sweep walks down a chain of row pairs: four rotations are fused into one pass over the five
 * rows. A column sweep walks left along each row, the running element stays in a register and four rows go together.
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

/** Sweeps of the schedule: sweep k nulls (rows-1-k+j, j) for j = 0..last. */
export interface Sweep {
  readonly k: number;
  readonly last: number;
  readonly right: boolean;
}

/** The order of sweeps for a rows x cols matrix, rows >= cols. */
export function sweepSchedule(rows: number, cols: number): Sweep[] {
  const sweeps: Sweep[] = [];
  for (let k = 0; k <= rows - 2; k++) {
    sweeps.push({ k, last: Math.min(k, cols - 1), right: k <= cols - 2 && k % 2 === 0 });
  }
  return sweeps;
}

/**
 * Factor that lifts entries whose squares sum to `square` out of the range where squares lose digits. Far from the diagonal, entries
 * of a nearly diagonal matrix do get subnormal, and a rotation aimed at such a pair must be orthogonal all the same.
 */
export function lift(square: number): number {
  return square < 1e-280 ? 2 ** 700 : 1;
}

/** Rotation that moves y into x, as (c, s) at `at`; returns the new x. An exact zero costs nothing and yields the identity. */
function aim(x: number, y: number, c: Float64Array, s: Float64Array, at: number): number {
  if (y === 0) {
    c[at] = 1;
    s[at] = 0;
    return x;
  }
  const up = lift(x * x + y * y);
  const xUp = x * up;
  const yUp = y * up;
  const h = Math.sqrt(xUp * xUp + yUp * yUp);
  c[at] = Math.abs(xUp) / h;
  s[at] = x < 0 ? -yUp / h : yUp / h;
  return (x < 0 ? -h : h) / up;
}

/**
 * Overwrites `a` (rows x cols, rows >= cols, orthonormal columns; RangeError if they are not) and returns its factors:
 * a = (factors behind, last first) * [diag; 0] * (factors before, last first).
 */
export function nullReal(a: Float64Array, rows: number, cols: number): Rotations {
  const sweeps = sweepSchedule(rows, cols);
  let total = 0;
  for (const sweep of sweeps) total += sweep.last + 1;
  const c = new Float64Array(total);
  const s = new Float64Array(total);
  let at = 0;
  for (const { k, last, right } of sweeps) {
    if (right) columnSweep(a, rows, cols, k, c, s, at);
    else rowSweep(a, rows, cols, k, last, c, s, at);
    at += last + 1;
  }
  const diagonalRad = new Float64Array(cols);
  requireDiagonal(a, cols, 1);
  for (let j = 0; j < cols; j++) diagonalRad[j] = a[j * cols + j]! < 0 ? Math.PI : 0;
  return inLightOrder(sweeps, rows, c, s, null, diagonalRad);
}

/** After nulling, orthonormal columns leave a diagonal of modulus 1 and nothing above it. `parts`: 1 real, 2 interleaved complex. */
export function requireDiagonal(a: Float64Array, cols: number, parts: 1 | 2): void {
  for (let i = 0; i < cols; i++) {
    const row = i * cols * parts;
    let square = 0;
    for (let at = row + (i + 1) * parts; at < row + cols * parts; at++) square += a[at]! * a[at]!;
    let diagonal = 0;
    for (let at = row + i * parts; at < row + (i + 1) * parts; at++) diagonal += a[at]! * a[at]!;
    if (!(square <= 1e-18 && Math.abs(diagonal - 1) <= 2e-9)) {
      throw new RangeError(`nulling: columns are not orthonormal, row ${i} leaves ${diagonal} and ${square} beside it`);
    }
  }
}

/** Lists the factors of all sweeps in light order and leaves out exact identities. */
export function inLightOrder(
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

/** Nulls (rows-1-k+j, j), j = 0..last, with row pairs from the top down; rotation j is stored at `at + j`. */
function rowSweep(
  a: Float64Array,
  rows: number,
  cols: number,
  k: number,
  last: number,
  c: Float64Array,
  s: Float64Array,
  at: number,
): void {
  const top = rows - 2 - k;
  let j = 0;
  for (; j + 3 <= last; j += 4) {
    const from = Math.min(cols, j + 4);
    for (let t = 0; t < 4; t++) rotateRows(a, cols, top + j + t, j + t, from, c, s, at + j + t);
    const c0 = c[at + j]!;
    const c1 = c[at + j + 1]!;
    const c2 = c[at + j + 2]!;
    const c3 = c[at + j + 3]!;
    const s0 = s[at + j]!;
    const s1 = s[at + j + 1]!;
    const s2 = s[at + j + 2]!;
    const s3 = s[at + j + 3]!;
    let p0 = (top + j) * cols + from;
    let p1 = p0 + cols;
    let p2 = p1 + cols;
    let p3 = p2 + cols;
    let p4 = p3 + cols;
    for (const end = (top + j + 1) * cols; p0 < end; p0++, p1++, p2++, p3++, p4++) {
      const x0 = a[p0]!;
      const y0 = a[p1]!;
      const y1 = a[p2]!;
      const y2 = a[p3]!;
      const y3 = a[p4]!;
      a[p0] = c0 * x0 + s0 * y0;
      const x1 = c0 * y0 - s0 * x0;
      a[p1] = c1 * x1 + s1 * y1;
      const x2 = c1 * y1 - s1 * x1;
      a[p2] = c2 * x2 + s2 * y2;
      const x3 = c2 * y2 - s2 * x2;
      a[p3] = c3 * x3 + s3 * y3;
      a[p4] = c3 * y3 - s3 * x3;
    }
  }
  for (; j <= last; j++) rotateRows(a, cols, top + j, j, cols, c, s, at + j);
}

/** Nulls (row + 1, j) with rows (row, row + 1) and applies the rotation to columns j..end-1. */
function rotateRows(
  a: Float64Array,
  cols: number,
  row: number,
  j: number,
  end: number,
  c: Float64Array,
  s: Float64Array,
  at: number,
): void {
  const p = row * cols;
  const q = p + cols;
  a[p + j] = aim(a[p + j]!, a[q + j]!, c, s, at);
  a[q + j] = 0;
  const ct = c[at]!;
  const st = s[at]!;
  for (let col = j + 1; col < end; col++) {
    const x = a[p + col]!;
    const y = a[q + col]!;
    a[p + col] = ct * x + st * y;
    a[q + col] = ct * y - st * x;
  }
}

/** Nulls (rows-1-k+j, j), j = k..0, with column pairs (j, j + 1); rotation j is stored at `at + k - j`. */
function columnSweep(
  a: Float64Array,
  rows: number,
  cols: number,
  k: number,
  c: Float64Array,
  s: Float64Array,
  at: number,
): void {
  let row = rows - 1;
  let found = 0;
  for (; found + 4 <= k + 1; found += 4, row -= 4) {
    if (found > 0) walkFourRows(a, cols, row - 3, k, found, c, s, at);
    for (let t = 0; t < 4; t++) {
      const j = k - found - t;
      const spot = at + found + t;
      const p = (row - t) * cols + j;
      a[p + 1] = aim(a[p + 1]!, a[p]!, c, s, spot);
      a[p] = 0;
      for (let below = t + 1; below < 4; below++) rotatePair(a, (row - below) * cols + j, c[spot]!, s[spot]!);
    }
  }
  for (; found <= k; found++, row--) {
    walkRow(a, cols, row, k, found, c, s, at);
    const p = row * cols + k - found;
    a[p + 1] = aim(a[p + 1]!, a[p]!, c, s, at + found);
    a[p] = 0;
  }
  for (; row >= 3; row -= 4) walkFourRows(a, cols, row - 3, k, k + 1, c, s, at);
  for (; row >= 0; row--) walkRow(a, cols, row, k, k + 1, c, s, at);
}

function rotatePair(a: Float64Array, p: number, c: number, s: number): void {
  const y = a[p]!;
  const x = a[p + 1]!;
  a[p + 1] = c * x + s * y;
  a[p] = c * y - s * x;
}

/** Applies the first `count` rotations of a column sweep to one row. */
function walkRow(
  a: Float64Array,
  cols: number,
  row: number,
  k: number,
  count: number,
  c: Float64Array,
  s: Float64Array,
  at: number,
): void {
  let p = row * cols + k + 1;
  let x = a[p]!;
  for (let r = at; r < at + count; r++, p--) {
    const y = a[p - 1]!;
    a[p] = c[r]! * x + s[r]! * y;
    x = c[r]! * y - s[r]! * x;
  }
  a[p] = x;
}

/** The same on rows row..row+3. */
function walkFourRows(
  a: Float64Array,
  cols: number,
  row: number,
  k: number,
  count: number,
  c: Float64Array,
  s: Float64Array,
  at: number,
): void {
  let p0 = row * cols + k + 1;
  let p1 = p0 + cols;
  let p2 = p1 + cols;
  let p3 = p2 + cols;
  let x0 = a[p0]!;
  let x1 = a[p1]!;
  let x2 = a[p2]!;
  let x3 = a[p3]!;
  for (let r = at, end = at + count; r < end; r++) {
    const cr = c[r]!;
    const sr = s[r]!;
    const y0 = a[p0 - 1]!;
    const y1 = a[p1 - 1]!;
    const y2 = a[p2 - 1]!;
    const y3 = a[p3 - 1]!;
    a[p0] = cr * x0 + sr * y0;
    a[p1] = cr * x1 + sr * y1;
    a[p2] = cr * x2 + sr * y2;
    a[p3] = cr * x3 + sr * y3;
    x0 = cr * y0 - sr * x0;
    x1 = cr * y1 - sr * x1;
    x2 = cr * y2 - sr * x2;
    x3 = cr * y3 - sr * x3;
    p0--;
    p1--;
    p2--;
    p3--;
  }
  a[p0] = x0;
  a[p1] = x1;
  a[p2] = x2;
  a[p3] = x3;
}
