import type { ChipLight, Circuit, Launch } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { withDrift } from "../chips/common-drift.ts";
import { largestSize } from "../chips/largest-size.ts";
import { type TriedWords, triedWords, wrongWords } from "../chips/tried-words.ts";
import { LIGHT_SPEED_M_S } from "../light/part-figures.ts";
import { qOfError } from "../noise/noise.ts";
import type { Reading } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { type Answer, answerOf } from "./answers.ts";
import { longestWaveguideUm } from "./hardware.ts";

/** How far light may turn after its phases were set, until a word is wrong. */
export interface Drift {
  /** The longest waveguide between devices, um; the phase below is its. */
  readonly longestUm: number;
  /** The largest phase, of either sign, at which no word is wrong, rad; pi where none up to there is. */
  readonly phaseRad: number;
  /** The same as a change of the chip's temperature, K, and of the laser's frequency, Hz. */
  readonly temperatureK: number;
  readonly frequencyHz: number;
  readonly fibres: Fibres;
  readonly vectors: number;
  /** Whether these are all. */
  readonly all: boolean;
}

/** What the workers' fibres may differ in. */
export interface Fibres {
  /** The largest phase of every worker's light against the reference, of any signs, at which no word is wrong, rad. */
  readonly phaseRad: number;
  /** Difference in length, m, at which the laser's linewidth alone takes that phase as often as words may be wrong. */
  readonly mismatchM: number;
  /** Change of temperature, K, of 1 m of one fibre that takes it. */
  readonly temperatureKPerM: number;
}

/** Of standard single-mode fibre at 1550 nm (Corning SMF-28, product information). */
const FIBRE_GROUP_INDEX = 1.4682;
/** Of 1 m of such a fibre, rad/K (10.1117/12.2556424). */
const FIBRE_RAD_PER_M_K = 48;

/**
 * A common change of temperature or of the laser turns each waveguide's light by a phase that grows with its length:
 * 2 pi L index-by-temperature dT / wavelength, and 2 pi L group-index df / c. Light of neurons' carriers and of the references is
 * taken as not turned, and so are devices, of which all light passes about the same. Fibres turn all light of a worker: phase noise of a laser of
 * linewidth v between paths that differ by L has the variance 2 pi v L n / c (a Wiener process). Words are compared with the mean, without noise;
 * `wordErrorRate` says how often a phase may be beyond. Null where the circuit has no lengths.
 */
export function* driftSteps(
  circuit: Circuit,
  technology: Technology,
  wordErrorRate: number,
  seed: number,
): Steps<Answer<Drift> | null> {
  const longestUm = longestWaveguideUm(circuit);
  if (longestUm === 0) return null;
  const given = answerOf(technology, (reading) => ({
    ...turnsOf(reading, longestUm * 1e-6),
    fibreRad2PerM: (2 * Math.PI * reading.value("laser-linewidth") * FIBRE_GROUP_INDEX) / LIGHT_SPEED_M_S,
  }));
  if (given.kind === "not-computed") return given;
  const turns = given.value;
  const words = triedWords(circuit, seed);
  const drift = yield* largestHarmless(words, Math.PI, (phaseRad) =>
    [1, -1].map((sign) => ({ devices: withDrift(circuit, (sign * phaseRad) / longestUm) })),
  );
  const fibre = yield* largestHarmless(words, Math.PI, (phaseRad) => [
    { launch: withFibres(circuit, () => phaseRad) },
    { launch: withFibres(circuit, (worker) => (worker % 2 === 0 ? phaseRad : -phaseRad)) },
  ]);
  const value: Drift = {
    longestUm,
    phaseRad: drift,
    temperatureK: drift / turns.radPerKelvin,
    frequencyHz: drift / turns.radPerHertz,
    fibres: {
      phaseRad: fibre,
      mismatchM: (fibre / qOfError(wordErrorRate)) ** 2 / turns.fibreRad2PerM,
      temperatureKPerM: fibre / FIBRE_RAD_PER_M_K,
    },
    vectors: words.vectors,
    all: words.all,
  };
  return { ...given, value };
}

/** The largest size, up to `most`, at which none of its chips has a wrong word; 0 where none was. */
export function largestHarmless(
  words: TriedWords,
  most: number,
  chipsOf: (size: number) => readonly Partial<ChipLight>[],
): Steps<number> {
  const holds = (size: number): boolean => chipsOf(size).every((chip) => wrongWords(words, chip) === 0);
  return largestSize(holds, { first: 0.01, most, halvings: 5 });
}

/** Phases of that much waveguide, m. */
function turnsOf(reading: Reading, lengthM: number) {
  const perTurn = 2 * Math.PI * lengthM;
  return {
    radPerKelvin: (perTurn * Math.abs(reading.value("index-by-temperature"))) / reading.value("wavelength"),
    radPerHertz: (perTurn * reading.value("group-index")) / LIGHT_SPEED_M_S,
  };
}

/** The phase, rad, that 1 um of waveguide gains when the chip is warmer by so many K and the laser's frequency higher by so many Hz. */
export function driftRadPerUm(technology: Technology, temperatureK: number, frequencyHz: number): Answer<number> {
  return answerOf(technology, (reading) => radPerUmOf(reading, temperatureK, frequencyHz));
}

export function radPerUmOf(reading: Reading, temperatureK: number, frequencyHz: number): number {
  const { radPerKelvin, radPerHertz } = turnsOf(reading, 1e-6);
  return radPerKelvin * temperatureK + radPerHertz * frequencyHz;
}

/** A phase at every port of a worker. */
function withFibres({ inputs }: Circuit, radOf: (worker: number) => number): Launch {
  const turns = inputs.map((port) => (port.kind === "worker" ? radOf(port.worker) : 0));
  return { re: Float64Array.from(turns, Math.cos), im: Float64Array.from(turns, Math.sin) };
}
