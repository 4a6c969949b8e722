import { fieldRatio } from "./decibels.ts";
import { LIGHT_SPEED_M_S } from "./detections.ts";
import type { PartFigures } from "./paths.ts";
import { columnLength } from "./power.ts";
import type { Reading } from "./technology/recorder.ts";

/** Loss and time of the parts: an MZI is two couplers, two phase shifters in each arm, and its length of waveguide. */
export function partFigures(reading: Reading): PartFigures {
  const perMetre = reading.value("group-index") / LIGHT_SPEED_M_S;
  const length = columnLength(reading);
  const heater = reading.value("heater-loss");
  const mziDb = 2 * reading.value("coupler-loss") + 2 * heater + length * reading.value("propagation-loss");
  return {
    mziFieldFactor: fieldRatio(-mziDb),
    mziDelayS: length * perMetre,
    phaseFieldFactor: fieldRatio(-heater),
    phaseDelayS: reading.value("heater-length") * perMetre,
    crossingDelayS: reading.value("crossing-length") * perMetre,
    delaySPerUm: 1e-6 * perMetre,
    neuronDelayS: reading.value("neuron-delay"),
  };
}
