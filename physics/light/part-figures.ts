import type { Reading } from "../technology/recorder.ts";
import { decibelsOfPower, fieldRatio, powerRatio } from "./decibels.ts";
import type { PartFigures } from "./paths.ts";

/** m/s, exact by definition. */
export const LIGHT_SPEED_M_S = 299792458;

/** Length of an MZI: two couplers and two heaters in a row. */
export function columnLength(reading: Reading): number {
  return 2 * reading.value("coupler-length") + 2 * reading.value("heater-length");
}

/** What of a fibre's light is in the wrong polarisation, which a chip does not take; in dB. */
export function polarisationLoss(reading: Reading): number {
  if (!reading.has("polarisation-extinction")) return 0;
  return decibelsOfPower(1 + powerRatio(-reading.value("polarisation-extinction")));
}

/** In dB, of light that goes from a fibre into a chip. */
export function arrivalLoss(reading: Reading): number {
  return reading.value("fibre-loss") + polarisationLoss(reading);
}

/** Which quantities of the parts a technology gives; what is left out loses or takes nothing. */
export interface PartsGiven {
  readonly lengths: boolean;
  readonly times: boolean;
}

/**
 * Loss and time of the parts: an MZI is two couplers and its length of waveguide; a heater loses on its own, and a fixed phase is waveguide
 * as long as one. Times need lengths.
 */
export function partFigures(reading: Reading, given: PartsGiven = { lengths: true, times: true }): PartFigures {
  const perMetre = given.times ? reading.value("group-index") / LIGHT_SPEED_M_S : 0;
  const [length, phaseLength] = given.lengths ? [columnLength(reading), reading.value("heater-length")] : [0, 0];
  const propagation = reading.value("propagation-loss");
  return {
    mziFieldFactor: fieldRatio(-2 * reading.value("coupler-loss") - length * propagation),
    heaterFieldFactor: fieldRatio(-reading.value("heater-loss")),
    mziDelayS: length * perMetre,
    phaseFieldFactor: fieldRatio(-phaseLength * propagation),
    phaseDelayS: given.times ? reading.value("heater-length") * perMetre : 0,
    crossingDelayS: given.times ? reading.value("crossing-length") * perMetre : 0,
    delaySPerUm: 1e-6 * perMetre,
    neuronDelayS: given.times ? reading.value("neuron-delay") : 0,
  };
}
