/**
 * The one number formatter of everything that is printed: the shortest decimal that reads back as the same double.
 * Valid in JSON, CSV and SPICE alike. Throws on NaN and infinities, which no checked circuit contains.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    throw new RangeError(`a circuit holds finite numbers only, not ${value}`);
  }
  return Object.is(value, -0) ? "-0" : String(value);
}
