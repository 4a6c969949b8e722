// One-sided Jacobi rotations with de Rijk's pivoting (Drmac and Veselic, SIAM J. Matrix Anal. Appl. 29, 1322, 2008), two
// numbers at a time.

const MAX_SWEEPS = 60;
/** From this sweep on, pairs orthogonal to 16 tolerances are good enough: only rounding still moves them. */
const PATIENT_SWEEPS = 20;
/** Rows below this count as zero: the squares of their entries would underflow. */
const TINY_SQUARE: f64 = 1e-280;

function dot(p: usize, q: usize, n: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const end4 = p + ((<usize>(n & ~3)) << 3);
  const end = p + ((<usize>n) << 3);
  while (p < end4) {
    even = f64x2.add(even, f64x2.mul(v128.load(p), v128.load(q)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(p, 16), v128.load(q, 16)));
    p += 32;
    q += 32;
  }
  even = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
  while (p < end) {
    sum += load<f64>(p) * load<f64>(q);
    p += 8;
    q += 8;
  }
  return sum;
}

function rotate(p: usize, q: usize, n: i32, c: f64, s: f64): void {
  const cc = f64x2.splat(c);
  const ss = f64x2.splat(s);
  const end2 = p + ((<usize>(n & ~1)) << 3);
  const end = p + ((<usize>n) << 3);
  while (p < end2) {
    const a = v128.load(p);
    const b = v128.load(q);
    v128.store(p, f64x2.sub(f64x2.mul(cc, a), f64x2.mul(ss, b)));
    v128.store(q, f64x2.add(f64x2.mul(ss, a), f64x2.mul(cc, b)));
    p += 16;
    q += 16;
  }
  if (p < end) {
    const a = load<f64>(p);
    const b = load<f64>(q);
    store<f64>(p, c * a - s * b);
    store<f64>(q, s * a + c * b);
  }
}

function swapRows(p: usize, q: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const a = load<f64>(p);
    store<f64>(p, load<f64>(q));
    store<f64>(q, a);
    p += 8;
    q += 8;
  }
}

/**
 * Rotates `rank` rows of `width` numbers (of which the first n count) until all are orthogonal; their squared norms go to
 * `squares`. Returns the number of sweeps, or 0 without convergence.
 */
export function jacobiRows64(x: usize, rank: i32, n: i32, width: i32, squares: usize): i32 {
  const tolerance = 2.220446049250313e-16 * max<f64>(4, sqrt<f64>(<f64>n));
  const row = <usize>width << 3;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    for (let i = 0; i < rank; i++) {
      const at = x + <usize>i * row;
      store<f64>(squares + (<usize>i << 3), dot(at, at, n));
    }
    let worst: f64 = 0;
    for (let p = 0; p < rank - 1; p++) {
      let best = p;
      for (let q = p + 1; q < rank; q++) {
        if (load<f64>(squares + (<usize>q << 3)) > load<f64>(squares + (<usize>best << 3))) best = q;
      }
      const first = x + <usize>p * row;
      if (best != p) {
        swapRows(first, x + <usize>best * row, width);
        swapRows(squares + (<usize>p << 3), squares + (<usize>best << 3), 1);
      }
      let a = load<f64>(squares + (<usize>p << 3));
      for (let q = p + 1; q < rank; q++) {
        const second = x + <usize>q * row;
        const d = dot(first, second, n);
        let b = load<f64>(squares + (<usize>q << 3));
        if (b < TINY_SQUARE) continue;
        const cosine = abs<f64>(d) / (sqrt<f64>(a) * sqrt<f64>(b));
        if (!(cosine > tolerance)) continue;
        if (cosine > worst) worst = cosine;
        const zeta = (b - a) / (2 * d);
        const size = abs<f64>(zeta);
        const t = size > 1e150 ? 0.5 / zeta : (zeta < 0 ? -1.0 : 1.0) / (size + sqrt<f64>(1 + zeta * zeta));
        const c = 1 / sqrt<f64>(1 + t * t);
        rotate(first, second, width, c, c * t);
        // cancellation: the running norm lost its digits
        const lost = b + t * d < 0.01 * b || a - t * d < 0.01 * a;
        a = lost ? dot(first, first, n) : a - t * d;
        b = lost ? dot(second, second, n) : b + t * d;
        store<f64>(squares + (<usize>p << 3), a);
        store<f64>(squares + (<usize>q << 3), b);
      }
    }
    if (worst == 0 || (sweep >= PATIENT_SWEEPS && worst <= 16 * tolerance)) return sweep + 1;
  }
  return 0;
}
