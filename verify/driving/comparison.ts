/** The larger of two deviations. One that is not a number is the largest of all, and stays it. */
export function larger(a: number, b: number): number {
  return Number.isNaN(a) || a > b ? a : b;
}
