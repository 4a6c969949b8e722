/**
 * Euclidean norm of any number of entries, without overflow or underflow on the way: the entries are divided by the
 * largest, and their squares are summed with Kahan's compensation. Unlike Math.hypot it takes arrays of any length and
 * uses nothing but +, -, *, / and sqrt, which IEEE 754 fixes: the same bits on every machine. NaN and infinity as Math.hypot.
 */
export function norm(values: Iterable<number>): number {
  let largest = 0;
  let unknown = false;
  const sizes: number[] = [];
  for (const value of values) {
    const size = Math.abs(value);
    if (Number.isNaN(size)) unknown = true;
    else if (size > largest) largest = size;
    sizes.push(size);
  }
  if (largest === Infinity) return Infinity;
  if (unknown) return Number.NaN;
  if (largest === 0) return 0;
  let sum = 0;
  let compensation = 0;
  for (const size of sizes) {
    const share = size / largest;
    const summand = share * share - compensation;
    const next = sum + summand;
    compensation = next - sum - summand;
    sum = next;
  }
  return Math.sqrt(sum) * largest;
}

/** The largest of any number of numbers, which a call of Math.max cannot take; -Infinity where there are none. */
export function largestOf(numbers: Iterable<number>): number {
  let largest = -Infinity;
  for (const number of numbers) largest = Math.max(largest, number);
  return largest;
}

/** The least of any number of numbers; Infinity where there are none. */
export function leastOf(numbers: Iterable<number>): number {
  let least = Infinity;
  for (const number of numbers) least = Math.min(least, number);
  return least;
}

/** sqrt(x^2 + y^2) for finite numbers: `norm` of two, without an array. */
export function hypotenuse(x: number, y: number): number {
  const a = Math.abs(x);
  const b = Math.abs(y);
  const largest = Math.max(a, b);
  if (largest === 0) return 0;
  const p = a / largest;
  const q = b / largest;
  return Math.sqrt(p * p + q * q) * largest;
}

/**
 * Factor that lifts entries whose squares sum to `square` out of the range where squares lose digits. Far from the diagonal, entries
 * of a nearly diagonal matrix do get subnormal, and a rotation aimed at such a pair must be orthogonal all the same.
 */
export function lift(square: number): number {
  return square < 1e-280 ? 2 ** 700 : 1;
}

/** Of n entries of x from p on and of y from q on, in four sums. */
export function dot(x: Float64Array, p: number, y: Float64Array, q: number, n: number): number {
  let d0 = 0;
  let d1 = 0;
  let d2 = 0;
  let d3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    d0 += x[p + i]! * y[q + i]!;
    d1 += x[p + i + 1]! * y[q + i + 1]!;
    d2 += x[p + i + 2]! * y[q + i + 2]!;
    d3 += x[p + i + 3]! * y[q + i + 3]!;
  }
  for (; i < n; i++) d0 += x[p + i]! * y[q + i]!;
  return d0 + d1 + (d2 + d3);
}
