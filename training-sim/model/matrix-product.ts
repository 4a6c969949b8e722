/**
 * c += a b for row-major a [m, k], b [k, n], c [m, n]. Sums run in float64 over k in order, so that a result depends on
 * nothing but its operands; tiles of 4 x 4 stay in registers.
 */
export function addProduct(a: Float32Array, b: Float32Array, c: Float32Array, m: number, k: number, n: number): void {
  const rows = m - (m % 4);
  const columns = n - (n % 4);
  for (let i = 0; i < rows; i += 4) {
    const a0 = i * k;
    const a1 = a0 + k;
    const a2 = a1 + k;
    const a3 = a2 + k;
    for (let j = 0; j < columns; j += 4) {
      let [c00, c01, c02, c03] = [0, 0, 0, 0];
      let [c10, c11, c12, c13] = [0, 0, 0, 0];
      let [c20, c21, c22, c23] = [0, 0, 0, 0];
      let [c30, c31, c32, c33] = [0, 0, 0, 0];
      for (let p = 0, at = j; p < k; p++, at += n) {
        const b0 = b[at]!;
        const b1 = b[at + 1]!;
        const b2 = b[at + 2]!;
        const b3 = b[at + 3]!;
        const x0 = a[a0 + p]!;
        c00 += x0 * b0;
        c01 += x0 * b1;
        c02 += x0 * b2;
        c03 += x0 * b3;
        const x1 = a[a1 + p]!;
        c10 += x1 * b0;
        c11 += x1 * b1;
        c12 += x1 * b2;
        c13 += x1 * b3;
        const x2 = a[a2 + p]!;
        c20 += x2 * b0;
        c21 += x2 * b1;
        c22 += x2 * b2;
        c23 += x2 * b3;
        const x3 = a[a3 + p]!;
        c30 += x3 * b0;
        c31 += x3 * b1;
        c32 += x3 * b2;
        c33 += x3 * b3;
      }
      let to = i * n + j;
      addFour(c, to, c00, c01, c02, c03);
      to += n;
      addFour(c, to, c10, c11, c12, c13);
      to += n;
      addFour(c, to, c20, c21, c22, c23);
      to += n;
      addFour(c, to, c30, c31, c32, c33);
    }
  }
  addPart(a, b, c, k, n, [0, rows], [columns, n]);
  addPart(a, b, c, k, n, [rows, m], [0, n]);
}

/** The transpose of a row-major [rows, cols] matrix. */
export function transposed(a: Float32Array, rows: number, cols: number): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j]!;
  return out;
}

function addFour(c: Float32Array, to: number, x0: number, x1: number, x2: number, x3: number): void {
  c[to] = c[to]! + x0;
  c[to + 1] = c[to + 1]! + x1;
  c[to + 2] = c[to + 2]! + x2;
  c[to + 3] = c[to + 3]! + x3;
}

/** What is left beside the tiles: rows and columns from .. to - 1. */
function addPart(
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
  k: number,
  n: number,
  [firstRow, endRow]: readonly [number, number],
  [firstColumn, endColumn]: readonly [number, number],
): void {
  for (let i = firstRow; i < endRow; i++) {
    for (let j = firstColumn; j < endColumn; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
      c[i * n + j]! += sum;
    }
  }
}
