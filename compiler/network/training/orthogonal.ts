import { multiplySteps } from "../../kernels/matrix.ts";
import { polarFactor } from "./initial.ts";

/** A block in double precision, from its factors or its product in single precision. U is orthogonal to 1e-14. Pauses now and then. */
export function* exactBlock(
  block: Float64Array,
  size: number,
  factors: { readonly u: Float32Array; readonly d: Float32Array } | null,
): Generator<void, { u: Float64Array; d: Float64Array }> {
  if (factors !== null) {
    return { u: yield* orthogonalised(Float64Array.from(factors.u), size), d: Float64Array.from(factors.d) };
  }
  // Rows of diag(d) U have norm |d_i|: divided by it they are orthonormal to single precision.
  const u = block.slice();
  const d = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let square = 0;
    for (let j = 0; j < size; j++) square += block[i * size + j]! * block[i * size + j]!;
    d[i] = Math.sqrt(square);
    if (d[i] === 0) continue;
    for (let j = 0; j < size; j++) u[i * size + j]! /= d[i]!;
  }
  // A row of zeros leaves U open: the polar factor completes it.
  const open = d.some((x) => x === 0);
  return { u: open ? yield* polarFactor(u, size) : yield* orthogonalised(u, size), d };
}

/** Newton-Schulz steps U (3 I - U^T U) / 2, which square the distance from orthogonality; two take 1e-6 to rounding. */
function* orthogonalised(start: Float64Array, size: number): Generator<void, Float64Array> {
  let u = start;
  for (let step = 0; step < 3; step++) {
    const e = yield* multiplySteps("TN", u, u, size, size, size);
    for (let i = 0; i < e.length; i++) e[i] = -0.5 * e[i]!;
    for (let i = 0; i < size; i++) e[i * (size + 1)]! += 1.5;
    u = yield* multiplySteps("NN", u, e, size, size, size);
  }
  return u;
}
