/**
 * c += a b for row-major a [m, k], b [k, n], c [m, n]. Sums run in float64 over k in order, so that a result depends on
 * nothing but its operands; those of eight columns stay in registers.
 */
export function addProduct(a: Float32Array, b: Float32Array, c: Float32Array, m: number, k: number, n: number): void {
  const columns = n - (n % 8);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < columns; j += 8) {
      let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let p = 0, at = j; p < k; p++, at += n) {
        const x = a[i * k + p]!;
        s0 += x * b[at]!;
        s1 += x * b[at + 1]!;
        s2 += x * b[at + 2]!;
        s3 += x * b[at + 3]!;
        s4 += x * b[at + 4]!;
        s5 += x * b[at + 5]!;
        s6 += x * b[at + 6]!;
        s7 += x * b[at + 7]!;
      }
      const to = i * n + j;
      c[to]! += s0;
      c[to + 1]! += s1;
      c[to + 2]! += s2;
      c[to + 3]! += s3;
      c[to + 4]! += s4;
      c[to + 5]! += s5;
      c[to + 6]! += s6;
      c[to + 7]! += s7;
    }
    for (let j = columns; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) sum += a[i * k + p]! * b[p * n + j]!;
      c[i * n + j]! += sum;
    }
  }
}

/** The transpose of a row-major [rows, cols] matrix. */
export function transposed(a: Float32Array, rows: number, cols: number): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j]!;
  return out;
}
