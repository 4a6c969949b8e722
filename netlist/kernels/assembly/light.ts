// The steps of netlist/simulation/lower.ts on rows of f64, two vectors at a time. Rows are 16-byte aligned, `stride` bytes apart and hold an even number of
// vectors: of an odd count the last pair has one vector that nobody reads.

const LOAD: i32 = 0;
const MIX_ONE: i32 = 1;
const MIX_TWO: i32 = 2;
const COMPLEX_ONE: i32 = 3;
const COMPLEX_TWO: i32 = 4;

/** Bytes of a step in the code and in the factors. */
const CODE: usize = 36;
const FACTORS: usize = 64;
const UNREADABLE: f64 = 255;

// @ts-expect-error: decorator
@inline
function row(code: usize, operand: usize, rows: usize, stride: usize, dark: usize): usize {
  const number = load<i32>(code + 4 * operand);
  return number < 0 ? dark : rows + <usize>number * stride;
}

// @ts-expect-error: decorator
@inline
function factor(factors: usize, number: usize): v128 {
  return v128.load64_splat(factors + 8 * number);
}

/** a x + b y */
// @ts-expect-error: decorator
@inline
function mixed(a: v128, x: v128, b: v128, y: v128): v128 {
  return f64x2.add(f64x2.mul(a, x), f64x2.mul(b, y));
}

/** Symbols of `kind` bytes a number (1 unsigned, 4 signed, 8 a double), `width` numbers a vector. */
function loadColumn(to: usize, from: usize, kind: i32, width: usize, count: i32): void {
  const end = to + 8 * <usize>count;
  const step = width * <usize>kind;
  if (kind == 1) {
    for (; to < end; to += 8, from += step) store<f64>(to, <f64>load<u8>(from));
  } else if (kind == 4) {
    for (; to < end; to += 8, from += step) store<f64>(to, <f64>load<i32>(from));
  } else {
    for (; to < end; to += 8, from += step) store<f64>(to, load<f64>(from));
  }
}

/** What neurons send: gain * min(range, max(0, above)), and no finite number where there was none. */
// @ts-expect-error: decorator
@inline
function sent(above: v128, gain: v128, range: v128, full: v128, zero: v128): v128 {
  const rest = f64x2.mul(zero, above);
  const clipped = v128.bitselect(f64x2.add(full, rest), f64x2.mul(gain, above), f64x2.gt(above, range));
  return v128.bitselect(f64x2.add(rest, zero), clipped, f64x2.le(above, zero));
}

export function runSteps(
  code: usize,
  factors: usize,
  steps: i32,
  rows: usize,
  stride: usize,
  dark: usize,
  symbols: usize,
  kind: i32,
  width: usize,
  count: i32,
): void {
  const bytes: usize = 16 * <usize>((count + 1) >> 1);
  const zero = f64x2.splat(0);
  for (let i = 0; i < steps; i++, code += CODE, factors += FACTORS) {
    const what = load<i32>(code);
    const p = row(code, 5, rows, stride, dark);
    if (what == LOAD) {
      loadColumn(p, symbols + <usize>load<i32>(code + 4) * <usize>kind, kind, width, count);
      continue;
    }
    const x = row(code, 1, rows, stride, dark);
    const y = row(code, 3, rows, stride, dark);
    const q = row(code, 7, rows, stride, dark);
    const f0 = factor(factors, 0);
    const f1 = factor(factors, 1);
    const f2 = factor(factors, 2);
    const f3 = factor(factors, 3);
    if (what == MIX_ONE) {
      for (let v: usize = 0; v < bytes; v += 16) {
        v128.store(p + v, mixed(f0, v128.load(x + v), f1, v128.load(y + v)));
      }
    } else if (what == MIX_TWO) {
      for (let v: usize = 0; v < bytes; v += 16) {
        const ofX = v128.load(x + v);
        const ofY = v128.load(y + v);
        v128.store(p + v, mixed(f0, ofX, f1, ofY));
        v128.store(q + v, mixed(f2, ofX, f3, ofY));
      }
    } else if (what == COMPLEX_ONE || what == COMPLEX_TWO) {
      const xi = row(code, 2, rows, stride, dark);
      const yi = row(code, 4, rows, stride, dark);
      const pi = row(code, 6, rows, stride, dark);
      const qi = row(code, 8, rows, stride, dark);
      const f4 = factor(factors, 4);
      const f5 = factor(factors, 5);
      const f6 = factor(factors, 6);
      const f7 = factor(factors, 7);
      for (let v: usize = 0; v < bytes; v += 16) {
        const xRe = v128.load(x + v);
        const xIm = v128.load(xi + v);
        const yRe = v128.load(y + v);
        const yIm = v128.load(yi + v);
        v128.store(p + v, across(f0, xRe, f1, xIm, f2, yRe, f3, yIm));
        v128.store(pi + v, along(f0, xIm, f1, xRe, f2, yIm, f3, yRe));
        if (what == COMPLEX_ONE) continue;
        v128.store(q + v, across(f4, xRe, f5, xIm, f6, yRe, f7, yIm));
        v128.store(qi + v, along(f4, xIm, f5, xRe, f6, yIm, f7, yRe));
      }
    } else {
      const gain = f3;
      const range = factor(factors, 4);
      const full = f64x2.mul(gain, range);
      if (load<i32>(code + 8) < 0) {
        for (let v: usize = 0; v < bytes; v += 16) {
          v128.store(p + v, sent(f64x2.add(f64x2.mul(f0, v128.load(x + v)), f2), gain, range, full, zero));
        }
      } else {
        const xi = row(code, 2, rows, stride, dark);
        for (let v: usize = 0; v < bytes; v += 16) {
          const above = f64x2.add(mixed(f0, v128.load(x + v), f1, v128.load(xi + v)), f2);
          v128.store(p + v, sent(above, gain, range, full, zero));
        }
      }
    }
  }
}

/** a x - b y + c z - d w */
// @ts-expect-error: decorator
@inline
function across(a: v128, x: v128, b: v128, y: v128, c: v128, z: v128, d: v128, w: v128): v128 {
  const first = f64x2.sub(f64x2.mul(a, x), f64x2.mul(b, y));
  return f64x2.sub(f64x2.add(first, f64x2.mul(c, z)), f64x2.mul(d, w));
}

/** a x + b y + c z + d w */
// @ts-expect-error: decorator
@inline
function along(a: v128, x: v128, b: v128, y: v128, c: v128, z: v128, d: v128, w: v128): v128 {
  return f64x2.add(f64x2.add(mixed(a, x, b, y), f64x2.mul(c, z)), f64x2.mul(d, w));
}

// @ts-expect-error: decorator
@inline
function received(end: usize, rows: usize, stride: usize, v: usize): v128 {
  const k = v128.load64_splat(end + 32);
  const re = load<i32>(end);
  if (re < 0) return k;
  const ofRe = f64x2.mul(v128.load64_splat(end + 16), v128.load(rows + <usize>re * stride + v));
  const im = load<i32>(end + 4);
  if (im < 0) return f64x2.add(ofRe, k);
  const ofIm = f64x2.mul(v128.load64_splat(end + 24), v128.load(rows + <usize>im * stride + v));
  return f64x2.add(f64x2.sub(ofRe, ofIm), k);
}

/** Fields of one end into every `step` bytes from `out` on. */
export function readFields(end: usize, rows: usize, stride: usize, count: i32, out: usize, step: usize): void {
  for (let v = 0; v < count; v += 2) {
    const field = received(end, rows, stride, 8 * <usize>v);
    store<f64>(out, f64x2.extract_lane(field, 0));
    if (v + 1 < count) store<f64>(out + step, f64x2.extract_lane(field, 1));
    out += 2 * step;
  }
}

/** Math.round (ties upward), clamped; UNREADABLE for what is no finite number. Two integers. */
// @ts-expect-error: decorator
@inline
function level(field: v128, levels: v128, top: v128): v128 {
  const exact = f64x2.mul(field, levels);
  const above = f64x2.ceil(exact);
  const down = v128.and(f64x2.splat(1), f64x2.gt(f64x2.sub(above, f64x2.splat(0.5)), exact));
  const nearest = f64x2.sub(above, down);
  const clamped = f64x2.pmin(f64x2.pmax(nearest, f64x2.splat(0)), top);
  // A finite number less itself is 0.
  const finite = f64x2.eq(f64x2.sub(nearest, nearest), f64x2.splat(0));
  return i32x4.trunc_sat_f64x2_u_zero(v128.bitselect(clamped, f64x2.splat(UNREADABLE), finite));
}

// @ts-expect-error: decorator
@inline
function storeLevels(out: usize, step: usize, levels: v128, both: bool): void {
  store<u8>(out, <u8>i32x4.extract_lane(levels, 0));
  if (both) store<u8>(out + step, <u8>i32x4.extract_lane(levels, 1));
}

/** Levels of one end into every `step` bytes from `out` on. */
export function readLevels(end: usize, rows: usize, stride: usize, count: i32, out: usize, step: usize): void {
  const levels = v128.load64_splat(end + 40);
  const top = v128.load64_splat(end + 48);
  const pairs = count & ~1;
  let v = 0;
  if (load<i32>(end) >= 0 && load<i32>(end + 4) < 0) {
    const u = v128.load64_splat(end + 16);
    const k = v128.load64_splat(end + 32);
    let from = rows + <usize>load<i32>(end) * stride;
    for (; v < pairs; v += 2, from += 16, out += 2 * step) {
      storeLevels(out, step, level(f64x2.add(f64x2.mul(u, v128.load(from)), k), levels, top), true);
    }
  }
  for (; v < count; v += 2, out += 2 * step) {
    storeLevels(out, step, level(received(end, rows, stride, 8 * <usize>v), levels, top), v + 1 < count);
  }
}
