// A block W = diag(d) U with U orthogonal, trained on the manifold: gradients are taken in the Lie algebra of U (skew
// matrices Omega with U -> U exp(Omega)), Adam runs there, and Newton-Schulz steps retract.
import { adamDirection, subtract } from "./adam";
import { addParts } from "./elementwise";
import { multiplyColumns, multiplyRows, packRows } from "../../../../kernels/assembly/gemm";
import * as Block from "../layout/block";

/** Square of the Frobenius norm of U^T U - I below which one last Newton-Schulz step leaves only rounding. */
const CLOSE: f64 = 2.5e-7;
const MOST_STEPS = 12;

/** U <- U (3 I - U^T U) / 2 until it is orthogonal to rounding; `work` holds two size x size matrices, `packed` a packed one. */
export function newtonSchulz(u: usize, size: i32, work: usize, packed: usize, tile: usize): i32 {
  const count = size * size;
  const product = work + ((<usize>count) << 2);
  for (let step = 1; step <= MOST_STEPS; step++) {
    packRows<f32>(u, size, size, size, packed);
    multiplyColumns<f32>(u, size, packed, work, size, size, size, size, tile);
    let squares: f64 = 0;
    for (let i = 0; i < size; i++) {
      const diagonal = work + ((<usize>(i * size + i)) << 2);
      store<f32>(diagonal, load<f32>(diagonal) - 1);
    }
    let entry = work;
    for (let i = 0; i < count; i++) {
      // Halved here, so that the step is U -= U E.
      const e = load<f32>(entry);
      squares += <f64>e * <f64>e;
      store<f32>(entry, e * <f32>0.5);
      entry += 4;
    }
    packRows<f32>(work, size, size, size, packed);
    multiplyRows<f32>(u, size, packed, product, size, size, size, size, tile);
    subtract(u, product, count);
    if (!(squares > CLOSE)) return step;
  }
  return MOST_STEPS;
}

/** W = diag(d) U into the layer's weights. */
export function composeBlock(task: usize): void {
  const size = load<i32>(task + Block.size);
  let u: usize = load<u32>(task + Block.u);
  const d: usize = load<u32>(task + Block.d);
  let w: usize = load<u32>(task + Block.w);
  const ld = (<usize>load<i32>(task + Block.ld)) << 2;
  for (let i = 0; i < size; i++) {
    const scale = load<f32>(d + ((<usize>i) << 2));
    for (let j: usize = 0; j < (<usize>size) << 2; j += 4) store<f32>(w + j, scale * load<f32>(u + j));
    u += (<usize>size) << 2;
    w += ld;
  }
}

/** One step of a block: `parts` shard gradients `stride` bytes apart. */
export function updateBlock(
  task: usize,
  parts: i32,
  stride: usize,
  rate: f32,
  epsilon: f32,
  beta1: f32,
  beta2: f32,
): void {
  const size = load<i32>(task + Block.size);
  const u: usize = load<u32>(task + Block.u);
  const d: usize = load<u32>(task + Block.d);
  const ld = (<usize>load<i32>(task + Block.ld)) << 2;
  const row = (<usize>size) << 2;
  const matrix = row * <usize>size;
  const tile: usize = load<u32>(task + Block.scratch);
  const dd = tile + 192;
  const g = dd + row;
  const s = g + matrix;
  const packed = s + 2 * matrix;

  // G = dL/dW; dL/dd_i = <G_i, U_i>; H = diag(d) G = dL/dU
  const gradient: usize = load<u32>(task + Block.gradient);
  for (let i: usize = 0; i < <usize>size; i++) {
    const to = g + i * row;
    addParts(gradient + i * ld, parts, stride, size, to);
    const scale = load<f32>(d + (i << 2));
    let sum: f32 = 0;
    for (let j: usize = 0; j < row; j += 4) {
      const entry = load<f32>(to + j);
      sum += entry * load<f32>(u + i * row + j);
      store<f32>(to + j, scale * entry);
    }
    store<f32>(dd + (i << 2), sum);
  }
  // Omega = skew(U^T H)
  packRows<f32>(g, size, size, size, packed);
  multiplyColumns<f32>(u, size, packed, s, size, size, size, size, tile);
  for (let i: usize = 0; i < <usize>size; i++) {
    store<f32>(s + i * row + (i << 2), 0);
    for (let j: usize = 0; j < i; j++) {
      const below = s + i * row + (j << 2);
      const above = s + j * row + (i << 2);
      const skew: f32 = <f32>0.5 * (load<f32>(below) - load<f32>(above));
      store<f32>(below, skew);
      store<f32>(above, -skew);
    }
  }
  adamDirection(s, load<u32>(task + Block.mU), load<u32>(task + Block.vU), size * size, rate, epsilon, beta1, beta2, s);
  packRows<f32>(s, size, size, size, packed);
  multiplyRows<f32>(u, size, packed, g, size, size, size, size, tile);
  subtract(u, g, size * size);
  newtonSchulz(u, size, s, packed, tile);

  adamDirection(dd, load<u32>(task + Block.mD), load<u32>(task + Block.vD), size, rate, epsilon, beta1, beta2, dd);
  subtract(d, dd, size);
  composeBlock(task);
}
