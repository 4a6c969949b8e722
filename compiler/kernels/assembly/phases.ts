// From rotations to MZIs: columns, and the phases of each. ../../mesh/realise.ts says what they are, and computes the same bits for
// small meshes in plain TypeScript.

const QUARTER: f64 = Math.PI / 2;
/** pi/2 - QUARTER */
const QUARTER_TAIL: f64 = 6.123233995736766e-17;
const FULL_TURN: f64 = 2 * Math.PI;
/** As PHASE_ROUNDING in ../../mesh/program.ts. */
const ROUNDING: f64 = 1.7763568394002505e-15;

/** Of a mode, 16 bytes: what it owes (f64, radians, and i32, quarter turns), and i32 flags. */
const QUARTERS: usize = 8;
const FLAGS: usize = 12;
const DARK: i32 = 1;
/** It stands behind the diagonal, or has none. */
const MET: i32 = 2;

/** As JavaScript rounds: halves go up. */
// @ts-expect-error: decorator
@inline
function nearest(x: f64): f64 {
  const up = ceil<f64>(x);
  return up - 0.5 > x ? up - 1 : up;
}

// @ts-expect-error: decorator
@inline
function turn(angle: f64): f64 {
  const wrapped = angle - FULL_TURN * floor<f64>(angle / FULL_TURN);
  return wrapped < ROUNDING || wrapped > FULL_TURN - ROUNDING ? 0 : wrapped;
}

// @ts-expect-error: decorator
@inline
function meet(state: usize, diagonal: usize, m: i32): void {
  const spot = state + (<usize>m << 4);
  const flags = load<i32>(spot, FLAGS);
  if (flags & MET) return;
  store<i32>(spot, flags | MET, FLAGS);
  const phase = load<f64>(diagonal + (<usize>m << 3));
  const whole = nearest(phase / QUARTER);
  store<i32>(spot, load<i32>(spot, QUARTERS) + <i32>whole, QUARTERS);
  store<f64>(spot, load<f64>(spot) + (phase - whole * QUARTER));
}

// @ts-expect-error: decorator
@inline
function setOwed(spot: usize, count: i32, rest: f64): void {
  const whole = nearest(rest / QUARTER);
  store<i32>(spot, (count + <i32>whole) & 3, QUARTERS);
  store<f64>(spot, rest - whole * QUARTER);
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

/**
 * theta and phi of the MZIs in the order that layOut found; `at` holds where each factor's c, re and im stand (im 0: a real matrix), `state`
 * what the modes owe.
 */
export function setPhases(
  count: i32, turnAt: i32, transposed: bool, factors: usize, mode: usize, at: usize, c: usize, re: usize, im: usize, diagonal: usize,
  state: usize, theta: usize, phi: usize,
): void {
  const end = mode + (<usize>count << 2);
  for (; mode < end; mode += 4, factors += 4, theta += 8, phi += 8) {
    const n = load<i32>(factors);
    const m = load<i32>(mode);
    if (n >= turnAt) {
      meet(state, diagonal, m);
      meet(state, diagonal, m + 1);
    }
    const factor = transposed ? count - 1 - n : n;
    const spot = <usize>load<i32>(at + (<usize>factor << 2)) << 3;
    const cosine = load<f64>(c + spot);
    const real = load<f64>(re + spot);
    let sigma = abs<f64>(real);
    let psi: f64 = 0;
    let psiQuarters = transposed ? 2 : 0;
    if (im != 0) {
      const imaginary = load<f64>(im + spot);
      sigma = sqrt<f64>(real * real + imaginary * imaginary);
      psi = Math.atan2(transposed ? -imaginary : imaginary, real);
    } else if (real < 0) psiQuarters += 2;

    const bar = cosine >= sigma;
    const etaQuarters = bar ? 0 : 1;
    const angle = 2 * (bar ? Math.atan2(sigma, cosine) : Math.atan2(cosine, sigma));
    const thetaHere = bar ? Math.PI - angle : angle;
    const eta = bar ? (Math.PI - thetaHere) / 2 + QUARTER_TAIL : -thetaHere / 2;

    const spotA = state + (<usize>m << 4);
    const flags = load<i32>(spotA, FLAGS) | load<i32>(spotA, 16 + FLAGS);
    const aRest = load<f64>(spotA);
    const aCount = load<i32>(spotA, QUARTERS);
    let bQuarters = load<i32>(spotA, 16 + QUARTERS);
    let b = load<f64>(spotA, 16);
    if (load<i32>(spotA, 16 + FLAGS) & DARK) {
      bQuarters = aCount + psiQuarters - 2;
      b = aRest + psi;
    }
    const phiQuarters = aCount - bQuarters + psiQuarters - 2;
    const phiRest = aRest - b + psi;
    const aQuarters = bQuarters - psiQuarters + etaQuarters;
    const a = b - psi + eta;
    bQuarters += etaQuarters;
    b += eta;

    let phiHere: f64 = 0;
    let phiError: f64 = 0;
    if (cosine == 0) {
      bQuarters += phiQuarters;
      b += phiRest;
    } else if (!(flags & DARK)) {
      phiHere = turn(<f64>phiQuarters * QUARTER + phiRest);
      const near = nearest((phiHere - phiRest) / QUARTER);
      phiError = phiHere - near * QUARTER - phiRest - near * QUARTER_TAIL;
    }
    setOwed(spotA, aQuarters, a - phiError * cosine * cosine);
    setOwed(spotA + 16, bQuarters, b - phiError * sigma * sigma);
    if (flags & DARK) {
      store<i32>(spotA, load<i32>(spotA, FLAGS) & ~DARK, FLAGS);
      store<i32>(spotA, load<i32>(spotA, 16 + FLAGS) & ~DARK, 16 + FLAGS);
    }
    store<f64>(theta, thetaHere);
    store<f64>(phi, phiHere);
  }
}
