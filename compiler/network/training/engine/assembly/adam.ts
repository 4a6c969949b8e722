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
  const whole = (<usize>(count & ~3)) << 2;
  const end = (<usize>count) << 2;
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(1 - beta1);
  const c2 = f32x4.splat(1 - beta2);
  const r = f32x4.splat(rate);
  const e = f32x4.splat(epsilon);
  let j: usize = 0;
  for (; j < whole; j += 16) {
    const g = v128.load(gradient + j);
    const first = f32x4.add(f32x4.mul(b1, v128.load(m + j)), f32x4.mul(c1, g));
    const second = f32x4.add(f32x4.mul(b2, v128.load(v + j)), f32x4.mul(c2, f32x4.mul(g, g)));
    v128.store(m + j, first);
    v128.store(v + j, second);
    v128.store(out + j, f32x4.div(f32x4.mul(r, first), f32x4.add(f32x4.sqrt(second), e)));
  }
  for (; j < end; j += 4) {
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
  const whole = (<usize>(count & ~3)) << 2;
  const end = (<usize>count) << 2;
  let j: usize = 0;
  for (; j < whole; j += 16) v128.store(x + j, f32x4.sub(v128.load(x + j), v128.load(y + j)));
  for (; j < end; j += 4) store<f32>(x + j, load<f32>(x + j) - load<f32>(y + j));
}
