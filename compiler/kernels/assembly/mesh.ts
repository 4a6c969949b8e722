// A mesh applied to many vectors of complex fields at once: mode-major, so that every MZI works on two long rows.

/**
 * light: modes x batch real parts, then modes x batch imaginary parts. Each of `count` devices has its first mode (f64) and
 * the real and imaginary parts of its 2 x 2 matrix in row order: 9 numbers.
 */
export function applyMesh64(light: usize, batch: i32, modes: i32, devices: usize, count: i32): void {
  const row = <usize>batch << 3;
  const imaginary = <usize>modes * row;
  const whole = <usize>(batch & ~1) << 3;
  for (let k = 0; k < count; k++) {
    const top = light + <usize>load<f64>(devices) * row;
    for (let j: usize = 0; j < whole; j += 16) {
      const at = top + j;
      const a = v128.load(at);
      const b = v128.load(at + row);
      const x = v128.load(at + imaginary);
      const y = v128.load(at + imaginary + row);
      for (let i: usize = 0; i < 2; i++) {
        const m = devices + 8 + (i << 5);
        const r0 = v128.load64_splat(m);
        const i0 = v128.load64_splat(m, 8);
        const r1 = v128.load64_splat(m, 16);
        const i1 = v128.load64_splat(m, 24);
        const to = at + i * row;
        v128.store(to, f64x2.add(f64x2.sub(f64x2.mul(r0, a), f64x2.mul(i0, x)), f64x2.sub(f64x2.mul(r1, b), f64x2.mul(i1, y))));
        v128.store(to + imaginary, f64x2.add(f64x2.add(f64x2.mul(r0, x), f64x2.mul(i0, a)), f64x2.add(f64x2.mul(r1, y), f64x2.mul(i1, b))));
      }
    }
    for (let j = whole; j < row; j += 8) {
      const at = top + j;
      const a = load<f64>(at);
      const b = load<f64>(at + row);
      const x = load<f64>(at + imaginary);
      const y = load<f64>(at + imaginary + row);
      for (let i: usize = 0; i < 2; i++) {
        const m = devices + 8 + (i << 5);
        const to = at + i * row;
        store<f64>(to, load<f64>(m) * a - load<f64>(m, 8) * x + (load<f64>(m, 16) * b - load<f64>(m, 24) * y));
        store<f64>(to + imaginary, load<f64>(m) * x + load<f64>(m, 8) * a + (load<f64>(m, 16) * y + load<f64>(m, 24) * b));
      }
    }
    devices += 72;
  }
}
