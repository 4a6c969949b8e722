// Householder reduction to bidiagonal form, its bases, and rotations of their rows. ../bidiagonal.ts calls these in order.

/** Lanes summed: two at a time, so that the order of the sum is fixed. */
// @ts-expect-error: decorator
@inline
function sumOf(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/**
 * Householder vector of the `count` numbers at x: 1 - tau v v^T maps them to (beta, 0, ...). Leaves v at x, its first entry 1, and
 * returns tau, which is 0 where there is nothing to do; beta goes to `beta`. As LAPACK's dlarfg.
 */
function reflector(x: usize, count: i32, beta: usize): f64 {
  const head = load<f64>(x);
  const end = x + (<usize>count << 3);
  let square: f64 = 0;
  for (let p = x + 8; p < end; p += 8) square += load<f64>(p) * load<f64>(p);
  store<f64>(x, 1);
  // Squares so small have lost digits; what is left out is nothing beside entries near 1.
  if (square < 1e-280) {
    store<f64>(beta, head);
    return 0;
  }
  const norm = sqrt<f64>(head * head + square);
  const b = head > 0 ? -norm : norm;
  const factor = 1 / (head - b);
  for (let p = x + 8; p < end; p += 8) store<f64>(p, load<f64>(p) * factor);
  store<f64>(beta, b);
  return (b - head) / b;
}

/** The first left reflector, of column 0, and its products with the others. `w` holds n columns of m numbers, `ld` apart. */
export function beginBidiagonal(w: usize, ld: i32, m: i32, n: i32, d: usize, tau: usize, dots: usize): void {
  const column = <usize>ld << 3;
  const t = reflector(w, m, d);
  store<f64>(tau, t);
  for (let j = 1; j < n; j++) {
    let sum: f64 = 0;
    const x = w + <usize>j * column;
    for (let i: usize = 0; i < <usize>m << 3; i += 8) sum += load<f64>(w + i) * load<f64>(x + i);
    store<f64>(dots + (<usize>j << 3), t * sum);
  }
}

/**
 * Step k: given left reflector k and dots[j] = tau_k v_k . column j, makes right reflector k at `right` (entries k+1..n-1 of that
 * row), applies both to the columns behind k, and makes left reflector k + 1 and its dots on the way: the matrix is read twice
 * and written once. `y` holds m numbers.
 */
export function bidiagonalStep(
  w: usize, ld: i32, m: i32, n: i32, k: i32, right: usize, d: usize, e: usize, tauLeft: usize, tauRight: usize, dots: usize, y: usize,
): void {
  const column = <usize>ld << 3;
  const v = w + <usize>k * column;
  const next = k + 1;
  const top = <usize>k << 3;
  for (let j = next; j < n; j++) {
    store<f64>(right + (<usize>j << 3), load<f64>(w + <usize>j * column + top) - load<f64>(dots + (<usize>j << 3)));
  }
  const tau = reflector(right + (<usize>next << 3), n - next, e + top);
  store<f64>(tauRight + top, tau);
  // From an even entry on, so that the vectors are aligned; entry k of column j is no longer needed.
  const from = <usize>(next & ~1) << 3;
  const end = <usize>m << 3;
  // y = tau (A - v dots^T) u, u = right
  let along: f64 = 0;
  for (let j = next; j < n; j++) along += load<f64>(right + (<usize>j << 3)) * load<f64>(dots + (<usize>j << 3));
  const back = f64x2.splat(-along);
  for (let i = from; i < end; i += 16) v128.store(y + i, f64x2.mul(back, v128.load(v + i)));
  if (tau != 0) {
    let j = next;
    for (; j + 3 < n; j += 4) addFour(y, w + <usize>j * column, column, right + (<usize>j << 3), from, end);
    for (; j < n; j++) addOne(y, w + <usize>j * column, load<f64>(right + (<usize>j << 3)), from, end);
  }
  const scale = f64x2.splat(tau);
  for (let i = from; i < end; i += 16) v128.store(y + i, f64x2.mul(scale, v128.load(y + i)));
  // column j -= dots_j v + u_j y
  const first = w + <usize>next * column;
  subtractTwo(first, v, y, load<f64>(dots + (<usize>next << 3)), load<f64>(right + (<usize>next << 3)), from, end);
  const nextTau = reflector(first + (<usize>next << 3), m - next, d + (<usize>next << 3));
  store<f64>(tauLeft + (<usize>next << 3), nextTau);
  // What stands in front of an odd reflector's first entry must not count.
  if (next & 1) store<f64>(first + top, 0);
  let j = next + 1;
  for (; j + 1 < n; j += 2) {
    const spot = dots + (<usize>j << 3);
    updateTwo(w + <usize>j * column, column, v, y, first, spot, right + (<usize>j << 3), nextTau, from, end);
  }
  if (j < n) {
    const x = w + <usize>j * column;
    const spot = dots + (<usize>j << 3);
    subtractTwo(x, v, y, load<f64>(spot), load<f64>(right + (<usize>j << 3)), from, end);
    let sum = f64x2.splat(0);
    for (let i = from; i < end; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(first + i), v128.load(x + i)));
    store<f64>(spot, nextTau * sumOf(sum));
  }
}

/** y += u0 column 0 + ... + u3 column 3 */
function addFour(y: usize, x: usize, column: usize, u: usize, from: usize, end: usize): void {
  const u0 = v128.load_splat<f64>(u), u1 = v128.load_splat<f64>(u, 8), u2 = v128.load_splat<f64>(u, 16), u3 = v128.load_splat<f64>(u, 24);
  const last = y + end;
  let x0 = x + from;
  let x1 = x0 + column, x2 = x1 + column, x3 = x2 + column;
  for (y += from; y < last; y += 16, x0 += 16, x1 += 16, x2 += 16, x3 += 16) {
    const low = f64x2.add(f64x2.mul(u0, v128.load(x0)), f64x2.mul(u1, v128.load(x1)));
    const high = f64x2.add(f64x2.mul(u2, v128.load(x2)), f64x2.mul(u3, v128.load(x3)));
    v128.store(y, f64x2.add(v128.load(y), f64x2.add(low, high)));
  }
}

function addOne(y: usize, x: usize, u: f64, from: usize, end: usize): void {
  const uu = f64x2.splat(u);
  for (let i = from; i < end; i += 16) v128.store(y + i, f64x2.add(v128.load(y + i), f64x2.mul(uu, v128.load(x + i))));
}

/** x -= p v + q y */
function subtractTwo(x: usize, v: usize, y: usize, p: f64, q: f64, from: usize, end: usize): void {
  const pp = f64x2.splat(p);
  const qq = f64x2.splat(q);
  for (let i = from; i < end; i += 16) {
    v128.store(x + i, f64x2.sub(v128.load(x + i), f64x2.add(f64x2.mul(pp, v128.load(v + i)), f64x2.mul(qq, v128.load(y + i)))));
  }
}

/** subtractTwo on the columns at x and behind it, p from `dots` and q from `u`; then dots = tau next . column. */
function updateTwo(x: usize, column: usize, v: usize, y: usize, next: usize, dots: usize, u: usize, tau: f64, from: usize, end: usize): void {
  const p0 = v128.load_splat<f64>(dots), p1 = v128.load_splat<f64>(dots, 8), q0 = v128.load_splat<f64>(u), q1 = v128.load_splat<f64>(u, 8);
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  const last = x + end;
  x += from; v += from; y += from; next += from;
  for (; x < last; x += 16, v += 16, y += 16, next += 16) {
    const a = v128.load(v);
    const b = v128.load(y);
    const c = v128.load(next);
    const x0 = f64x2.sub(v128.load(x), f64x2.add(f64x2.mul(p0, a), f64x2.mul(q0, b)));
    v128.store(x, x0);
    sum0 = f64x2.add(sum0, f64x2.mul(c, x0));
    const x1 = f64x2.sub(v128.load(x + column), f64x2.add(f64x2.mul(p1, a), f64x2.mul(q1, b)));
    v128.store(x + column, x1);
    sum1 = f64x2.add(sum1, f64x2.mul(c, x1));
  }
  store<f64>(dots, tau * sumOf(sum0));
  store<f64>(dots, tau * sumOf(sum1), 8);
}

/**
 * Rows first..first+3 (or fewer) of the orthogonal matrix whose row j is H_0 H_1 ... e_j, H_k = 1 - tau_k v_k v_k^T with v_k at v + k ld,
 * its first entry, 1, at k + offset. The rows are `length` long, `ldx` apart; room for four must be there.
 */
export function formRows(x: usize, ldx: i32, length: i32, first: i32, v: usize, ld: i32, tau: usize, count: i32, offset: i32): void {
  const row = <usize>ldx << 3;
  let x0 = x + <usize>first * row;
  memory.fill(x0, 0, 4 * row);
  for (let t = 0; t < 4 && first + t < length; t++) store<f64>(x0 + <usize>t * row + (<usize>(first + t) << 3), 1);
  const end = <usize>length << 3;
  for (let k = min(first + 3 - offset, count - 1); k >= 0; k--) {
    const t = load<f64>(tau + (<usize>k << 3));
    if (t == 0) continue;
    const from = <usize>((k + offset) & ~1) << 3;
    reflectFour(x0, row, v + <usize>k * (<usize>ld << 3), t, from, end);
  }
}

function reflectFour(x: usize, row: usize, v: usize, tau: f64, from: usize, end: usize): void {
  let p0 = x + from;
  let p1 = p0 + row, p2 = p1 + row, p3 = p2 + row;
  let q = v + from;
  const last = v + end;
  let d0 = f64x2.splat(0), d1 = f64x2.splat(0), d2 = f64x2.splat(0), d3 = f64x2.splat(0);
  for (; q < last; q += 16, p0 += 16, p1 += 16, p2 += 16, p3 += 16) {
    const a = v128.load(q);
    d0 = f64x2.add(d0, f64x2.mul(a, v128.load(p0)));
    d1 = f64x2.add(d1, f64x2.mul(a, v128.load(p1)));
    d2 = f64x2.add(d2, f64x2.mul(a, v128.load(p2)));
    d3 = f64x2.add(d3, f64x2.mul(a, v128.load(p3)));
  }
  d0 = f64x2.splat(tau * sumOf(d0));
  d1 = f64x2.splat(tau * sumOf(d1));
  d2 = f64x2.splat(tau * sumOf(d2));
  d3 = f64x2.splat(tau * sumOf(d3));
  p0 = x + from;
  p1 = p0 + row; p2 = p1 + row; p3 = p2 + row;
  for (q = v + from; q < last; q += 16, p0 += 16, p1 += 16, p2 += 16, p3 += 16) {
    const a = v128.load(q);
    v128.store(p0, f64x2.sub(v128.load(p0), f64x2.mul(d0, a)));
    v128.store(p1, f64x2.sub(v128.load(p1), f64x2.mul(d1, a)));
    v128.store(p2, f64x2.sub(v128.load(p2), f64x2.mul(d2, a)));
    v128.store(p3, f64x2.sub(v128.load(p3), f64x2.mul(d3, a)));
  }
}

/** Bytes of a row that are rotated before the next ones: half a thousand rows of them fit into a core's cache. */
const STRIP: usize = 512;

/**
 * Applies `count` sweeps of rotations to rows of `length` numbers, `ld` apart. Sweep n is a pair of i32 at sweeps: its first row and
 * its rotations, of which the t-th acts on rows first + t, first + t + 1; c and s hold all of them in order.
 */
export function rotateSweeps(x: usize, ld: i32, length: i32, sweeps: usize, count: i32, c: usize, s: usize): void {
  const row = <usize>ld << 3;
  const width = <usize>length << 3;
  for (let from: usize = 0; from < width; from += STRIP) {
    const bytes = min(STRIP, width - from);
    let at: usize = 0;
    for (let n = 0; n < count; n++) {
      const entry = sweeps + (<usize>n << 3);
      const rotations = load<i32>(entry, 4);
      chain(x + from + <usize>load<i32>(entry) * row, row, bytes, rotations, c + at, s + at);
      at += <usize>rotations << 3;
    }
  }
}

function chain(p: usize, row: usize, bytes: usize, count: i32, c: usize, s: usize): void {
  for (; count >= 4; count -= 4, c += 32, s += 32) {
    chainFour(p, row, bytes, c, s);
    p += 4 * row;
  }
  for (; count > 0; count--, c += 8, s += 8) {
    const cc = v128.load_splat<f64>(c);
    const ss = v128.load_splat<f64>(s);
    for (let i: usize = 0; i < bytes; i += 16) {
      const x = v128.load(p + i);
      const y = v128.load(p + row + i);
      v128.store(p + i, f64x2.add(f64x2.mul(cc, x), f64x2.mul(ss, y)));
      v128.store(p + row + i, f64x2.sub(f64x2.mul(cc, y), f64x2.mul(ss, x)));
    }
    p += row;
  }
}

/** Four rotations, each of a row and the next, on `bytes` bytes of five rows. */
export function chainFour(p: usize, row: usize, bytes: usize, c: usize, s: usize): void {
  const c0 = v128.load_splat<f64>(c), c1 = v128.load_splat<f64>(c, 8), c2 = v128.load_splat<f64>(c, 16), c3 = v128.load_splat<f64>(c, 24);
  const s0 = v128.load_splat<f64>(s), s1 = v128.load_splat<f64>(s, 8), s2 = v128.load_splat<f64>(s, 16), s3 = v128.load_splat<f64>(s, 24);
  const end = p + bytes;
  let p1 = p + row;
  let p2 = p1 + row;
  let p3 = p2 + row;
  let p4 = p3 + row;
  for (; p < end; p += 16, p1 += 16, p2 += 16, p3 += 16, p4 += 16) {
    let x = v128.load(p);
    let y = v128.load(p1);
    v128.store(p, f64x2.add(f64x2.mul(c0, x), f64x2.mul(s0, y)));
    x = f64x2.sub(f64x2.mul(c0, y), f64x2.mul(s0, x));
    y = v128.load(p2);
    v128.store(p1, f64x2.add(f64x2.mul(c1, x), f64x2.mul(s1, y)));
    x = f64x2.sub(f64x2.mul(c1, y), f64x2.mul(s1, x));
    y = v128.load(p3);
    v128.store(p2, f64x2.add(f64x2.mul(c2, x), f64x2.mul(s2, y)));
    x = f64x2.sub(f64x2.mul(c2, y), f64x2.mul(s2, x));
    y = v128.load(p4);
    v128.store(p3, f64x2.add(f64x2.mul(c3, x), f64x2.mul(s3, y)));
    v128.store(p4, f64x2.sub(f64x2.mul(c3, y), f64x2.mul(s3, x)));
  }
}
