import type { Optics } from "../netlist/index.ts";
import { fieldRatio } from "./decibels.ts";
import { LIGHT_SPEED_M_S } from "./detections.ts";
import { columnLength } from "./power.ts";
import type { QuantityKey } from "./technology/quantities.ts";
import { readingOf } from "./technology/recorder.ts";
import type { Technology } from "./technology/technology.ts";

/** Share of a symbol period that lanes may differ by where they meet before the earlier one gets a delay line. */
const WAIT_SHARE = 1e-3;

/** What circuits are constructed with, or what the technology would have to say first. */
export interface OpticsReading {
  readonly optics: Optics | null;
  readonly missing: readonly QuantityKey[];
}

const losses: readonly QuantityKey[] = ["coupler-loss", "heater-loss", "crossing-loss", "propagation-loss"];
const lengths: readonly QuantityKey[] = ["coupler-length", "heater-length", "lane-pitch", "crossing-length"];
const times: readonly QuantityKey[] = ["group-index", "neuron-delay"];

/**
 * The optics of a technology at a symbol rate in Bd: an MZI is two couplers, two phase shifters in each arm and its length of
 * waveguide. Losses have to be given; lengths where a length loses or takes time; without group-index and neuron-delay no lane waits
 * for another, as in ideal light.
 */
export function opticsOf(technology: Technology, symbolRateBd: number): OpticsReading {
  const reading = readingOf(technology);
  const timed = times.every(reading.has);
  const long = timed || !reading.has("propagation-loss") || reading.value("propagation-loss") > 0;
  const missing = [...losses, ...(long ? lengths : [])].filter((key) => !reading.has(key));
  if (missing.length > 0) return { optics: null, missing };
  const columnM = long ? columnLength(reading) : 0;
  const heaterDb = reading.value("heater-loss");
  const dbPerM = reading.value("propagation-loss");
  const secondsPerM = timed ? reading.value("group-index") / LIGHT_SPEED_M_S : 0;
  return {
    missing,
    optics: {
      mziFieldFactor: fieldRatio(-(2 * reading.value("coupler-loss") + 2 * heaterDb + columnM * dbPerM)),
      mziDelayS: columnM * secondsPerM,
      phaseFieldFactor: fieldRatio(-heaterDb),
      phaseDelayS: long ? reading.value("heater-length") * secondsPerM : 0,
      crossingFieldFactor: fieldRatio(-reading.value("crossing-loss")),
      crossingDelayS: long ? reading.value("crossing-length") * secondsPerM : 0,
      fieldFactorPerUm: fieldRatio(-dbPerM * 1e-6),
      delaySPerUm: 1e-6 * secondsPerM,
      lanePitchUm: long ? 1e6 * reading.value("lane-pitch") : 0,
      neuronDelayS: timed ? reading.value("neuron-delay") : 0,
      matchDelays: timed,
      shortestWaitS: WAIT_SHARE / symbolRateBd,
    },
  };
}
