/** Largest deviation of a signal from its nominal field that counts as rounding, in units of the signal. */
export const DEVIATION_LIMIT = 1e-9;

/** The larger of two deviations. One that is not a number is the largest of all, and stays it. */
export function larger(a: number, b: number): number {
  return Number.isNaN(a) || a > b ? a : b;
}
