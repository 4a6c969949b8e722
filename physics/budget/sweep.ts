import {
  type Circuit,
  chipSimulator,
  compileSimulation,
  type DeviceErrors,
  type DispersedCircuit,
  type SpectrumPoint,
} from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { chipIsGood } from "../chips/judge.ts";
import { largestSize } from "../chips/largest-size.ts";
import { type Judge, methodOf, planMonteCarlo } from "../chips/monte-carlo-plan.ts";
import { triedWords, wrongWords } from "../chips/tried-words.ts";
import { withoutFreePhases } from "../light/free-phases.ts";
import { LIGHT_SPEED_M_S } from "../light/part-figures.ts";
import { dispersionOf, type Offset, offsetErrors, type Trim } from "../light/wavelength.ts";
import type { Technology } from "../technology/technology.ts";
import { type Answer, answerOf, answerSteps } from "./answers.ts";
import { countHardware, type Hardware, longestWaveguideUm } from "./hardware.ts";

/** What is changed: the laser alone, the chip's temperature alone, or both, so that the phases of waveguides stay. */
export type SweepAxis = "laser" | "chip" | "both";

/** How far a circuit bears one change. Sizes are metres of wavelength of the laser, else kelvin of the chip. */
export interface SweepRange {
  readonly axis: SweepAxis;
  readonly trim: Trim;
  /** The ends of the range about 0 in which every word is proved right, or the largest sizes that are tried. */
  readonly low: number;
  readonly high: number;
  readonly points: readonly SweepPoint[];
}

export interface SweepPoint extends Offset {
  readonly size: number;
  readonly isProved: boolean;
  /** Of the vectors that are tried. */
  readonly wrong: number;
}

export interface Sweep {
  readonly wavelengthM: number;
  /** By how much the laser has to follow the chip so that the phases of waveguides stay, m/K; 0 without lengths. */
  readonly followMPerK: number;
  readonly method: Judge["kind"];
  readonly vectors: number;
  /** Whether these are all. */
  readonly all: boolean;
  /** Whether waveguides have lengths. */
  readonly hasLengths: boolean;
  readonly ranges: readonly SweepRange[];
  /** That several wavelengths would share. */
  readonly hardware: Hardware;
  /** Quantities that the technology does not give: what they change is left out. */
  readonly notGiven: readonly string[];
}

/** Beyond these a second order in the wavelength and one slope by temperature say little. */
export const MOST_SWEPT: Readonly<Record<SweepAxis, number>> = { laser: 50e-9, chip: 100, both: 100 };

/** A range is looked for from this share of the largest size on. */
const FIRST = 2 ** -26;

/** Its end is halved so often. */
const HALVINGS = 8;

/** The points of a range spread over so many times its length. */
const BEYOND = 1.5;

/** What is swept, in the order of the report. Once phases are trimmed waveguides do not count, nor then whether the laser follows. */
const SWEPT: readonly (readonly [Trim, SweepAxis])[] = [
  ["untrimmed", "laser"],
  ["untrimmed", "chip"],
  ["untrimmed", "both"],
  ["trimmed", "laser"],
  ["trimmed", "chip"],
];

/** Where a circuit of a technology is right. `points`: of each range. Not computed where the technology has no wavelength. */
export function sweepSteps(
  circuit: Circuit,
  technology: Technology,
  points: number,
  seed: number,
): Steps<Answer<Sweep>> {
  return answerSteps(technology, function* (reading) {
    const hasLengths = longestWaveguideUm(circuit) > 0;
    const notGiven: string[] = [];
    const parts = dispersionOf(reading, hasLengths, notGiven);
    const plan = yield* planMonteCarlo(circuit, seed);
    const words = triedWords(circuit, seed);
    const errorsAt = offsetErrors(circuit, parts);
    const { groupIndex, indexByTemperature, wavelengthM } = parts;
    const followMPerK = groupIndex > 0 ? (indexByTemperature * wavelengthM) / groupIndex : 0;
    const ranges: SweepRange[] = [];
    for (const [trim, axis] of SWEPT) {
      if (axis === "both" && followMPerK === 0) continue;
      const offsetAt = (size: number): Offset => ({
        wavelengthM: axis === "laser" ? size : axis === "both" ? size * followMPerK : 0,
        temperatureK: axis === "laser" ? 0 : size,
      });
      const devicesAt = (size: number): DeviceErrors => errorsAt(offsetAt(size), trim);
      const { launch } = plan.simulator;
      const holds = (size: number): boolean => chipIsGood(plan, { devices: devicesAt(size), launch });
      const pointAt = (size: number): SweepPoint => {
        const wrong = wrongWords(words, { devices: devicesAt(size) });
        return { size, ...offsetAt(size), isProved: holds(size), wrong };
      };
      const search = { first: FIRST * MOST_SWEPT[axis], most: MOST_SWEPT[axis], halvings: HALVINGS };
      const low = -(yield* largestSize((size) => holds(-size), search));
      const high = yield* largestSize(holds, search);
      ranges.push({ axis, trim, low, high, points: yield* pointSteps(pointAt, low, high, points) });
    }
    return {
      ...{ wavelengthM, followMPerK, hasLengths, ranges, notGiven, hardware: countHardware(circuit) },
      method: methodOf(circuit).method,
      vectors: words.vectors,
      all: words.all,
    };
  });
}

/** Evenly, and somewhat beyond both ends. */
function* pointSteps(
  pointAt: (size: number) => SweepPoint,
  low: number,
  high: number,
  count: number,
): Steps<SweepPoint[]> {
  const found: SweepPoint[] = [];
  for (let i = 0; i < count; i++) {
    const share = BEYOND * (i / Math.max(1, count - 1)) - (BEYOND - 1) / 2;
    found.push(pointAt(low + share * (high - low)));
    yield { done: i, total: count, unit: "chips", wrong: null };
  }
  return found;
}

/** A circuit whose models take the wavelength, with the phases as they were set. */
export function dispersedCircuit(circuit: Circuit, technology: Technology): Answer<DispersedCircuit> {
  return answerOf(technology, (reading) => {
    const parts = dispersionOf(reading, longestWaveguideUm(circuit) > 0, []);
    return { ...parts, built: withoutFreePhases(circuit) };
  });
}

/** A circuit at some frequencies of the laser, with the phases as they were set. */
export function spectrumOf(
  circuit: Circuit,
  technology: Technology,
  frequenciesHz: readonly number[],
): Answer<readonly SpectrumPoint[]> {
  return answerOf(technology, (reading) => {
    const parts = dispersionOf(reading, longestWaveguideUm(circuit) > 0, []);
    const simulator = compileSimulation(circuit);
    const errorsAt = offsetErrors(circuit, parts);
    return frequenciesHz.map((frequencyHz) => {
      const wavelengthM = LIGHT_SPEED_M_S / frequencyHz - parts.wavelengthM;
      const errors = errorsAt({ wavelengthM, temperatureK: 0 }, "untrimmed");
      return { frequencyHz, simulator: chipSimulator(simulator, errors, simulator.launch) };
    });
  });
}
