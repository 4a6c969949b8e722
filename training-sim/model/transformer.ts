import { type Tape, type Tensor, tensor } from "./tape.ts";

/** Added under the root, as LLaMA has it (Touvron et al., arXiv 2302.13971, and its published code). */
const epsilon = 1e-5;
/** Base of the wavelengths of rotary positions (Su et al., arXiv 2104.09864). */
const rotaryBase = 10_000;

/** Each row over its root mean square, times a learned gain [1, cols] (Zhang and Sennrich, NeurIPS 2019). */
export function rmsNorm(tape: Tape, a: Tensor, gain: Tensor): Tensor {
  const { rows, cols } = a;
  const out = tensor(rows, cols);
  const scales = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let squares = 0;
    for (let j = 0; j < cols; j++) squares += a.data[i * cols + j]! ** 2;
    const scale = 1 / Math.sqrt(squares / cols + epsilon);
    scales[i] = scale;
    for (let j = 0; j < cols; j++) out.data[i * cols + j] = a.data[i * cols + j]! * scale * gain.data[j]!;
  }
  tape.backward.push(() => {
    for (let i = 0; i < rows; i++) {
      const scale = scales[i]!;
      let along = 0;
      for (let j = 0; j < cols; j++) {
        const [x, flow] = [a.data[i * cols + j]!, out.grad[i * cols + j]!];
        along += flow * gain.data[j]! * x;
        gain.grad[j]! += flow * x * scale;
      }
      // d/dx_k of g_j x_j (mean x^2 + eps)^(-1/2)
      const shrink = (along * scale ** 3) / cols;
      for (let j = 0; j < cols; j++) {
        a.grad[i * cols + j]! += out.grad[i * cols + j]! * gain.data[j]! * scale - a.data[i * cols + j]! * shrink;
      }
    }
  });
  return out;
}

/** Turns the pairs (2i, 2i + 1) of every head by position * base^(-2i / width of a head). Rows are [sample][position]. */
export function rotate(tape: Tape, a: Tensor, context: number, heads: number): Tensor {
  const { rows, cols } = a;
  const pairs = cols / heads / 2;
  const cosines = new Float32Array(context * pairs);
  const sines = new Float32Array(context * pairs);
  for (let position = 0; position < context; position++) {
    for (let pair = 0; pair < pairs; pair++) {
      const angle = position * rotaryBase ** (-pair / pairs);
      cosines[position * pairs + pair] = Math.cos(angle);
      sines[position * pairs + pair] = Math.sin(angle);
    }
  }
  const out = tensor(rows, cols);
  const turn = (from: Float32Array, to: Float32Array, sign: number): void => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j += 2) {
        const at = (i % context) * pairs + ((j / 2) % pairs);
        const [c, s] = [cosines[at]!, sign * sines[at]!];
        const [x, y] = [from[i * cols + j]!, from[i * cols + j + 1]!];
        to[i * cols + j]! += c * x - s * y;
        to[i * cols + j + 1]! += s * x + c * y;
      }
    }
  };
  turn(a.data, out.data, 1);
  tape.backward.push(() => turn(out.grad, a.grad, -1));
  return out;
}

/** Causal attention of every head: softmax(q k^T / sqrt(d)) v over earlier positions of the same sample. */
export function attention(tape: Tape, q: Tensor, k: Tensor, v: Tensor, context: number, heads: number): Tensor {
  const { rows, cols } = q;
  const depth = cols / heads;
  const samples = rows / context;
  const scale = 1 / Math.sqrt(depth);
  const out = tensor(rows, cols);
  /** [sample][head][query][key] */
  const weights = new Float32Array(samples * heads * context * context);
  const each = (visit: (row: number, keys: number, offset: number, at: number) => void): void => {
    for (let sample = 0; sample < samples; sample++) {
      for (let head = 0; head < heads; head++) {
        for (let i = 0; i < context; i++) {
          visit(sample * context + i, i + 1, head * depth, ((sample * heads + head) * context + i) * context);
        }
      }
    }
  };
  each((row, keys, offset, at) => {
    const first = row - (keys - 1);
    let largest = -Infinity;
    for (let j = 0; j < keys; j++) {
      const score = scale * dot(q.data, row * cols + offset, k.data, (first + j) * cols + offset, depth);
      weights[at + j] = score;
      largest = Math.max(largest, score);
    }
    let total = 0;
    for (let j = 0; j < keys; j++) {
      weights[at + j] = Math.exp(weights[at + j]! - largest);
      total += weights[at + j]!;
    }
    for (let j = 0; j < keys; j++) {
      const weight = weights[at + j]! / total;
      weights[at + j] = weight;
      addScaled(out.data, row * cols + offset, v.data, (first + j) * cols + offset, depth, weight);
    }
  });
  tape.backward.push(() => {
    const flows = new Float64Array(context);
    each((row, keys, offset, at) => {
      const first = row - (keys - 1);
      const here = row * cols + offset;
      let mean = 0;
      for (let j = 0; j < keys; j++) {
        const there = (first + j) * cols + offset;
        const weight = weights[at + j]!;
        flows[j] = dot(out.grad, here, v.data, there, depth);
        mean += flows[j]! * weight;
        addScaled(v.grad, there, out.grad, here, depth, weight);
      }
      for (let j = 0; j < keys; j++) {
        const there = (first + j) * cols + offset;
        const flow = scale * weights[at + j]! * (flows[j]! - mean);
        addScaled(q.grad, here, k.data, there, depth, flow);
        addScaled(k.grad, there, q.data, here, depth, flow);
      }
    });
  });
  return out;
}

/** silu(a) b, element by element: the gate of SwiGLU (Shazeer, arXiv 2002.05202). */
export function gated(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const out = tensor(a.rows, a.cols);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i]! * sigmoid(a.data[i]!) * b.data[i]!;
  tape.backward.push(() => {
    for (let i = 0; i < out.grad.length; i++) {
      const [x, flow] = [a.data[i]!, out.grad[i]!];
      const s = sigmoid(x);
      a.grad[i]! += flow * b.data[i]! * s * (1 + x * (1 - s));
      b.grad[i]! += flow * x * s;
    }
  });
  return out;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function dot(a: Float32Array, atA: number, b: Float32Array, atB: number, length: number): number {
  let total = 0;
  for (let i = 0; i < length; i++) total += a[atA + i]! * b[atB + i]!;
  return total;
}

function addScaled(to: Float32Array, at: number, from: Float32Array, source: number, length: number, by: number): void {
  for (let i = 0; i < length; i++) to[at + i]! += by * from[source + i]!;
}
