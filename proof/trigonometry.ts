import type { Ball } from "./ball.ts";

/** pi / 2 in three parts of 33, 33 and 53 bits; what is missing is below 2^-118. Whole multiples of the first two below 2^20 are exact. */
const FIRST = 1.5707963267341256;
const SECOND = 6.077100506303966e-11;
const THIRD = 2.0222662487959506e-21;

/** Beyond these arguments nothing is claimed but |sin| <= 1. */
const LARGEST_RAD = 2 ** 20;
const LARGEST_REDUCED = 0.7855;

/** 1 / n!, signs alternating: x^3 to x^17, and x^4 to x^18. */
const SINE = [3, 5, 7, 9, 11, 13, 15, 17].map(inverseFactorial);
const COSINE = [4, 6, 8, 10, 12, 14, 16, 18].map(inverseFactorial);

const RELATIVE = 2 ** -51;
const REDUCTION = 2 ** -95;
const UNKNOWN: Ball = { mid: 0, rad: 1 };

/** Lemma 2: sine and cosine of a double, in radians, without asking the platform for either. */
export function sineAndCosine(x: number): { readonly sin: Ball; readonly cos: Ball } {
  const turns = Math.round(x * (2 / Math.PI));
  if (!(Math.abs(x) <= LARGEST_RAD)) return { sin: UNKNOWN, cos: UNKNOWN };
  const [a, aRest] = exactSum(x, -turns * FIRST);
  const [b, bRest] = exactSum(a, -turns * SECOND);
  const [r, rest] = exactSum(b, aRest + bRest - turns * THIRD);
  if (!(Math.abs(r) <= LARGEST_REDUCED)) return { sin: UNKNOWN, cos: UNKNOWN };
  const z = r * r;
  const s = r + (rest * (1 - z / 2) - r * z * series(SINE, z));
  const c = 1 - (z / 2 + r * rest - z * z * series(COSINE, z));
  const sin = { mid: s, rad: RELATIVE * Math.abs(s) + REDUCTION };
  const cos = { mid: c, rad: RELATIVE };
  // a quarter turn makes the sine the cosine, and the cosine the negative sine
  const turned = [sin, cos, negative(sin), negative(cos)];
  const quarter = ((turns % 4) + 4) % 4;
  return { sin: turned[quarter]!, cos: turned[(quarter + 1) % 4]! };
}

/** a + b without rounding: the double next to it, and what that leaves (Knuth). */
function exactSum(a: number, b: number): readonly [number, number] {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

/** c0 - c1 z + c2 z^2 - ... */
function series(coefficients: readonly number[], z: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = coefficients[i]! - z * sum;
  return sum;
}

function inverseFactorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return 1 / product;
}

function negative({ mid, rad }: Ball): Ball {
  return { mid: -mid, rad };
}
