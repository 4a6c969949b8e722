import { measured } from "../../dsl/index.ts";
import { drawnErrors } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { type Calibration, setAlike, setChip, uncalibratedChip } from "../bringup/calibrated-chips.ts";
import { AVERAGED } from "../bringup/carry-out.ts";
import { comparedTo, LARGEST_SHIFT, type ProbeReading } from "../bringup/health.ts";
import {
  type Correction,
  correctionOf,
  errorsOfKnobs,
  type Loop,
  loopOf,
  type Pilot,
  QUARTERS,
  readFields,
} from "../bringup/pilots.ts";
import type { Knob } from "../bringup/procedure.ts";
import type { BenchErrors, DriftedPhases, SimulatedChip } from "../bringup/simulated-chip.ts";
import { type Answer, answerSteps, notReached } from "../budget/answers.ts";
import { chipIsGood } from "../chips/judge.ts";
import { largestSize } from "../chips/largest-size.ts";
import type { MonteCarloPlan } from "../chips/monte-carlo-plan.ts";
import { streamedWords, wrongWords } from "../chips/tried-words.ts";
import type { YieldQuestion } from "../chips/yield.ts";
import type { Reading } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { type Drifts, driftedBy, driftNumbers, driftsOf, noWalk, passingTime } from "./drifts.ts";

export interface TrackOptions {
  readonly technology: Technology;
  readonly symbolRateBd: number;
  readonly question: YieldQuestion;
  readonly bench: BenchErrors;
  readonly chip: number;
  /** Rounds of pilots a second, and the share of the error that a round takes away. */
  readonly rateHz: number;
  readonly gain: number;
  readonly rounds: number;
}

/** What a round of pilots costs. */
export interface LoopFigures {
  readonly bandwidthHz: number;
  /** Of one round: its pilots, and the heaters of the oscillators that settle at each quarter of a turn. */
  readonly roundS: number;
  /** Share of the time in which no words are sent. */
  readonly lost: number;
}

/** Phases by which one knob is off before a round: as the drifts and the noise of readings give them, and as the simulated chip had them. */
export interface KnobResidual {
  readonly knob: Knob;
  readonly lagRad: number;
  readonly walkRad: number;
  readonly noiseRad: number;
  /** Half of the largest step of its driver. */
  readonly driverRad: number;
  readonly rmsRad: number;
  readonly largestRad: number;
}

export interface TrackedTime {
  readonly seconds: number;
  /** Root of the mean square over all knobs, and the largest; rad. */
  readonly rmsRad: number;
  readonly largestRad: number;
  /** Of the words that are tried; whether all words are proved right; and wrong words without tracking. */
  readonly wrong: number;
  readonly right: boolean;
  readonly untracked: number;
}

export interface TrackedDetector {
  readonly name: string;
  readonly pilots: number;
  /** Readings of its pilots over its largest one: the least and the largest field. */
  readonly least: number;
  readonly most: number;
}

export interface Tracking {
  readonly loop: LoopFigures;
  readonly drifts: Drifts;
  readonly pilots: readonly Pilot[];
  readonly detectors: readonly TrackedDetector[];
  readonly knobs: readonly KnobResidual[];
  readonly times: readonly TrackedTime[];
  readonly words: number;
  readonly all: boolean;
  /** Light that the steps of the bring-up read, and how much of it is off by more than LARGEST_SHIFT in the end. */
  readonly health: { readonly readings: number; readonly off: number; readonly untracked: number };
  /** How long all words stay right without tracking, s; MOST_S where longer. */
  readonly untrackedS: number;
  /** Share of the time in which all words are right: tracked, and set again each time that a word would be wrong. */
  readonly availability: number;
  readonly untrackedAvailability: number;
}

/** Times at which words are tried. */
const TRIED = 20;
/** Longest time without tracking that is looked at, and the shortest; s. */
export const MOST_S = 1e6;
const LEAST_S = 1e-6;

/** A chip that its bring-up set, kept set while it drifts. Null where words are wrong before. */
export function* trackSteps(
  plan: MonteCarloPlan,
  calibration: Calibration,
  options: TrackOptions,
): Steps<Answer<Tracking | null>> {
  return yield* answerSteps(options.technology, (reading) => trackedSteps(plan, calibration, options, reading));
}

function* trackedSteps(
  plan: MonteCarloPlan,
  calibration: Calibration,
  options: TrackOptions,
  reading: Reading,
): Steps<Tracking | null> {
  const { rateHz, gain, rounds, question, chip } = options;
  const { wiring } = calibration;
  const loop = loopOf(calibration);
  const numbers = driftNumbers(question.seed, chip);
  const drifts = driftsOf(wiring.circuit, reading, numbers);
  const figures = loopFigures(loop, options, drifts, reading);
  const retrimS = reading.value("retrim-time");
  const { noisy, exact } = setChips(plan, calibration, options);
  if (!chipIsGood(plan, exact.light())) return null;
  const { instruments } = noisy;
  const correction = correctionOf(loop, instruments);
  const wanted = readFields(loop, instruments);
  const was = readFields(loop, exact.instruments);
  const words = streamedWords(wiring.circuit, question.seed);
  const settingsNow = (): Float64Array => Float64Array.from(loop.knobs, instruments.setting);
  const set = settingsNow();
  const errorsNow = (): Float64Array => errorsOfKnobs(correction, readFields(loop, exact.instruments), was, null);
  const compared = comparedTo(calibration, exact);
  const offOf = (read: readonly ProbeReading[]): number =>
    read.filter(({ shift }) => Math.abs(shift) > LARGEST_SHIFT).length;
  const predicted = predictedResiduals(loop, correction, errorsAfter(1 / rateHz), drifts, options);
  const seen: Float64Array[] = [];
  const times: Omit<TrackedTime, "untracked">[] = [];
  const passed: DriftedPhases[] = [];
  const after = passingTime(drifts, wiring, numbers);
  const every = Math.max(1, Math.floor(rounds / TRIED));
  for (let round = 1; round <= rounds; round++) {
    const phases = after(1 / rateHz);
    for (const each of [noisy, exact]) each.turn(phases);
    const errors = errorsNow();
    if (round > rounds / 2) seen.push(errors);
    if (round % every === 0) {
      const light = exact.light();
      const right = chipIsGood(plan, light);
      times.push({ seconds: round / rateHz, ...sizesOf(errors), wrong: wrongWords(words, light), right });
      passed.push(phases);
    }
    const settings = settingsNow();
    const moves = settings.map((setting, k) => setting - set[k]!);
    const off = errorsOfKnobs(correction, readFields(loop, noisy.instruments), wanted, moves);
    for (const [k, knob] of loop.knobs.entries()) {
      for (const each of [noisy, exact]) each.instruments.set(knob, settings[k]! - gain * off[k]!);
    }
    yield { done: round, total: rounds, unit: "rounds", wrong: null };
  }
  const alone = setChips(plan, calibration, options).exact;
  const untrackedS = yield* untrackedSteps(plan, alone, drifts, noWalk(wiring).map(numbers));
  const tried = times.map((time, i) => {
    alone.turn(passed[i]!);
    return { ...time, untracked: wrongWords(words, alone.light()) };
  });
  const holds = times.every(({ right }) => right);
  const read = compared(exact);
  return {
    loop: figures,
    drifts,
    pilots: loop.pilots,
    detectors: detectorsOf(loop, was),
    knobs: loop.knobs.map((knob, k) => ({
      knob,
      ...predicted[k]!,
      ...sizesOf(Float64Array.from(seen, (errors) => errors[k]!)),
    })),
    times: tried,
    words: words.vectors,
    all: words.all,
    health: { readings: read.length, off: offOf(read), untracked: offOf(compared(alone)) },
    untrackedS,
    availability: holds ? 1 - figures.lost : 0,
    untrackedAvailability: untrackedS / (untrackedS + retrimS),
  };

  /** By how much knobs are off when drifts that are steady have gone on for so long. */
  function errorsAfter(seconds: number): Float64Array {
    exact.turn(driftedBy(drifts, seconds, noWalk(wiring)));
    const errors = errorsNow();
    exact.turn(driftedBy(drifts, 0, noWalk(wiring)));
    return errors;
  }
}

/** The same chip twice: read with noise, and without. */
function setChips(
  plan: MonteCarloPlan,
  calibration: Calibration,
  { question, bench, chip }: TrackOptions,
): { readonly noisy: SimulatedChip; readonly exact: SimulatedChip } {
  const noisy = uncalibratedChip(plan, calibration, question, bench, chip);
  setChip(calibration, noisy);
  const exact = uncalibratedChip(plan, calibration, question, { monitorNoise: 0 }, chip);
  exact.drift();
  setAlike(calibration, noisy, exact);
  return { noisy, exact };
}

function loopFigures(
  { pilots }: Loop,
  { rateHz, gain, symbolRateBd }: TrackOptions,
  { fibres }: Drifts,
  reading: Reading,
): LoopFigures {
  const settlingS = reading.value("heater-settling");
  const roundS = QUARTERS * (settlingS + (pilots.length * AVERAGED) / symbolRateBd);
  // a phase of a worker's light that has gone through a whole turn starts again
  const turns = fibres.reduce((sum, rate) => sum + Math.abs(rate) / (2 * Math.PI), 0);
  const lost = rateHz * roundS + turns * settlingS;
  if (lost >= 1)
    throw notReached(
      `${measured(rateHz, "Hz")} of rounds leave no time for words: each takes ${measured(roundS, "s")}`,
    );
  return { bandwidthHz: (gain * rateHz) / (2 * Math.PI), roundS, lost };
}

/** Before a round, in the steady state of a loop of first order. `steady`: of one period without tracking. */
function predictedResiduals(
  { knobs }: Loop,
  { ofReadings }: Correction,
  steady: Float64Array,
  { walkRad }: Drifts,
  { rateHz, gain, bench, question }: TrackOptions,
): Pick<KnobResidual, "lagRad" | "walkRad" | "noiseRad" | "driverRad">[] {
  const reading = bench.monitorNoise / Math.sqrt(2 * AVERAGED);
  const { dac } = drawnErrors(question.errors).errors;
  return knobs.map(({ kind }, k) => ({
    lagRad: Math.abs(steady[k]!) / gain,
    walkRad: kind === "heater" ? walkRad / Math.sqrt(rateHz * gain * (2 - gain)) : 0,
    driverRad: kind === "heater" && dac !== null ? dac.rangeRad / (2 ** dac.bits - 1) : 0,
    noiseRad: reading * Math.hypot(...ofReadings[k]!) * Math.sqrt(gain / (2 - gain)),
  }));
}

function untrackedSteps(plan: MonteCarloPlan, chip: SimulatedChip, drifts: Drifts, drawn: Float64Array): Steps<number> {
  const holds = (seconds: number): boolean => {
    const after = (time: number): void =>
      chip.turn(
        driftedBy(
          drifts,
          time,
          drawn.map((number) => number * Math.sqrt(time)),
        ),
      );
    after(seconds);
    const good = chipIsGood(plan, chip.light());
    after(0);
    return good;
  };
  return largestSize(holds, { first: LEAST_S, most: MOST_S, halvings: 8 });
}

function detectorsOf({ pilots, detectors }: Loop, fields: Float64Array): TrackedDetector[] {
  const read = detectors.map((): number[] => []);
  let at = 0;
  for (const pilot of pilots) {
    for (const k of pilot.detectors) {
      read[k]!.push(Math.hypot(fields[at]!, fields[at + 1]!));
      at += 2;
    }
  }
  return detectors.map(({ monitor }, k) => ({
    name: `${monitor.kind} ${monitor.name}`,
    pilots: read[k]!.length,
    least: Math.min(...read[k]!),
    most: Math.max(...read[k]!),
  }));
}

function sizesOf(errors: Float64Array): Pick<TrackedTime, "rmsRad" | "largestRad"> {
  const sizes = errors.map(Math.abs);
  return { rmsRad: Math.hypot(...sizes) / Math.sqrt(Math.max(1, sizes.length)), largestRad: Math.max(0, ...sizes) };
}
