import { borrow } from "./scratch.ts";

/** Which of the two factors is stored transposed: NN a b, NT a b^T, TN a^T b. */
export type ProductForm = "NN" | "NT" | "TN";

/** Multiplications between two pauses: a fraction of a second. */
const SLICE = 5e8;

/** m x n product of row-major matrices, k terms an entry, summed in order; it pauses now and then, as products may take long. */
export function* multiplySteps(
  form: ProductForm,
  a: Float64Array,
  b: Float64Array,
  m: number,
  n: number,
  k: number,
): Generator<void, Float64Array> {
  const panels = 4 * k * Math.ceil(n / 4);
  const { kernels, doubles, giveBack } = borrow(24 + m * k + n * k + m * n + panels);
  const tile = doubles(24).byteOffset;
  const [aAt, bAt] = [doubles(m * k, a).byteOffset, doubles(n * k, b).byteOffset];
  const packed = doubles(panels).byteOffset;
  const product = doubles(m * n);
  if (form === "NT") kernels.packColumns64(bAt, k, k, n, packed);
  else kernels.packRows64(bAt, n, k, n, packed);
  const rows = Math.min(m, Math.max(1, Math.floor(SLICE / Math.max(n * k, 1))));
  for (let first = 0; first < m; first += rows) {
    if (first > 0) yield;
    const count = Math.min(rows, m - first);
    const to = product.byteOffset + 8 * first * n;
    if (form === "TN") kernels.multiplyColumns64(aAt + 8 * first, m, packed, to, n, count, n, k, tile);
    else kernels.multiplyRows64(aAt + 8 * first * k, k, packed, to, n, count, n, k, tile);
  }
  const made = product.slice();
  giveBack();
  return made;
}
