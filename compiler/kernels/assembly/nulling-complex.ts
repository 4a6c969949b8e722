// The complex twin of nulling.ts: entries interleaved (re, im), one a vector. Two rotations of a row sweep are fused, four rows of a
// column sweep go together: more would not fit into sixteen registers.
import { lift, SAFE } from "./nulling";

/** Turns a splat s into (s, -s): i * swap(y) = (Im y, -Re y) Im s. */
// @ts-expect-error: decorator
@inline
function signed(s: v128): v128 {
  return v128.xor(s, i64x2(0, i64.MIN_VALUE));
}

// @ts-expect-error: decorator
@inline
function swapped(x: v128): v128 {
  return v128.shuffle<f64>(x, x, 1, 0);
}

/** c x + conj(s) y */
// @ts-expect-error: decorator
@inline
function kept(x: v128, y: v128, c: v128, r: v128, i: v128): v128 {
  return f64x2.add(f64x2.add(f64x2.mul(c, x), f64x2.mul(r, y)), f64x2.mul(i, swapped(y)));
}

/** c y - s x */
// @ts-expect-error: decorator
@inline
function moved(x: v128, y: v128, c: v128, r: v128, i: v128): v128 {
  return f64x2.add(f64x2.sub(f64x2.mul(c, y), f64x2.mul(r, x)), f64x2.mul(i, swapped(x)));
}

/** Rotation that moves the entry at q into the one at p: c = |x| / h, s = y conj(x) / (|x| h). Sets both entries. */
function aim(p: usize, q: usize, c: usize, re: usize, im: usize): void {
  const yRe = load<f64>(q);
  const yIm = load<f64>(q, 8);
  if (yRe == 0 && yIm == 0) {
    store<f64>(c, 1);
    store<f64>(re, 0);
    store<f64>(im, 0);
    return;
  }
  const xRe = load<f64>(p);
  const xIm = load<f64>(p, 8);
  v128.store(q, f64x2.splat(0));
  const xSquare = xRe * xRe + xIm * xIm;
  const ySquare = yRe * yRe + yIm * yIm;
  if (xSquare >= SAFE && ySquare >= SAFE) {
    const x = sqrt<f64>(xSquare);
    const y = sqrt<f64>(ySquare);
    const u = f64x2.div(f64x2(xRe, xIm), f64x2.splat(x));
    const uRe = f64x2.extract_lane(u, 0), uIm = f64x2.extract_lane(u, 1);
    const v = f64x2.div(f64x2(yRe, yIm), f64x2.splat(y));
    const vRe = f64x2.extract_lane(v, 0), vIm = f64x2.extract_lane(v, 1);
    const h = sqrt<f64>(x * x + y * y);
    const sine = y / h;
    store<f64>(c, x / h);
    store<f64>(re, sine * (vRe * uRe + vIm * uIm));
    store<f64>(im, sine * (vIm * uRe - vRe * uIm));
    v128.store(p, f64x2.mul(f64x2.splat(h), u));
    return;
  }
  // the directions u = x / |x| and v = y / |y| must have modulus 1 even where one entry is subnormal and the other is not
  const xUp = lift(xSquare);
  const yUp = lift(ySquare);
  const xLong = sqrt<f64>(xRe * xUp * (xRe * xUp) + xIm * xUp * (xIm * xUp));
  const yLong = sqrt<f64>(yRe * yUp * (yRe * yUp) + yIm * yUp * (yIm * yUp));
  const uRe = xLong == 0 ? 1 : (xRe * xUp) / xLong;
  const uIm = xLong == 0 ? 0 : (xIm * xUp) / xLong;
  const vRe = (yRe * yUp) / yLong;
  const vIm = (yIm * yUp) / yLong;
  const common: f64 = xUp == yUp ? xUp : 1;
  const x = xUp == common ? xLong : xLong / xUp;
  const y = yUp == common ? yLong : yLong / yUp;
  const h = sqrt<f64>(x * x + y * y);
  const sine = y / h;
  store<f64>(c, x / h);
  store<f64>(re, sine * (vRe * uRe + vIm * uIm));
  store<f64>(im, sine * (vIm * uRe - vRe * uIm));
  store<f64>(p, (h / common) * uRe);
  store<f64>(p, (h / common) * uIm, 8);
}

/** Nulls the entry below (row, j) and applies the rotation to columns j..end-1. `p` is the row's first entry, `row` its bytes. */
function rotateRows(p: usize, row: usize, j: i32, end: i32, c: usize, re: usize, im: usize): void {
  let x = p + (<usize>j << 4);
  aim(x, x + row, c, re, im);
  const cosine = v128.load_splat<f64>(c);
  const r = v128.load_splat<f64>(re);
  const i = signed(v128.load_splat<f64>(im));
  for (const last = p + (<usize>end << 4); (x += 16) < last; ) rotatePair(x, x + row, cosine, r, i);
}

// @ts-expect-error: decorator
@inline
function rotatePair(atX: usize, atY: usize, c: v128, r: v128, i: v128): void {
  const x = v128.load(atX);
  const y = v128.load(atY);
  v128.store(atX, kept(x, y, c, r, i));
  v128.store(atY, moved(x, y, c, r, i));
}

function rowSweep(a: usize, rows: i32, cols: i32, ld: i32, k: i32, last: i32, c: usize, re: usize, im: usize): void {
  const row = <usize>ld << 4;
  let p = a + <usize>(rows - 2 - k) * row;
  let j = 0;
  for (; j + 1 <= last; j += 2) {
    const from = min(cols, j + 2);
    rotateRows(p, row, j, from, c, re, im);
    rotateRows(p + row, row, j + 1, from, c + 8, re + 8, im + 8);
    const c0 = v128.load_splat<f64>(c), r0 = v128.load_splat<f64>(re), i0 = signed(v128.load_splat<f64>(im));
    const c1 = v128.load_splat<f64>(c, 8), r1 = v128.load_splat<f64>(re, 8), i1 = signed(v128.load_splat<f64>(im, 8));
    let p0 = p + (<usize>from << 4);
    let p1 = p0 + row;
    let p2 = p1 + row;
    for (const end = p + (<usize>cols << 4); p0 < end; p0 += 16, p1 += 16, p2 += 16) {
      const x = v128.load(p0);
      const y = v128.load(p1);
      v128.store(p0, kept(x, y, c0, r0, i0));
      const w = moved(x, y, c0, r0, i0);
      const z = v128.load(p2);
      v128.store(p1, kept(w, z, c1, r1, i1));
      v128.store(p2, moved(w, z, c1, r1, i1));
    }
    p += 2 * row;
    c += 16;
    re += 16;
    im += 16;
  }
  if (j <= last) rotateRows(p, row, j, cols, c, re, im);
}

/** Applies the first `count` rotations of a column sweep to four rows; the last one's running entry is at p. */
function walkFourRows(p: usize, row: usize, count: i32, c: usize, re: usize, im: usize): void {
  let p0 = p - 3 * row;
  let p1 = p0 + row, p2 = p1 + row, p3 = p2 + row;
  let x0 = v128.load(p0), x1 = v128.load(p1), x2 = v128.load(p2), x3 = v128.load(p3);
  for (const end = c + (<usize>count << 3); c < end; c += 8, re += 8, im += 8) {
    const cosine = v128.load_splat<f64>(c), r = v128.load_splat<f64>(re), i = signed(v128.load_splat<f64>(im));
    let y = v128.load(p0 - 16);
    v128.store(p0, kept(x0, y, cosine, r, i));
    x0 = moved(x0, y, cosine, r, i);
    y = v128.load(p1 - 16);
    v128.store(p1, kept(x1, y, cosine, r, i));
    x1 = moved(x1, y, cosine, r, i);
    y = v128.load(p2 - 16);
    v128.store(p2, kept(x2, y, cosine, r, i));
    x2 = moved(x2, y, cosine, r, i);
    y = v128.load(p3 - 16);
    v128.store(p3, kept(x3, y, cosine, r, i));
    x3 = moved(x3, y, cosine, r, i);
    p0 -= 16; p1 -= 16; p2 -= 16; p3 -= 16;
  }
  v128.store(p0, x0); v128.store(p1, x1); v128.store(p2, x2); v128.store(p3, x3);
}

/** Finds the rotations found..found+count-1, whose rows end at the running entry p; what it finds is applied to these rows. */
function findRotations(p: usize, row: usize, found: i32, count: i32, c: usize, re: usize, im: usize): void {
  const skipped = <usize>found << 3;
  c += skipped;
  re += skipped;
  im += skipped;
  let x = p - 2 * skipped;
  for (let t = 0; t < count; t++, c += 8, re += 8, im += 8, x -= row + 16) {
    aim(x, x - 16, c, re, im);
    const cosine = v128.load_splat<f64>(c), r = v128.load_splat<f64>(re), i = signed(v128.load_splat<f64>(im));
    let above = x;
    for (let other = t + 1; other < count; other++) {
      above -= row;
      rotatePair(above, above - 16, cosine, r, i);
    }
  }
}

function columnSweep(a: usize, rows: i32, ld: i32, k: i32, c: usize, re: usize, im: usize): void {
  const row = <usize>ld << 4;
  // The running entry of the first rotation, in the last row that is left to do.
  let p = a + <usize>(rows - 1) * row + (<usize>(k + 1) << 4);
  // The odd rotations come first, where nothing is to be applied yet.
  let found = (k + 1) & 3;
  findRotations(p, row, 0, found, c, re, im);
  p -= <usize>found * row;
  for (; found <= k; found += 4, p -= 4 * row) {
    if (found > 0) walkFourRows(p, row, found, c, re, im);
    findRotations(p, row, found, 4, c, re, im);
  }
  // The last rows are walked together with zeros in front of the matrix.
  for (let left = rows - found; left > 0; left -= 4, p -= 4 * row) walkFourRows(p, row, k + 1, c, re, im);
}

/** As nullReal; `ld` counts complex entries. */
export function nullComplex(a: usize, rows: i32, cols: i32, ld: i32, c: usize, re: usize, im: usize): void {
  for (let k = 0; k <= rows - 2; k++) {
    const last = min(k, cols - 1);
    if (k <= cols - 2 && (k & 1) == 0) columnSweep(a, rows, ld, k, c, re, im);
    else rowSweep(a, rows, cols, ld, k, last, c, re, im);
    const done = <usize>(last + 1) << 3;
    c += done;
    re += done;
    im += done;
  }
}
