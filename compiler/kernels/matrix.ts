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
  const product = new Float64Array(m * n);
  const rows = Math.min(m, Math.max(1, Math.floor(SLICE / Math.max(n * k, 1))));
  for (let first = 0; first < m; first += rows) {
    if (first > 0) yield;
    multiplyRange(form, a, b, product, { first, count: Math.min(rows, m - first), m, n, k });
  }
  return product;
}

/** Rows first..first+count-1 of the product. */
function multiplyRange(
  form: ProductForm,
  a: Float64Array,
  b: Float64Array,
  product: Float64Array,
  { first, count, m, n, k }: { first: number; count: number; m: number; n: number; k: number },
): void {
  const packedBytes = 32 * k * Math.ceil(n / 4);
  const { memory, at, giveBack } = borrow(8 * (m * k + n * k + m * n) + packedBytes + 512);
  const { kernels, buffer } = memory;
  const tile = at;
  const aAt = at + 192;
  const bAt = aAt + 8 * m * k;
  const cAt = bAt + 8 * n * k;
  const packed = cAt + 8 * m * n;
  new Float64Array(buffer, aAt, m * k).set(a);
  new Float64Array(buffer, bAt, n * k).set(b);
  if (form === "NT") kernels.packColumns64(bAt, k, k, n, packed);
  else kernels.packRows64(bAt, n, k, n, packed);
  if (form === "TN") kernels.multiplyColumns64(aAt + 8 * first, m, packed, cAt, n, count, n, k, tile);
  else kernels.multiplyRows64(aAt + 8 * first * k, k, packed, cAt, n, count, n, k, tile);
  product.set(new Float64Array(buffer, cAt, count * n), first * n);
  giveBack();
}
