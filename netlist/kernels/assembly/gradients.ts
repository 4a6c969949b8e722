// Blocks of gradients (float32) through a table of symbol sums, four elements at a time: the same numbers to the bit as `quantizeBlocks`,
// the table and `dequantize` give.

/** -149 is the smallest exponent of a block: 2^-149 is the smallest float32. */
const LEAST_EXPONENT: i32 = -149;
const INFINITE: i32 = 0x7f800000;
const LARGEST_FLOAT: f64 = 3.4028234663852886e38;

/** Smallest e with |v| <= 2^e of the float32 v with these bits. */
function blockExponent(bits: i32): i32 {
  const exponent = bits >>> 23;
  const fraction = bits & 0x7fffff;
  if (exponent == 0) return fraction == 0 ? LEAST_EXPONENT : 32 - clz(fraction - 1) - 149;
  return exponent - 127 + (fraction == 0 ? 0 : 1);
}

/** The largest magnitude of a row's part as the bits of a float32. */
function largestBits(from: usize, count: i32, least: i32): i32 {
  const magnitude = i32x4.splat(0x7fffffff);
  let most = i32x4.splat(least);
  let i = 0;
  for (; i < count - 3; i += 4) {
    most = i32x4.max_s(most, v128.and(magnitude, v128.load(from + 4 * <usize>i)));
  }
  let largest = max(
    max(i32x4.extract_lane(most, 0), i32x4.extract_lane(most, 1)),
    max(i32x4.extract_lane(most, 2), i32x4.extract_lane(most, 3)),
  );
  for (; i < count; i++) largest = max(largest, load<i32>(from + 4 * <usize>i) & 0x7fffffff);
  return largest;
}

// @ts-expect-error: decorator
@inline
function codeAt<T>(received: usize, row: i32): i32 {
  return <i32>load<T>(received + <usize>row * sizeof<T>());
}

let maximumSteps: f64 = 0;
let worstElement: f64 = 0;
let squares: f64 = 0;

// @ts-expect-error: decorator
@inline
function account(error: f64, place: f64): void {
  squares += error * error;
  if (error > maximumSteps) {
    maximumSteps = error;
    worstElement = place;
  }
}

// @ts-expect-error: decorator
@inline
function toFloat(value: v128): v128 {
  const least = f64x2.splat(-LARGEST_FLOAT);
  return f32x4.demote_f64x2_zero(f64x2.pmin(f64x2.pmax(value, least), f64x2.splat(LARGEST_FLOAT)));
}

// @ts-expect-error: decorator
@inline
function through<T>(
  rows: usize,
  shares: usize,
  workers: i32,
  length: i32,
  block: i32,
  scales: usize,
  zero: f64,
  received: usize,
  out: usize,
  first: f64,
): i32 {
  const shifts = f64x2.splat(zero + 0.5);
  const zeros = f64x2.splat(zero);
  const many = f64x2.splat(<f64>workers);
  for (let start = 0; start < length; start += block) {
    const count = min(block, length - start);
    const begin = 4 * <usize>start;
    let largest = 0;
    for (let w = 0; w < workers; w++) largest = largestBits(load<usize>(rows + 4 * <usize>w) + begin, count, largest);
    if (largest >= INFINITE) return start;
    const entry = scales + 16 * <usize>(blockExponent(largest) - LEAST_EXPONENT);
    const step = load<f64>(entry);
    const scale = load<f64>(entry, 8);
    const steps = f64x2.splat(step);
    const scaled = f64x2.splat(scale);
    let i = 0;
    for (; i < count - 3; i += 4) {
      const at = begin + 4 * <usize>i;
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      let index0 = 0;
      let index1 = 0;
      let index2 = 0;
      let index3 = 0;
      for (let w = 0; w < workers; w++) {
        const values = v128.load(load<usize>(rows + 4 * <usize>w) + at);
        const share = load<usize>(shares + 4 * <usize>w);
        const a = f64x2.mul(f64x2.promote_low_f32x4(values), scaled);
        const b = f64x2.mul(f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 1)), scaled);
        low = f64x2.add(low, a);
        high = f64x2.add(high, b);
        const codesA = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(a, shifts));
        const codesB = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(b, shifts));
        index0 += load<i32>(share + 4 * <usize>i32x4.extract_lane(codesA, 0));
        index1 += load<i32>(share + 4 * <usize>i32x4.extract_lane(codesA, 1));
        index2 += load<i32>(share + 4 * <usize>i32x4.extract_lane(codesB, 0));
        index3 += load<i32>(share + 4 * <usize>i32x4.extract_lane(codesB, 1));
      }
      const levelsA = f64x2.sub(
        f64x2.replace_lane(f64x2.splat(<f64>codeAt<T>(received, index0)), 1, <f64>codeAt<T>(received, index1)),
        zeros,
      );
      const levelsB = f64x2.sub(
        f64x2.replace_lane(f64x2.splat(<f64>codeAt<T>(received, index2)), 1, <f64>codeAt<T>(received, index3)),
        zeros,
      );
      const valuesA = toFloat(f64x2.mul(levelsA, steps));
      const valuesB = toFloat(f64x2.mul(levelsB, steps));
      v128.store(out + at, i64x2.shuffle(valuesA, valuesB, 0, 2));
      const errorsA = f64x2.abs(f64x2.sub(levelsA, f64x2.div(low, many)));
      const errorsB = f64x2.abs(f64x2.sub(levelsB, f64x2.div(high, many)));
      const place = first + <f64>(start + i);
      account(f64x2.extract_lane(errorsA, 0), place);
      account(f64x2.extract_lane(errorsA, 1), place + 1);
      account(f64x2.extract_lane(errorsB, 0), place + 2);
      account(f64x2.extract_lane(errorsB, 1), place + 3);
    }
    for (; i < count; i++) {
      const at = begin + 4 * <usize>i;
      let sum: f64 = 0;
      let index = 0;
      for (let w = 0; w < workers; w++) {
        const value = <f64>load<f32>(load<usize>(rows + 4 * <usize>w) + at) * scale;
        sum += value;
        index += load<i32>(load<usize>(shares + 4 * <usize>w) + 4 * <usize>(<i32>(value + (zero + 0.5))));
      }
      const level = <f64>codeAt<T>(received, index) - zero;
      store<f32>(out + at, <f32>min(max(level * step, -LARGEST_FLOAT), LARGEST_FLOAT));
      account(abs(level - sum / <f64>workers), first + <f64>(start + i));
    }
  }
  return -1;
}

/**
 * `rows` and `shares` point to a pointer a worker; `scales` to step and scale of every exponent from -149 on; `totals` to the
 * largest error in steps, its element and the sum of the squares, which are read and written. Returns -1, or the first
 * element of a block with a gradient that is not finite.
 */
export function aggregateTable(
  rows: usize,
  shares: usize,
  workers: i32,
  length: i32,
  block: i32,
  scales: usize,
  zero: f64,
  received: usize,
  width: i32,
  out: usize,
  first: f64,
  totals: usize,
): i32 {
  maximumSteps = load<f64>(totals);
  worstElement = load<f64>(totals, 8);
  squares = load<f64>(totals, 16);
  let bad = -1;
  if (width == 1) bad = through<u8>(rows, shares, workers, length, block, scales, zero, received, out, first);
  else if (width == 2) bad = through<u16>(rows, shares, workers, length, block, scales, zero, received, out, first);
  else bad = through<u32>(rows, shares, workers, length, block, scales, zero, received, out, first);
  store<f64>(totals, maximumSteps);
  store<f64>(totals, worstElement, 8);
  store<f64>(totals, squares, 16);
  return bad;
}
