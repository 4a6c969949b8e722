/**
 * The peer of the mesh benchmark: textbook rectangular nulling, one scalar rotation at a time on a row-major matrix, nothing fused, no
 * angles computed. Overwrites `a` (n x n) and returns the number of rotations.
 */
export function naiveReal(a: Float64Array, n: number): number {
  let count = 0;
  for (let k = 0; k < n - 1; k++) {
    for (let t = 0; t <= k; t++, count++) {
      if (k % 2 === 0) {
        const i = n - 1 - t;
        const j = k - t;
        const x = a[i * n + j + 1]!;
        const y = a[i * n + j]!;
        const h = Math.hypot(x, y) || 1;
        const c = x / h;
        const s = y / h;
        for (let r = 0; r <= i; r++) {
          const p = a[r * n + j]!;
          const q = a[r * n + j + 1]!;
          a[r * n + j] = c * p - s * q;
          a[r * n + j + 1] = s * p + c * q;
        }
      } else {
        const i = n - 1 - k + t;
        const x = a[(i - 1) * n + t]!;
        const y = a[i * n + t]!;
        const h = Math.hypot(x, y) || 1;
        const c = x / h;
        const s = y / h;
        for (let col = t; col < n; col++) {
          const p = a[(i - 1) * n + col]!;
          const q = a[i * n + col]!;
          a[(i - 1) * n + col] = c * p + s * q;
          a[i * n + col] = c * q - s * p;
        }
      }
    }
  }
  return count;
}
