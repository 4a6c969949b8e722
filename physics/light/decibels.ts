/** Ratios in decibel are ratios of power everywhere; a field is the square root of a power. */

/** 10^(dB / 10): of powers. */
export function powerRatio(decibels: number): number {
  return 10 ** (decibels / 10);
}

/** 10^(dB / 20): of fields. A loss is handed over with a minus sign. */
export function fieldRatio(decibels: number): number {
  return 10 ** (decibels / 20);
}

/** Decibel of a ratio of powers. */
export function decibelsOfPower(ratio: number): number {
  return 10 * Math.log10(ratio);
}

/** Decibel of a ratio of fields. */
export function decibelsOfField(ratio: number): number {
  return 20 * Math.log10(ratio);
}

/** Power in W as decibel over 1 mW. */
export function dbm(powerW: number): number {
  return decibelsOfPower(powerW / 1e-3);
}
