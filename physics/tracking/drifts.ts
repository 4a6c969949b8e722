import { type Circuit, gaussianFrom, seededRandom, seedOfChip } from "../../netlist/index.ts";
import type { Calibration } from "../bringup/calibrated-chips.ts";
import type { DriftedPhases } from "../bringup/simulated-chip.ts";
import type { Wiring } from "../bringup/wiring.ts";
import { answerOf } from "../budget/answers.ts";
import { radPerUmOf } from "../budget/drift.ts";
import type { Reading } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";

/** How fast the phases of one chip drift. */
export interface Drifts {
  /** Of the fibre of each of `circuit.inputs`, rad/s: normal numbers times fibre-drift; 0 for constant light. */
  readonly fibres: Float64Array;
  /** Of each heater a normal number of its own, times this and the root of the seconds, rad. */
  readonly walkRad: number;
  /** By temperature and laser together, rad/s of 1 um of waveguide. */
  readonly radPerUm: number;
  readonly temperatureK: number;
  readonly frequencyHz: number;
}

export function driftsOf(circuit: Circuit, reading: Reading, gaussian: () => number): Drifts {
  const [temperatureK, frequencyHz] = [reading.value("chip-temperature-drift"), reading.value("laser-frequency-drift")];
  const fibre = reading.value("fibre-drift");
  return {
    fibres: Float64Array.from(circuit.inputs, ({ kind }) => (kind === "worker" ? fibre * gaussian() : 0)),
    walkRad: reading.value("heater-walk") / Math.sqrt(3600),
    radPerUm: radPerUmOf(reading, temperatureK, frequencyHz),
    temperatureK,
    frequencyHz,
  };
}

/** Normal numbers for the drifts of a chip: the same whatever is read of it. */
export function driftNumbers(seed: number, chip: number): () => number {
  return gaussianFrom(seededRandom((seedOfChip(seed, chip) ^ 0x3c6ef372) >>> 0));
}

/** The phases so many seconds after the chip was set. `walked`: of each heater its normal numbers so far, times the roots of their times. */
export function driftedBy({ fibres, walkRad, radPerUm }: Drifts, seconds: number, walked: Float64Array): DriftedPhases {
  return {
    heaters: walked.map((number) => walkRad * number),
    fibres: fibres.map((rate) => rate * seconds),
    radPerUm: radPerUm * seconds,
  };
}

export function noWalk({ heaters }: Wiring): Float64Array {
  return new Float64Array(heaters.size);
}

/** Time that passes on a chip: the phases after so many more seconds. */
export type PassingTime = (seconds: number) => DriftedPhases;

export function passingTime(drifts: Drifts, wiring: Wiring, numbers: () => number): PassingTime {
  const walked = noWalk(wiring);
  let since = 0;
  return (seconds) => {
    since += seconds;
    for (let heater = 0; heater < walked.length; heater++) walked[heater]! += numbers() * Math.sqrt(seconds);
    return driftedBy(drifts, since, walked);
  };
}

/** How a chip of that number drifts as time passes; null where the technology does not say. */
export function chipDrift(
  { wiring }: Calibration,
  technology: Technology,
  seed: number,
  chip: number,
): PassingTime | null {
  const numbers = driftNumbers(seed, chip);
  const drifts = answerOf(technology, (reading) => driftsOf(wiring.circuit, reading, numbers));
  return drifts.kind === "value" ? passingTime(drifts.value, wiring, numbers) : null;
}
