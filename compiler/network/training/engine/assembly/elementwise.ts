// Passes over rows of activations and gradients. Widths need not be multiples of 4: where a row follows, a scalar tail does.

/** y (rows x n) += bias; with `relu`, y = max(0, y + bias). */
export function addBias(y: usize, bias: usize, rows: i32, n: i32, relu: bool): void {
  const zero = f32x4.splat(0);
  const whole = (<usize>(n & ~3)) << 2;
  const width = (<usize>n) << 2;
  for (let i = 0; i < rows; i++) {
    let j: usize = 0;
    for (; j < whole; j += 16) {
      const sum = f32x4.add(v128.load(y + j), v128.load(bias + j));
      v128.store(y + j, relu ? f32x4.max(sum, zero) : sum);
    }
    for (; j < width; j += 4) {
      const sum = load<f32>(y + j) + load<f32>(bias + j);
      store<f32>(y + j, relu ? max<f32>(sum, 0) : sum);
    }
    y += width;
  }
}

/** delta = x > 0 ? delta : 0, `count` numbers and up to three behind them; x is what the ReLU gave. */
export function maskByRelu(delta: usize, x: usize, count: i32): void {
  const end = delta + ((<usize>count) << 2);
  for (; delta < end; delta += 16, x += 16) {
    v128.store(delta, v128.and(v128.load(delta), f32x4.gt(v128.load(x), f32x4.splat(0))));
  }
}

/** sums (n) = column sums of delta (rows x n), row after row. */
export function columnSums(delta: usize, rows: i32, n: i32, sums: usize): void {
  memory.fill(sums, 0, (<usize>n) << 2);
  const whole = (<usize>(n & ~3)) << 2;
  const width = (<usize>n) << 2;
  for (let i = 0; i < rows; i++) {
    let j: usize = 0;
    for (; j < whole; j += 16) v128.store(sums + j, f32x4.add(v128.load(sums + j), v128.load(delta + j)));
    for (; j < width; j += 4) store<f32>(sums + j, load<f32>(sums + j) + load<f32>(delta + j));
    delta += width;
  }
}

/**
 * Gradient of the quadratic loss sum e^T Q e over rows, e = outputs - targets: delta = scale * 2 Q e. Returns the sum of
 * e^T Q e. Symbols MSE, weighted and word loss differ in Q only.
 */
export function lossGradient(
  outputs: usize,
  targets: usize,
  form: usize,
  rows: i32,
  n: i32,
  scale: f32,
  delta: usize,
): f64 {
  let total: f64 = 0;
  const width = (<usize>n) << 2;
  for (let i = 0; i < rows; i++) {
    for (let a: usize = 0; a < width; a += 4) {
      const row = form + a * <usize>n;
      let sum: f32 = 0;
      for (let b: usize = 0; b < width; b += 4) {
        sum += load<f32>(row + b) * (load<f32>(outputs + b) - load<f32>(targets + b));
      }
      total += <f64>(sum * (load<f32>(outputs + a) - load<f32>(targets + a)));
      store<f32>(delta + a, <f32>2 * scale * sum);
    }
    outputs += width;
    targets += width;
    delta += width;
  }
  return total;
}

/** sum = first + second + ..., `count` numbers each and up to three behind them, `parts` of them `stride` bytes apart, in that order. */
export function addParts(first: usize, parts: i32, stride: usize, count: i32, sum: usize): void {
  const end = (<usize>count) << 2;
  for (let j: usize = 0; j < end; j += 16) {
    let total = v128.load(first + j);
    for (let p = 1; p < parts; p++) total = f32x4.add(total, v128.load(first + <usize>p * stride + j));
    v128.store(sum + j, total);
  }
}
