/** Four significant digits, without trailing zeros. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
