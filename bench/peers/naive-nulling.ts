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

/** The same for a complex matrix, real and imaginary parts in two arrays. */
export function naiveComplex(re: Float64Array, im: Float64Array, n: number): number {
  let count = 0;
  // [p, q] -> [cp - sq, conj(s) p + cq] with complex c, s given by the entries to null
  const rotate = (p: number, q: number, step: number, times: number, nullP: number, keepQ: number): void => {
    const h = Math.hypot(re[nullP]!, im[nullP]!, re[keepQ]!, im[keepQ]!) || 1;
    const cr = re[keepQ]! / h;
    const ci = im[keepQ]! / h;
    const sr = re[nullP]! / h;
    const si = im[nullP]! / h;
    let at = p;
    let to = q;
    for (let r = 0; r < times; r++, at += step, to += step) {
      const pr = re[at]!;
      const pi = im[at]!;
      const qr = re[to]!;
      const qi = im[to]!;
      re[at] = cr * pr - ci * pi - sr * qr + si * qi;
      im[at] = cr * pi + ci * pr - sr * qi - si * qr;
      re[to] = sr * pr + si * pi + cr * qr + ci * qi;
      im[to] = sr * pi - si * pr + cr * qi - ci * qr;
    }
  };
  for (let k = 0; k < n - 1; k++) {
    for (let t = 0; t <= k; t++, count++) {
      if (k % 2 === 0) {
        const i = n - 1 - t;
        const j = k - t;
        rotate(j, j + 1, n, i + 1, i * n + j, i * n + j + 1);
      } else {
        const i = n - 1 - k + t;
        rotate(i * n + t, (i - 1) * n + t, 1, n - t, i * n + t, (i - 1) * n + t);
      }
    }
  }
  return count;
}
