// From rotations to MZIs: columns, and the phases of each. ../../mesh/isometry.ts says what they are.

const QUARTER: f64 = Math.PI / 2;
/** pi/2 - QUARTER */
const QUARTER_TAIL: f64 = 6.123233995736766e-17;
const FULL_TURN: f64 = 2 * Math.PI;
/** As PHASE_ROUNDING in ../../mesh/program.ts. */
const ROUNDING: f64 = 1.7763568394002505e-15;

/** Flags of a mode. */
const DARK: i32 = 1;
/** It stands behind the diagonal, or has none. */
const MET: i32 = 2;

// @ts-expect-error: decorator
@inline
function turn(angle: f64): f64 {
  const wrapped = angle - FULL_TURN * floor<f64>(angle / FULL_TURN);
  return wrapped < ROUNDING || wrapped > FULL_TURN - ROUNDING ? 0 : wrapped;
}

/** Lets what mode m owes pass the diagonal, once. */
function meet(rests: usize, quarters: usize, flags: usize, diagonal: usize, m: i32): void {
  const flag = load<i32>(flags + (<usize>m << 2));
  if (flag & MET) return;
  store<i32>(flags + (<usize>m << 2), flag | MET);
  const spot = <usize>m << 3;
  const phase = load<f64>(diagonal + spot);
  const whole = floor<f64>(phase / QUARTER + 0.5);
  store<f64>(quarters + spot, load<f64>(quarters + spot) + whole);
  store<f64>(rests + spot, load<f64>(rests + spot) + (phase - whole * QUARTER));
}

/**
 * Gives each of `count` factors the earliest column after those that it shares a mode with, and sorts by column, then mode. `order` holds
 * their modes in light order; columns, modes and the factors' numbers go to the three arrays behind it, `count` i32 each. `work`:
 * 2 modes + 2 count + 3 i32, zeros.
 */
export function layOut(order: usize, count: i32, modes: i32, transposed: bool, work: usize): void {
  const bytes = <usize>count << 2;
  const column = order + bytes, mode = column + bytes, factors = mode + bytes;
  const depth = work, perMode = depth + (<usize>modes << 2), perColumn = perMode + (<usize>(modes + 1) << 2);
  const byMode = perColumn + (<usize>(count + 1) << 2);
  // The column of each factor stands where the sorted ones' numbers go later, a step behind.
  const step: usize = transposed ? -4 : 4;
  const begin = transposed ? order + bytes - 4 : order;
  let columns = 0;
  let from = begin;
  for (let n: usize = 0; n < bytes; n += 4, from += step) {
    const m = <usize>load<i32>(from) << 2;
    const place = max(load<i32>(depth + m), load<i32>(depth + m, 4));
    store<i32>(depth + m, place + 1);
    store<i32>(depth + m, place + 1, 4);
    store<i32>(mode + n, place);
    columns = max(columns, place + 1);
    const full = perColumn + (<usize>place << 2);
    store<i32>(full, load<i32>(full, 4) + 1, 4);
    store<i32>(perMode + m, load<i32>(perMode + m, 4) + 1, 4);
  }
  // Two stable counting passes: by mode, then by column.
  for (let m: usize = 4; m <= <usize>modes << 2; m += 4) store<i32>(perMode + m, load<i32>(perMode + m) + load<i32>(perMode + m - 4));
  for (let i: usize = 4; i <= <usize>columns << 2; i += 4) store<i32>(perColumn + i, load<i32>(perColumn + i) + load<i32>(perColumn + i - 4));
  from = begin;
  for (let n = 0; n < count; n++, from += step) {
    const slot = perMode + (<usize>load<i32>(from) << 2);
    const at = load<i32>(slot);
    store<i32>(slot, at + 1);
    store<i32>(byMode + (<usize>at << 2), n);
  }
  for (let i: usize = 0; i < bytes; i += 4) {
    const n = <usize>load<i32>(byMode + i) << 2;
    const place = load<i32>(mode + n);
    const slot = perColumn + (<usize>place << 2);
    const at = <usize>load<i32>(slot);
    store<i32>(slot, <i32>at + 1);
    store<i32>(factors + (at << 2), <i32>(n >> 2));
    store<i32>(column + (at << 2), place);
  }
  for (let i: usize = 0; i < bytes; i += 4) {
    const n = <usize>load<i32>(factors + i);
    store<i32>(mode + i, load<i32>(transposed ? begin - (n << 2) : begin + (n << 2)));
  }
}

/** atan(x) of two numbers in [0, 1], to the bits of fdlibm, which Math.atan2 is in V8: branches would be guessed wrong. */
// @ts-expect-error: decorator
@inline
function atanOfTwo(x: v128): v128 {
  const near = f64x2.lt(x, f64x2.splat(0.4375));
  const half = f64x2.lt(x, f64x2.splat(0.6875));
  const one = f64x2.splat(1), two = f64x2.splat(2);
  const above = v128.bitselect(f64x2.sub(f64x2.mul(two, x), one), f64x2.sub(x, one), half);
  const below = v128.bitselect(f64x2.add(two, x), f64x2.add(x, one), half);
  const r = f64x2.div(v128.bitselect(x, above, near), v128.bitselect(one, below, near));
  const high = v128.bitselect(f64x2.splat(4.63647609000806093515e-1), f64x2.splat(7.85398163397448278999e-1), half);
  const low = v128.bitselect(f64x2.splat(2.26987774529616870924e-17), f64x2.splat(3.06161699786838301793e-17), half);
  const z = f64x2.mul(r, r);
  const w = f64x2.mul(z, z);
  let even = next(f64x2.splat(1.62858201153657823623e-2), w, 4.97687799461593236017e-2);
  even = next(next(even, w, 6.66107313738753120669e-2), w, 9.09088713343650656196e-2);
  even = next(next(even, w, 1.42857142725034663711e-1), w, 3.33333333333329318027e-1);
  let odd = next(f64x2.splat(-3.65315727442169155270e-2), w, -5.83357013379057348645e-2);
  odd = next(next(odd, w, -7.69187620504482999495e-2), w, -1.11111104054623557880e-1);
  odd = next(odd, w, -1.99999999998764832476e-1);
  const s = f64x2.mul(r, f64x2.add(f64x2.mul(z, even), f64x2.mul(w, odd)));
  return f64x2.sub(v128.andnot(high, near), f64x2.sub(f64x2.sub(s, v128.andnot(low, near)), r));
}

/** Horner's step: a + w sum. */
// @ts-expect-error: decorator
@inline
function next(sum: v128, w: v128, a: f64): v128 {
  return f64x2.add(f64x2.splat(a), f64x2.mul(w, sum));
}

/** theta and eta of `count` rotations, which may be one more than there are: the arrays have room for it. */
function setThetas(count: i32, c: usize, s: usize, theta: usize, eta: usize): void {
  const pi = f64x2.splat(Math.PI), two = f64x2.splat(2);
  const end = c + (<usize>count << 3);
  for (; c < end; c += 16, s += 16, theta += 16, eta += 16) {
    const cosine = v128.load(c);
    const sigma = f64x2.abs(v128.load(s));
    const bar = f64x2.ge(cosine, sigma);
    const angle = f64x2.mul(two, atanOfTwo(f64x2.div(v128.bitselect(sigma, cosine, bar), v128.bitselect(cosine, sigma, bar))));
    const t = v128.bitselect(f64x2.sub(pi, angle), angle, bar);
    v128.store(theta, t);
    const barred = f64x2.add(f64x2.div(f64x2.sub(pi, t), two), f64x2.splat(QUARTER_TAIL));
    v128.store(eta, v128.bitselect(barred, f64x2.div(f64x2.neg(t), two), bar));
  }
}

/**
 * theta and phi of the MZIs in the order that layOut found; `at` holds where each factor's c and s stand of `total`. `rests`,
 * `quarters` (f64 both) and `flags` are what the `modes` owe. `thetas` and `etas`: room for total + 1 numbers each.
 */
export function setPhases(
  modes: i32, count: i32, total: i32, turnAt: i32, transposed: bool, factors: usize, mode: usize, at: usize, c: usize, s: usize,
  diagonal: usize, rests: usize, quarters: usize, flags: usize, thetas: usize, etas: usize, theta: usize, phi: usize,
): void {
  setThetas(total, c, s, thetas, etas);
  const end = mode + (<usize>count << 2);
  const quarter = f64x2.splat(QUARTER), half = f64x2.splat(0.5);
  for (; mode < end; mode += 4, factors += 4, theta += 8, phi += 8) {
    const n = load<i32>(factors);
    const m = load<i32>(mode);
    if (n >= turnAt) {
      meet(rests, quarters, flags, diagonal, m);
      meet(rests, quarters, flags, diagonal, m + 1);
    }
    const factor = transposed ? count - 1 - n : n;
    const spot = <usize>load<i32>(at + (<usize>factor << 2)) << 3;
    const cosine = load<f64>(c + spot);
    const sine = load<f64>(s + spot);
    const eta = load<f64>(etas + spot);
    store<f64>(theta, load<f64>(thetas + spot));
    const sigma = abs<f64>(sine);
    // The sign of s is a half turn, and so is what transposing does to it.
    const psiQuarters: f64 = <f64>((<i32>transposed << 1) + (<i32>(sine < 0) << 1));
    const etaQuarters = <f64><i32>!(cosine >= sigma);

    const spotRest = rests + (<usize>m << 3);
    const spotQuarters = quarters + (<usize>m << 3);
    const spotFlags = flags + (<usize>m << 2);
    const aRest = load<f64>(spotRest);
    const aCount = load<f64>(spotQuarters);
    let b = load<f64>(spotRest, 8);
    let bQuarters = load<f64>(spotQuarters, 8);
    const dark = (load<i32>(spotFlags) | load<i32>(spotFlags, 4)) & DARK;
    if (load<i32>(spotFlags, 4) & DARK) {
      bQuarters = aCount + psiQuarters - 2;
      b = aRest;
    }
    const phiQuarters = aCount - bQuarters + psiQuarters - 2;
    const phiRest = aRest - b;
    const aQuarters = bQuarters - psiQuarters + etaQuarters;
    const a = b + eta;
    bQuarters += etaQuarters;
    b += eta;

    let phiHere: f64 = 0;
    let phiError: f64 = 0;
    if (cosine == 0) {
      bQuarters += phiQuarters;
      b += phiRest;
    } else if (!dark) {
      phiHere = turn(phiQuarters * QUARTER + phiRest);
      const near = floor<f64>((phiHere - phiRest) / QUARTER + 0.5);
      phiError = phiHere - near * QUARTER - phiRest - near * QUARTER_TAIL;
    }
    store<f64>(phi, phiHere);
    // Both modes: the rest within an eighth of a turn or so, the quarter turns below four.
    const rest = f64x2(a - phiError * cosine * cosine, b - phiError * sigma * sigma);
    const whole = f64x2.floor(f64x2.add(f64x2.div(rest, quarter), half));
    v128.store(spotRest, f64x2.sub(rest, f64x2.mul(whole, quarter)));
    const turns = f64x2.add(f64x2(aQuarters, bQuarters), whole);
    const fours = f64x2.floor(f64x2.mul(turns, f64x2.splat(0.25)));
    v128.store(spotQuarters, f64x2.sub(turns, f64x2.mul(f64x2.splat(4), fours)));
    if (dark) {
      store<i32>(spotFlags, load<i32>(spotFlags) & ~DARK);
      store<i32>(spotFlags, load<i32>(spotFlags, 4) & ~DARK, 4);
    }
  }
  for (let m = 0; m < modes; m++) meet(rests, quarters, flags, diagonal, m);
}
