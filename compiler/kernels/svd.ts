import { bidiagonalSvd, type Svd } from "./bidiagonal.ts";
import { binaryExponent, powerOfTwo } from "./binary.ts";
import { finish } from "./steps.ts";

/**
 * Singular value decomposition; u and v have orthonormal columns whatever the rank, the same bits on every machine. Singular values are
 * exact to rounding of the largest one. The input is scaled by a power of two first. Throws RangeError on NaN or infinity.
 */
export function svd(a: Float64Array, rows: number, cols: number): Svd {
  return finish(svdSteps(a, rows, cols));
}

/** The same with pauses, as steps.ts says. */
export function* svdSteps(a: Float64Array, rows: number, cols: number): Generator<void, Svd> {
  if (a.length !== rows * cols) throw new RangeError(`svd: ${a.length} entries given for ${rows} x ${cols}`);
  const wide = rows < cols;
  const m = wide ? cols : rows;
  const n = wide ? rows : cols;
  const scale = powerOfTwoScale(a, cols);
  // columns of the tall matrix, contiguous
  const w = new Float64Array(m * n);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) w[wide ? i * cols + j : j * rows + i] = a[i * cols + j]! * scale;
  }
  const made = yield* bidiagonalSvd(w, m, n);
  const s = made.s.map((value) => value / scale);
  return wide ? { u: made.v, s, v: made.u } : { ...made, s };
}

/** The number of singular values above max(rows, cols) * 2^-52 * s[0], the usual numerical rank. */
export function numericalRank(s: Float64Array, rows: number, cols: number): number {
  const threshold = Math.max(rows, cols) * 2 ** -52 * (s[0] ?? 0);
  let rank = 0;
  while (rank < s.length && s[rank]! > threshold) rank++;
  return rank;
}

/** Row-major rows x cols to its transpose. */
export function transpose(a: Float64Array, rows: number, cols: number): Float64Array {
  const t = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) t[j * rows + i] = a[i * cols + j]!;
  return t;
}

/** A power of two that brings the largest entry near 1. Throws RangeError on NaN or infinity. */
export function powerOfTwoScale(a: Float64Array, cols: number): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const value = Math.abs(a[i]!);
    if (!(value < Infinity)) {
      throw new RangeError(`svd: entry (${Math.floor(i / cols)}, ${i % cols}) is ${a[i]}, expected a finite number`);
    }
    if (value > largest) largest = value;
  }
  // 2^1022 at most, so that the scale and its inverse are normal numbers
  return largest === 0 ? 1 : powerOfTwo(Math.max(-1022, Math.min(1022, -binaryExponent(largest))));
}
