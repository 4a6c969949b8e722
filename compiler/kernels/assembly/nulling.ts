// Rectangular nulling of a real matrix; ../nulling.ts says which sweeps in which order. A row sweep takes four rotations at once through two columns a vector; a column sweep walks left along
// eight rows at once, two rows a vector, whose running entries stay in registers.
import { chainFour } from "./bidiagonal";

/** Sums of squares from here on need no lift, and divisions by it are spared: the next rotation waits for this one. */
const SAFE: f64 = 1e-280;
/** As `lift` in ../norm.ts. */
const LIFT: f64 = 5.260135901548374e210;

/** Rotation that moves the entry at y into the one at x, as (c, s); an exact zero yields the identity. */
// @ts-expect-error: decorator
@inline
function aim(atX: usize, atY: usize, c: usize, s: usize): void {
  const y = load<f64>(atY);
  store<f64>(atY, 0);
  if (y == 0) {
    store<f64>(c, 1);
    store<f64>(s, 0);
    return;
  }
  const x = load<f64>(atX);
  // -1 where x < 0, without a branch: half of them would be guessed wrong.
  const sign = copysign<f64>(1, x + 0);
  const square = x * x + y * y;
  if (square >= SAFE) {
    const h = sqrt<f64>(square);
    store<f64>(c, abs<f64>(x) / h);
    store<f64>(s, (sign * y) / h);
    store<f64>(atX, sign * h);
    return;
  }
  const xUp = x * LIFT;
  const yUp = y * LIFT;
  const h = sqrt<f64>(xUp * xUp + yUp * yUp);
  store<f64>(c, abs<f64>(xUp) / h);
  store<f64>(s, (sign * yUp) / h);
  store<f64>(atX, (sign * h) / LIFT);
}

// @ts-expect-error: decorator
@inline
function rotatePair(atX: usize, atY: usize, c: f64, s: f64): void {
  const x = load<f64>(atX);
  const y = load<f64>(atY);
  store<f64>(atX, c * x + s * y);
  store<f64>(atY, c * y - s * x);
}

/** Nulls the entry below (row, j) and applies the rotation to columns j..end-1. `p` is the row's first entry, `row` its bytes. */
function rotateRows(p: usize, row: usize, j: i32, end: i32, c: usize, s: usize): void {
  let x = p + (<usize>j << 3);
  aim(x, x + row, c, s);
  const cosine = load<f64>(c);
  const sine = load<f64>(s);
  const last = p + (<usize>end << 3);
  x += 8;
  if ((j & 1) == 0 && x < last) {
    rotatePair(x, x + row, cosine, sine);
    x += 8;
  }
  const cc = f64x2.splat(cosine);
  const ss = f64x2.splat(sine);
  for (; x < last; x += 16) {
    const u = v128.load(x);
    const y = v128.load(x + row);
    v128.store(x, f64x2.add(f64x2.mul(cc, u), f64x2.mul(ss, y)));
    v128.store(x + row, f64x2.sub(f64x2.mul(cc, y), f64x2.mul(ss, u)));
  }
}

/** Nulls (rows-1-k+j, j), j = 0..last, with row pairs from the top down. */
function rowSweep(a: usize, rows: i32, cols: i32, ld: i32, k: i32, last: i32, c: usize, s: usize): void {
  const row = <usize>ld << 3;
  let p = a + <usize>(rows - 2 - k) * row;
  let j = 0;
  for (; j + 3 <= last; j += 4) {
    const from = min(cols, j + 4);
    for (let t = 0; t < 4; t++) rotateRows(p + <usize>t * row, row, j + t, from, c + (<usize>t << 3), s + (<usize>t << 3));
    // The row's padding is rotated with it; it holds no data.
    if (from < cols) chainFour(p + (<usize>from << 3), row, <usize>(cols - from) << 3, c, s);
    p += 4 * row;
    c += 32;
    s += 32;
  }
  for (; j <= last; j++, p += row, c += 8, s += 8) rotateRows(p, row, j, cols, c, s);
}

/** Applies the first `count` rotations of a column sweep to eight rows; the last one's running entry is at p. `row` is a row's bytes. */
function walkEightRows(p: usize, row: usize, count: i32, c: usize, s: usize): void {
  let p0 = p - 7 * row;
  let p1 = p0 + row, p2 = p1 + row, p3 = p2 + row, p4 = p3 + row, p5 = p4 + row, p6 = p5 + row, p7 = p6 + row;
  let x0 = f64x2(load<f64>(p0), load<f64>(p1));
  let x1 = f64x2(load<f64>(p2), load<f64>(p3));
  let x2 = f64x2(load<f64>(p4), load<f64>(p5));
  let x3 = f64x2(load<f64>(p6), load<f64>(p7));
  const end = c + (<usize>(count & ~1) << 3);
  for (; c < end; c += 16, s += 16) {
    const c0 = v128.load_splat<f64>(c), s0 = v128.load_splat<f64>(s), c1 = v128.load_splat<f64>(c, 8), s1 = v128.load_splat<f64>(s, 8);
    x0 = walkTwice(p0, p1, x0, c0, s0, c1, s1);
    x1 = walkTwice(p2, p3, x1, c0, s0, c1, s1);
    x2 = walkTwice(p4, p5, x2, c0, s0, c1, s1);
    x3 = walkTwice(p6, p7, x3, c0, s0, c1, s1);
    p0 -= 16; p1 -= 16; p2 -= 16; p3 -= 16; p4 -= 16; p5 -= 16; p6 -= 16; p7 -= 16;
  }
  if (count & 1) {
    const c0 = v128.load_splat<f64>(c), s0 = v128.load_splat<f64>(s);
    x0 = walkOnce(p0, p1, x0, c0, s0);
    x1 = walkOnce(p2, p3, x1, c0, s0);
    x2 = walkOnce(p4, p5, x2, c0, s0);
    x3 = walkOnce(p6, p7, x3, c0, s0);
    p0 -= 8; p1 -= 8; p2 -= 8; p3 -= 8; p4 -= 8; p5 -= 8; p6 -= 8; p7 -= 8;
  }
  v128.store_lane<f64>(p0, x0, 0); v128.store_lane<f64>(p1, x0, 1);
  v128.store_lane<f64>(p2, x1, 0); v128.store_lane<f64>(p3, x1, 1);
  v128.store_lane<f64>(p4, x2, 0); v128.store_lane<f64>(p5, x2, 1);
  v128.store_lane<f64>(p6, x3, 0); v128.store_lane<f64>(p7, x3, 1);
}

// @ts-expect-error: decorator
@inline
function walkTwice(p: usize, q: usize, x: v128, c0: v128, s0: v128, c1: v128, s1: v128): v128 {
  const first = v128.load(p - 16);
  const second = v128.load(q - 16);
  const y = v128.shuffle<f64>(first, second, 1, 3);
  const z = v128.shuffle<f64>(first, second, 0, 2);
  const right = f64x2.add(f64x2.mul(c0, x), f64x2.mul(s0, y));
  x = f64x2.sub(f64x2.mul(c0, y), f64x2.mul(s0, x));
  const left = f64x2.add(f64x2.mul(c1, x), f64x2.mul(s1, z));
  v128.store(p - 8, v128.shuffle<f64>(left, right, 0, 2));
  v128.store(q - 8, v128.shuffle<f64>(left, right, 1, 3));
  return f64x2.sub(f64x2.mul(c1, z), f64x2.mul(s1, x));
}

// @ts-expect-error: decorator
@inline
function walkOnce(p: usize, q: usize, x: v128, c: v128, s: v128): v128 {
  const y = f64x2(load<f64>(p - 8), load<f64>(q - 8));
  const right = f64x2.add(f64x2.mul(c, x), f64x2.mul(s, y));
  v128.store_lane<f64>(p, right, 0);
  v128.store_lane<f64>(q, right, 1);
  return f64x2.sub(f64x2.mul(c, y), f64x2.mul(s, x));
}

/** Finds the rotations found..found+count-1, whose rows end at the running entry p; what it finds is applied to these rows. */
function findRotations(p: usize, row: usize, found: i32, count: i32, c: usize, s: usize): void {
  c += <usize>found << 3;
  s += <usize>found << 3;
  let x = p - (<usize>found << 3);
  for (let t = 0; t < count; t++, c += 8, s += 8, x -= row + 8) {
    aim(x, x - 8, c, s);
    const cosine = load<f64>(c);
    const sine = load<f64>(s);
    let above = x;
    for (let other = t + 1; other < count; other++) {
      above -= row;
      rotatePair(above, above - 8, cosine, sine);
    }
  }
}

/** Nulls (rows-1-k+j, j), j = k..0, with column pairs (j, j + 1). */
function columnSweep(a: usize, rows: i32, ld: i32, k: i32, c: usize, s: usize): void {
  const row = <usize>ld << 3;
  // The running entry of the first rotation, in the last row that is left to do.
  let p = a + <usize>(rows - 1) * row + (<usize>(k + 1) << 3);
  // The odd rotations come first, where nothing is to be applied yet.
  let found = (k + 1) & 7;
  findRotations(p, row, 0, found, c, s);
  p -= <usize>found * row;
  for (; found <= k; found += 8, p -= 8 * row) {
    if (found > 0) walkEightRows(p, row, found, c, s);
    findRotations(p, row, found, 8, c, s);
  }
  // The last rows are walked together with zeros in front of the matrix.
  for (let left = rows - found; left > 0; left -= 8, p -= 8 * row) walkEightRows(p, row, k + 1, c, s);
}

/**
 * All sweeps on a (rows x cols, `ld` entries a row, even), rows >= cols; rotations go to c and s, sweep after sweep. Seven rows in front
 * of the matrix, and what is left of a row behind it, are zeros.
 */
export function nullReal(a: usize, rows: i32, cols: i32, ld: i32, c: usize, s: usize): void {
  for (let k = 0; k <= rows - 2; k++) {
    const last = min(k, cols - 1);
    if (k <= cols - 2 && (k & 1) == 0) columnSweep(a, rows, ld, k, c, s);
    else rowSweep(a, rows, cols, ld, k, last, c, s);
    c += <usize>(last + 1) << 3;
    s += <usize>(last + 1) << 3;
  }
}
