import { multiplySteps } from "./matrix.ts";
import { svdSteps } from "./svd.ts";

/** The orthogonal matrix nearest to a square one: u v^T of its SVD; of a singular one, one of those. Pauses now and then. */
export function* polarFactor(matrix: Float64Array, size: number): Generator<void, Float64Array> {
  const { u, v } = yield* svdSteps(matrix, size, size);
  return yield* multiplySteps("NT", u, v, size, size, size);
}

/** Newton-Schulz steps U (3 I - U^T U) / 2, which square the distance from orthogonality; two take 1e-6 to rounding. */
export function* orthogonalised(start: Float64Array, size: number): Generator<void, Float64Array> {
  let u = start;
  for (let step = 0; step < 3; step++) {
    const e = yield* multiplySteps("TN", u, u, size, size, size);
    for (let i = 0; i < e.length; i++) e[i] = -0.5 * e[i]!;
    for (let i = 0; i < size; i++) e[i * (size + 1)]! += 1.5;
    u = yield* multiplySteps("NN", u, e, size, size, size);
  }
  return u;
}
