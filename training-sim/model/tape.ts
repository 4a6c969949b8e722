import { addProduct, transposed } from "./matrix-product.ts";

/** A row-major float32 matrix and the derivative of the loss by it. */
export interface Tensor {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float32Array;
  readonly grad: Float32Array;
}

/**
 * Reverse-mode differentiation: every operation computes its result and leaves behind how derivatives flow back
 * through it. One tape serves one forward and one backward pass.
 */
export interface Tape {
  readonly backward: (() => void)[];
}

export function newTape(): Tape {
  return { backward: [] };
}

/** A tensor of zeros, or of `data` [rows * cols] when it is given. */
export function tensor(rows: number, cols: number, data?: Float32Array, grad?: Float32Array): Tensor {
  const size = rows * cols;
  if ((data?.length ?? size) !== size) throw new RangeError(`${data?.length} numbers are no ${rows} x ${cols} tensor`);
  return { rows, cols, data: data ?? new Float32Array(size), grad: grad ?? new Float32Array(size) };
}

/** Adds the derivatives of a loss [1, 1] to the `grad` of everything that it was made of. */
export function backpropagate(tape: Tape, loss: Tensor): void {
  loss.grad[0] = 1;
  for (let i = tape.backward.length - 1; i >= 0; i--) tape.backward[i]!();
}

/** a [m, k] times b [k, n]. `constant`: a is data, without a derivative. */
export function product(tape: Tape, a: Tensor, b: Tensor, constant = false): Tensor {
  const [m, k, n] = [a.rows, a.cols, b.cols];
  if (b.rows !== k) throw new RangeError(`${m} x ${k} times ${b.rows} x ${n}`);
  const out = tensor(m, n);
  addProduct(a.data, b.data, out.data, m, k, n);
  tape.backward.push(() => {
    addProduct(transposed(a.data, m, k), out.grad, b.grad, k, m, n);
    if (!constant) addProduct(out.grad, transposed(b.data, k, n), a.grad, m, n, k);
  });
  return out;
}

/** a [m, k] times the transpose of b [n, k]: the output layer of a model with tied embeddings. */
export function productTransposed(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const [m, k, n] = [a.rows, a.cols, b.rows];
  const out = tensor(m, n);
  addProduct(a.data, transposed(b.data, n, k), out.data, m, k, n);
  tape.backward.push(() => {
    addProduct(out.grad, b.data, a.grad, m, n, k);
    addProduct(transposed(out.grad, m, n), a.data, b.grad, n, m, k);
  });
  return out;
}

/** a + b, both [m, n]. */
export function sum(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const out = tensor(a.rows, a.cols);
  for (let i = 0; i < out.data.length; i++) out.data[i] = a.data[i]! + b.data[i]!;
  tape.backward.push(() => {
    for (let i = 0; i < out.grad.length; i++) {
      a.grad[i]! += out.grad[i]!;
      b.grad[i]! += out.grad[i]!;
    }
  });
  return out;
}

/** a [m, n] plus the row b [1, n]. */
export function addRow(tape: Tape, a: Tensor, b: Tensor): Tensor {
  const { rows, cols } = a;
  const out = tensor(rows, cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) out.data[i * cols + j] = a.data[i * cols + j]! + b.data[j]!;
  }
  tape.backward.push(() => {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const flow = out.grad[i * cols + j]!;
        a.grad[i * cols + j]! += flow;
        b.grad[j]! += flow;
      }
    }
  });
  return out;
}

export function relu(tape: Tape, a: Tensor): Tensor {
  const out = tensor(a.rows, a.cols);
  for (let i = 0; i < out.data.length; i++) out.data[i] = Math.max(a.data[i]!, 0);
  tape.backward.push(() => {
    for (let i = 0; i < out.grad.length; i++) if (a.data[i]! > 0) a.grad[i]! += out.grad[i]!;
  });
  return out;
}

/** The same numbers, row major, as [rows, cols]; data and derivatives are shared. */
export function reshaped(a: Tensor, rows: number, cols: number): Tensor {
  return tensor(rows, cols, a.data, a.grad);
}

/** Rows of `table` [n, width] by index: [indices.length, width]. */
export function gatherRows(tape: Tape, table: Tensor, indices: Int32Array): Tensor {
  const { cols } = table;
  const out = tensor(indices.length, cols);
  indices.forEach((row, i) => {
    out.data.set(table.data.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  tape.backward.push(() => {
    indices.forEach((row, i) => {
      for (let j = 0; j < cols; j++) table.grad[row * cols + j]! += out.grad[i * cols + j]!;
    });
  });
  return out;
}

/** Mean over the rows of -log softmax(logits)[target], in nats: [1, 1]. */
export function crossEntropy(tape: Tape, logits: Tensor, targets: Int32Array): Tensor {
  const { rows, cols } = logits;
  const out = tensor(1, 1);
  const probabilities = new Float32Array(rows * cols);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const row = logits.data.subarray(i * cols, (i + 1) * cols);
    let largest = -Infinity;
    for (const value of row) largest = Math.max(largest, value);
    let scale = 0;
    for (let j = 0; j < cols; j++) scale += Math.exp(row[j]! - largest);
    for (let j = 0; j < cols; j++) probabilities[i * cols + j] = Math.exp(row[j]! - largest) / scale;
    total += Math.log(scale) + largest - row[targets[i]!]!;
  }
  out.data[0] = total / rows;
  tape.backward.push(() => {
    const flow = out.grad[0]! / rows;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        logits.grad[i * cols + j]! += flow * (probabilities[i * cols + j]! - (j === targets[i] ? 1 : 0));
      }
    }
  });
  return out;
}
