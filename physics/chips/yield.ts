import {
  type ChipLight,
  type Circuit,
  type Draw,
  type DrawnErrors,
  drawnChips,
  drawnErrors,
  type ErrorDeviations,
} from "../../netlist/index.ts";
import { interval95, judgeShare, type ShareVerdict, type Steps } from "../../verify/index.ts";
import { chipIsGood } from "./judge.ts";
import { type Judge, type MonteCarloPlan, methodOf, planMonteCarlo } from "./monte-carlo-plan.ts";

/** The question about chips: these numbers and the circuit decide every result. */
export interface YieldQuestion {
  readonly errors: DrawnErrors;
  /** A safe integer >= 0. */
  readonly seed: number;
}

/** One chip: whether it reads every word right, and what it was drawn with. */
export interface ChipResult {
  readonly chip: number;
  readonly good: boolean;
  /** Root mean square of the errors of its phases, of drivers and neighbours too, rad. */
  readonly phaseRad: number;
  /** The shared part of its couplers' angles, rad. */
  readonly couplerCommonRad: number;
  /** Largest offset of a neuron, in field units. */
  readonly offset: number;
  /** Root mean square of the phases of the workers' light, rad. */
  readonly workerPhaseRad: number;
  /** Of the reference light's field, relative. */
  readonly reference: number;
}

export interface Yield {
  readonly chips: number;
  readonly good: number;
  /** Share of good chips, and where it is with 95 % confidence (Clopper-Pearson). */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly method: Judge["kind"];
  readonly vectors: number | null;
  readonly seed: number;
}

/** Chips number from..to-1, each by a seed of its own: who asks for which range changes nothing. */
export function* chipSteps(
  plan: MonteCarloPlan,
  question: YieldQuestion,
  from: number,
  to: number,
): Steps<readonly ChipResult[]> {
  const { errors } = drawnErrors(question.errors);
  const chipAt = drawnChips(plan, question.errors, question.seed);
  const results: ChipResult[] = [];
  for (let chip = from; chip < to; chip++) {
    const { draw, light } = chipAt(chip);
    results.push(resultOf(plan, errors, chip, draw, light));
    yield { done: chip + 1 - from, total: to - from, unit: "chips", wrong: null };
  }
  return results;
}

/** A chip of that number with its errors, as it is judged. */
export function resultOf(
  plan: MonteCarloPlan,
  errors: ErrorDeviations,
  chip: number,
  draw: Draw,
  light: ChipLight,
): ChipResult {
  return {
    chip,
    good: chipIsGood(plan, light),
    phaseRad: phaseOf(plan, light),
    couplerCommonRad: errors.couplerCommonRad * draw.couplerCommon,
    offset: light.devices.offset.reduce((most, it) => Math.max(most, Math.abs(it)), 0),
    workerPhaseRad: errors.workerPhaseRad * rootMeanSquare(draw.workerPhase),
    reference: errors.reference * draw.reference,
  };
}

/** How many of the chips were good, of however many there are. */
export function yieldOf(circuit: Circuit, seed: number, chips: number, good: number): Yield {
  return {
    chips,
    good,
    share: chips === 0 ? 0 : good / chips,
    ...interval95(good, chips),
    ...methodOf(circuit),
    seed,
  };
}

/** Plan, chips and share in one. */
export function* yieldSteps(circuit: Circuit, question: YieldQuestion, chips: number): Steps<Yield> {
  const plan = yield* planMonteCarlo(circuit, question.seed);
  const results = yield* chipSteps(plan, question, 0, chips);
  return yieldOf(circuit, question.seed, chips, results.filter(({ good }) => good).length);
}

/** Independent errors of every phase, rad, and nothing else. */
export function phaseQuestion(sigmaRad: number, seed: number): YieldQuestion {
  return { errors: { kind: "phases", sigmaRad }, seed };
}

/** The yield at one size of phase errors, as `optinc yield --phase` and `optinc verify --phase-sigma` count it. */
export interface PhaseYield extends Yield {
  readonly sigmaRad: number;
}

/** Whether at least (or, with `most`, at most) the share of the chips is good; asks no more chips than decide it. */
export function* shareSteps(
  plan: MonteCarloPlan,
  question: YieldQuestion,
  chips: number,
  bound: "least" | "most",
  share: number,
): Steps<boolean> {
  const isGood = judgeOf(plan, question);
  const allowed = bound === "least" ? chips - Math.ceil(share * chips) : Math.floor(share * chips);
  let against = 0;
  for (let chip = 0; chip < chips; chip++) {
    if (isGood(chip) === (bound === "most")) against++;
    if (against > allowed) return false;
    yield { done: chip + 1, total: chips, unit: "chips", wrong: null };
  }
  return true;
}

/** How many of the first chips are good, as few of them as say what share of all chips is. */
export interface YieldSample {
  readonly chips: number;
  readonly good: number;
  readonly share: ShareVerdict;
}

/** Draws chips until their share is judged, and no more than `most`. */
export function* sampleSteps(plan: MonteCarloPlan, question: YieldQuestion, most: number): Steps<YieldSample> {
  const isGood = judgeOf(plan, question);
  for (let chips = 1, good = 0; ; chips++) {
    if (isGood(chips - 1)) good++;
    yield { done: chips, total: most, unit: "chips", wrong: null };
    const share = judgeShare(good, chips);
    if (share !== "undecided" || chips >= most) return { chips, good, share };
  }
}

function judgeOf(plan: MonteCarloPlan, { errors, seed }: YieldQuestion): (chip: number) => boolean {
  const chipAt = drawnChips(plan, errors, seed);
  return (chip) => chipIsGood(plan, chipAt(chip).light);
}

function phaseOf({ places: { theta, phi } }: MonteCarloPlan, { devices: { thetaRad, phiRad } }: ChipLight): number {
  return rootMeanSquare([
    ...thetaRad.filter((_, step) => theta[step] === 1),
    ...phiRad.filter((_, step) => phi[step] === 1),
  ]);
}

function rootMeanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return values.length === 0 ? 0 : Math.sqrt(sum / values.length);
}
