import { seededRandom } from "../../../netlist/index.ts";

/** Inputs of the mesh tests: seeded, row-major. */

export function gaussian(seed: number): () => number {
  const next = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export function gaussianMatrix(rows: number, cols: number, seed: number): Float64Array {
  const next = gaussian(seed);
  return Float64Array.from({ length: rows * cols }, next);
}

/** rows x cols (rows >= cols) with orthonormal columns, Gram-Schmidt twice on Gaussian columns: Haar distributed. */
export function haarIsometry(rows: number, cols: number, seed: number): Float64Array {
  return orthonormalise(gaussianMatrix(cols, rows, seed), cols, rows);
}

/** Orthonormalises the `count` rows of length n and returns the transpose. */
function orthonormalise(q: Float64Array, count: number, n: number): Float64Array {
  for (let i = 0; i < count; i++) {
    const x = q.subarray(i * n, (i + 1) * n);
    for (let pass = 0; pass < 2; pass++) {
      for (let k = 0; k < i; k++) {
        const y = q.subarray(k * n, (k + 1) * n);
        let product = 0;
        for (let j = 0; j < n; j++) product += y[j]! * x[j]!;
        for (let j = 0; j < n; j++) x[j]! -= product * y[j]!;
      }
      const norm = Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
      for (let j = 0; j < x.length; j++) x[j]! /= norm;
    }
  }
  const out = new Float64Array(q.length);
  for (let i = 0; i < count; i++) for (let j = 0; j < n; j++) out[j * count + i] = q[i * n + j]!;
  return out;
}

export function identity(n: number, value = 1): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * (n + 1)] = value;
  return out;
}

export function permutation(n: number, seed: number): Float64Array {
  const next = seededRandom(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    const value = order[i]!;
    order[i] = order[j]!;
    order[j] = value;
  }
  const out = new Float64Array(n * n);
  order.forEach((j, i) => {
    out[i * n + j] = 1;
  });
  return out;
}

/** Haar blocks of size `block` on the diagonal; block divides n. */
export function blockDiagonal(n: number, block: number, seed: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let b = 0; b < n; b += block) {
    const q = haarIsometry(block, block, seed + b);
    for (let i = 0; i < block; i++) for (let j = 0; j < block; j++) out[(b + i) * n + b + j] = q[i * block + j]!;
  }
  return out;
}

/** Sylvester's, n a power of two. */
export function hadamard(n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let bits = i & j;
      let sign = 1;
      for (; bits > 0; bits &= bits - 1) sign = -sign;
      out[i * n + j] = sign / Math.sqrt(n);
    }
  }
  return out;
}

/** Discrete Fourier transform, interleaved. */
export function fourier(n: number): Float64Array {
  const out = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * ((i * j) % n)) / n;
      out[2 * (i * n + j)] = Math.cos(angle) / Math.sqrt(n);
      out[2 * (i * n + j) + 1] = Math.sin(angle) / Math.sqrt(n);
    }
  }
  return out;
}

/** base + size * (random antisymmetric), orthonormalised to rounding. */
export function nearby(base: Float64Array, n: number, size: number, seed: number): Float64Array {
  const g = gaussianMatrix(n, n, seed);
  const tilted = base.slice();
  // base (1 + size K) with K antisymmetric
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const b = base[i * n + k]!;
      if (b === 0) continue;
      for (let j = 0; j < n; j++) tilted[i * n + j]! += b * size * (g[k * n + j]! - g[j * n + k]!);
    }
  }
  const columns = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) columns[j * n + i] = tilted[i * n + j]!;
  return orthonormalise(columns, n, n);
}

/** Row-major (rows x inner) times (inner x cols). */
export function multiply(a: Float64Array, b: Float64Array, rows: number, inner: number, cols: number): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const x = a[i * inner + k]!;
      for (let j = 0; j < cols; j++) out[i * cols + j]! += x * b[k * cols + j]!;
    }
  }
  return out;
}
