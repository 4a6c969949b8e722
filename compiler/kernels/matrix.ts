import { type Engine, openKernels } from "./engine.ts";

/** Which of the two factors is stored transposed: NN a b, NT a b^T, TN a^T b. */
export type ProductForm = "NN" | "NT" | "TN";

let scratch: { readonly engine: Engine; readonly at: number; readonly bytes: number } | null = null;

/** A memory of at least `bytes` bytes for the length of one call. */
function borrow(bytes: number): { engine: Engine; at: number } {
  if (scratch === null || scratch.bytes < bytes) {
    const size = Math.max(bytes, 1 << 20);
    const engine = openKernels(size);
    scratch = { engine, at: engine.allocate(size), bytes: size };
  }
  return scratch;
}

/** m x n product of row-major matrices in single precision, k terms an entry, summed in order. */
export function multiply32(
  form: ProductForm,
  a: Float32Array,
  b: Float32Array,
  m: number,
  n: number,
  k: number,
): Float32Array {
  const packedBytes = 32 * k * Math.ceil(n / 8);
  const { engine, at } = borrow(4 * (m * k + n * k + m * n) + packedBytes + 512);
  const { kernels, buffer } = engine;
  const tile = at;
  const aAt = at + 192;
  const bAt = aAt + 4 * m * k;
  const cAt = bAt + 4 * n * k;
  const packed = cAt + 4 * m * n;
  new Float32Array(buffer, aAt, m * k).set(a);
  new Float32Array(buffer, bAt, n * k).set(b);
  if (form === "NT") kernels.packColumns(bAt, k, k, n, packed);
  else kernels.packRows(bAt, n, k, n, packed);
  if (form === "TN") kernels.multiplyColumns(aAt, m, packed, cAt, n, m, n, k, tile);
  else kernels.multiplyRows(aAt, k, packed, cAt, n, m, n, k, tile);
  return new Float32Array(buffer, cAt, m * n).slice();
}

/** The same in double precision. */
export function multiply64(
  form: ProductForm,
  a: Float64Array,
  b: Float64Array,
  m: number,
  n: number,
  k: number,
): Float64Array {
  const packedBytes = 32 * k * Math.ceil(n / 4);
  const { engine, at } = borrow(8 * (m * k + n * k + m * n) + packedBytes + 512);
  const { kernels, buffer } = engine;
  const tile = at;
  const aAt = at + 192;
  const bAt = aAt + 8 * m * k;
  const cAt = bAt + 8 * n * k;
  const packed = cAt + 8 * m * n;
  new Float64Array(buffer, aAt, m * k).set(a);
  new Float64Array(buffer, bAt, n * k).set(b);
  if (form === "NT") kernels.packColumns64(bAt, k, k, n, packed);
  else kernels.packRows64(bAt, n, k, n, packed);
  if (form === "TN") kernels.multiplyColumns64(aAt, m, packed, cAt, n, m, n, k, tile);
  else kernels.multiplyRows64(aAt, k, packed, cAt, n, m, n, k, tile);
  return new Float64Array(buffer, cAt, m * n).slice();
}

/**
 * Rotates `rank` rows of `width` numbers, of which the first n count, in place until they are orthogonal to rounding
 * (one-sided Jacobi). Returns their squared norms, or null without convergence and for NaN or infinity. Squares must not
 * underflow: scale the largest entry to 1 first.
 */
export function jacobiRows(x: Float64Array, rank: number, n: number, width: number): Float64Array | null {
  const { engine, at } = borrow(8 * (rank * width + rank) + 64);
  const rows = new Float64Array(engine.buffer, at, rank * width);
  rows.set(x.subarray(0, rank * width));
  const squares = at + 8 * rank * width;
  if (engine.kernels.jacobiRows64(at, rank, n, width, squares) === 0) return null;
  const norms = new Float64Array(engine.buffer, squares, rank).slice();
  if (!norms.every(Number.isFinite)) return null;
  x.set(rows);
  return norms;
}

/** A device of a mesh: complex 2 x 2 matrix on modes `mode` and `mode + 1`. */
export interface MeshDevices {
  /** First mode, then re and im of m00, m01, m10, m11: 9 numbers a device, in the order of the light. */
  readonly table: Float64Array;
  readonly count: number;
}

/** Sends `batch` vectors through a mesh in place; re and im are modes x batch, mode-major. */
export function applyMesh(
  devices: MeshDevices,
  re: Float64Array,
  im: Float64Array,
  modes: number,
  batch: number,
): void {
  const half = 8 * modes * batch;
  const { engine, at } = borrow(2 * half + 72 * devices.count + 64);
  const real = new Float64Array(engine.buffer, at, modes * batch);
  const imaginary = new Float64Array(engine.buffer, at + half, modes * batch);
  real.set(re);
  imaginary.set(im);
  new Float64Array(engine.buffer, at + 2 * half, 9 * devices.count).set(devices.table.subarray(0, 9 * devices.count));
  engine.kernels.applyMesh64(at, batch, modes, at + 2 * half, devices.count);
  re.set(real);
  im.set(imaginary);
}
