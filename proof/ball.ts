/**
 * Lemma 1: numbers that are known up to a radius. +, -, * and / of doubles are off by at most 2^-53 of the result and
 * 2^-1075 (IEEE 754); every operation below returns a ball that holds all exact results. What overflows has a radius that is
 * infinite or no number, and fails every test of the form `bound <= limit`.
 */

/** All real x with |x - mid| <= rad. */
export interface Ball {
  readonly mid: number;
  readonly rad: number;
}

/** All complex z with |z - (re + i im)| <= rad. */
export interface Disc {
  readonly re: number;
  readonly im: number;
  readonly rad: number;
}

/** Twice the rounding of two operations, of what goes into them. */
export const ROUNDING: number = 2 ** -51;

/** More than a thousand results below the normal doubles lose. */
export const TINY: number = 2 ** -1000;

/** Sums of 2^18 numbers that are not negative, more than workers have symbols, are too small by less. */
export const INFLATE: number = 1 + 2 ** -34;

export const I: Disc = { re: 0, im: 1, rad: 0 };

/** An upper bound of |re + i im|: the chord of the circle between 0 and 45 degrees. */
export function modulus(re: number, im: number): number {
  const [x, y] = [Math.abs(re), Math.abs(im)];
  return (x > y ? x + 0.41422 * y : y + 0.41422 * x) * INFLATE + TINY;
}

export function multiply(a: Disc, b: Disc): Disc {
  const [sizeA, sizeB] = [modulus(a.re, a.im), modulus(b.re, b.im)];
  const rad = sizeA * b.rad + sizeB * a.rad + a.rad * b.rad + 2 * ROUNDING * sizeA * sizeB;
  return { re: a.re * b.re - a.im * b.im, im: a.re * b.im + a.im * b.re, rad: rad * INFLATE + TINY };
}

export function add(a: Disc, b: Disc): Disc {
  const [re, im] = [a.re + b.re, a.im + b.im];
  return { re, im, rad: (a.rad + b.rad + ROUNDING * modulus(re, im)) * INFLATE + TINY };
}

/** Times a double. */
export function scale(a: Disc, factor: number): Disc {
  const [re, im] = [a.re * factor, a.im * factor];
  return { re, im, rad: (a.rad * Math.abs(factor) + ROUNDING * modulus(re, im)) * INFLATE + TINY };
}

/** re + i im of two balls. */
export function disc(re: Ball, im: Ball): Disc {
  return { re: re.mid, im: im.mid, rad: (re.rad + im.rad) * INFLATE };
}

export function real({ mid, rad }: Ball): Disc {
  return { re: mid, im: 0, rad };
}

/** Below, products lose what the check of a root needs. */
const SMALLEST = 2 ** -400;

/** sqrt x for 0 <= x <= 1, off by |x - r^2| / r: the guess r is checked by a product without rounding (Dekker). */
export function squareRoot(x: number): Ball {
  const mid = Math.sqrt(x);
  if (x < SMALLEST) return x === 0 ? { mid: 0, rad: 0 } : { mid: 0, rad: 2 ** -200 };
  const high = mid * 134217729;
  const upper = high - (high - mid);
  const lower = mid - upper;
  const square = mid * mid;
  const rest = lower * lower - (square - upper * upper - 2 * upper * lower);
  return { mid, rad: ((Math.abs(x - square - rest) + ROUNDING * ROUNDING * x) / mid) * INFLATE + TINY };
}
