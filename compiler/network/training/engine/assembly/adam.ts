// Adam (Kingma and Ba, arXiv 1412.6980) with both bias corrections drawn into the rate and epsilon.

/**
 * One step: m, v are updated with the gradient and `out` = rate * m / (sqrt(v) + epsilon). `out` may be the gradient.
 */
export function adamDirection(
  gradient: usize,
  m: usize,
  v: usize,
  count: i32,
  rate: f32,
  epsilon: f32,
  beta1: f32,
  beta2: f32,
  out: usize,
): void {
  const end = (<usize>count) << 2;
  for (let j: usize = 0; j < end; j += 4) {
    const g = load<f32>(gradient + j);
    const first = beta1 * load<f32>(m + j) + (1 - beta1) * g;
    const second = beta2 * load<f32>(v + j) + (1 - beta2) * (g * g);
    store<f32>(m + j, first);
    store<f32>(v + j, second);
    store<f32>(out + j, (rate * first) / (sqrt<f32>(second) + epsilon));
  }
}

/** x -= y, `count` numbers. */
export function subtract(x: usize, y: usize, count: i32): void {
  const end = (<usize>count) << 2;
  for (let j: usize = 0; j < end; j += 4) store<f32>(x + j, load<f32>(x + j) - load<f32>(y + j));
}
