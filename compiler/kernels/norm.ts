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
