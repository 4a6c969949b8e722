import type { Reading } from "../technology/recorder.ts";

/** Low-pass filters of first order, by their -3 dB frequencies. */
export const filterKeys = ["modulator-bandwidth", "detector-bandwidth", "tia-bandwidth"] as const;

/** From one neuron to the next, in Hz: the modulator that sends, the photodiode and the amplifier that detect. */
export function filtersOf(reading: Reading): readonly number[] {
  return filterKeys.map(reading.value);
}

/** The amplifier of a receiver is built for the symbol rate, where the technology says how; in Hz. */
export function receiverBandwidth(reading: Reading, symbolRateBd: number): number {
  const most = reading.value("tia-bandwidth");
  if (!reading.has("receiver-bandwidth-ratio")) return most;
  return Math.min(most, reading.value("receiver-bandwidth-ratio") * symbolRateBd);
}

/** To a receiver. */
export function receiverFiltersOf(reading: Reading, symbolRateBd: number): readonly number[] {
  return [...filtersOf(reading).slice(0, -1), receiverBandwidth(reading, symbolRateBd)];
}

/** By how much an equaliser behind the amplifiers multiplies white noise: of a neuron's detection, and of a receiver's. */
export function equaliserNoise(
  reading: Reading,
  symbolRateBd: number,
  bandwidthHz: number,
): { readonly neuron: number; readonly receiver: number } {
  if (!reading.has("equaliser-bandwidth")) return { neuron: 1, receiver: 1 };
  const ownHz = reading.value("equaliser-bandwidth");
  const factor = (filters: readonly number[]): number => noiseFactor(Math.min(...filters), ownHz, bandwidthHz);
  return { neuron: factor(filtersOf(reading)), receiver: factor(receiverFiltersOf(reading, symbolRateBd)) };
}

/**
 * The mean of |1 + i f / zero|^2 / |1 + i f / pole|^2 for f from 0 to the bandwidth: what a filter that is 1 for constant light does to the
 * power of white noise. With (1 + f^2/z^2) / (1 + f^2/p^2) = p^2/z^2 + (1 - p^2/z^2) / (1 + f^2/p^2) the integral is an arc tangent.
 */
export function noiseFactor(zeroHz: number, poleHz: number, bandwidthHz: number): number {
  if (poleHz <= zeroHz) return 1;
  const squared = (poleHz / zeroHz) ** 2;
  return squared + (1 - squared) * (poleHz / bandwidthHz) * Math.atan(bandwidthHz / poleHz);
}
