import {
  type Circuit,
  type DieErrors,
  type DieLight,
  type Draw,
  type DrawnErrors,
  drawnChips,
  drawnErrors,
} from "../../netlist/index.ts";
import { finish, interval95, judgeShare, type ShareVerdict, type Steps } from "../../verify/index.ts";
import { type DiePlan, type Judge, methodOf, planDies } from "./die-plan.ts";
import { dieIsGood } from "./judge.ts";

/** What dies are asked about: these numbers and the circuit decide everything. */
export interface YieldQuestion {
  readonly errors: DrawnErrors;
  /** A safe integer >= 0. */
  readonly seed: number;
}

/** One die: whether it reads every word right, and what it was drawn with. */
export interface DieResult {
  readonly die: number;
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
  readonly dies: number;
  readonly good: number;
  /** Share of good dies, and where it is with 95 % confidence (Clopper-Pearson). */
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly method: Judge["kind"];
  readonly vectors: number | null;
  readonly seed: number;
}

/** Dies number from..to-1, each by a seed of its own: who asks for which range changes nothing. */
export function* dieSteps(
  plan: DiePlan,
  question: YieldQuestion,
  from: number,
  to: number,
): Steps<readonly DieResult[]> {
  const { errors } = drawnErrors(question.errors);
  const chip = drawnChips(plan, question.errors, question.seed);
  const results: DieResult[] = [];
  for (let die = from; die < to; die++) {
    const { draw, light } = chip(die);
    results.push(resultOf(plan, errors, die, draw, light));
    yield { done: die + 1 - from, total: to - from, unit: "dies", wrong: null };
  }
  return results;
}

/** A die of that number with its errors, as it is judged. */
export function resultOf(plan: DiePlan, errors: DieErrors, die: number, draw: Draw, light: DieLight): DieResult {
  return {
    die,
    good: dieIsGood(plan, light),
    phaseRad: phaseOf(plan, light),
    couplerCommonRad: errors.couplerCommonRad * draw.couplerCommon,
    offset: light.devices.offset.reduce((most, it) => Math.max(most, Math.abs(it)), 0),
    workerPhaseRad: errors.workerPhaseRad * rootMeanSquare(draw.workerPhase),
    reference: errors.reference * draw.reference,
  };
}

/** How many of the dies were good, of however many there are. */
export function yieldOf(circuit: Circuit, seed: number, dies: number, good: number): Yield {
  return {
    dies,
    good,
    share: dies === 0 ? 0 : good / dies,
    ...interval95(good, dies),
    ...methodOf(circuit),
    seed,
  };
}

/** Plan, dies and share in one. */
export function* yieldSteps(circuit: Circuit, question: YieldQuestion, dies: number): Steps<Yield> {
  const plan = yield* planDies(circuit, question.seed);
  const results = yield* dieSteps(plan, question, 0, dies);
  return yieldOf(circuit, question.seed, dies, results.filter(({ good }) => good).length);
}

/** Independent errors of every phase, rad, and nothing else. */
export function phaseQuestion(sigmaRad: number, seed: number): YieldQuestion {
  return { errors: { kind: "phases", sigmaRad }, seed };
}

/** The yield at one size of phase errors, as `optinc yield --phase` and `optinc verify --phase-sigma` count it. */
export interface PhaseYield extends Yield {
  readonly sigmaRad: number;
}

/** `yieldSteps` at once. */
export function estimateYield(circuit: Circuit, question: YieldQuestion, dies: number): Yield {
  return finish(yieldSteps(circuit, question, dies));
}

/** Whether at least (or, with `most`, at most) the share of the dies is good; asks no more dies than decide it. */
export function* shareSteps(
  plan: DiePlan,
  question: YieldQuestion,
  dies: number,
  bound: "least" | "most",
  share: number,
): Steps<boolean> {
  const isGood = judgeOf(plan, question);
  const allowed = bound === "least" ? dies - Math.ceil(share * dies) : Math.floor(share * dies);
  let against = 0;
  for (let die = 0; die < dies; die++) {
    if (isGood(die) === (bound === "most")) against++;
    if (against > allowed) return false;
    yield { done: die + 1, total: dies, unit: "dies", wrong: null };
  }
  return true;
}

/** How many of the first dies are good, as few of them as say what share of all dies is. */
export interface YieldSample {
  readonly dies: number;
  readonly good: number;
  readonly share: ShareVerdict;
}

/** Draws dies until their share is judged, and no more than `most`. */
export function* sampleSteps(plan: DiePlan, question: YieldQuestion, most: number): Steps<YieldSample> {
  const isGood = judgeOf(plan, question);
  for (let dies = 1, good = 0; ; dies++) {
    if (isGood(dies - 1)) good++;
    yield { done: dies, total: most, unit: "dies", wrong: null };
    const share = judgeShare(good, dies);
    if (share !== "undecided" || dies >= most) return { dies, good, share };
  }
}

function judgeOf(plan: DiePlan, { errors, seed }: YieldQuestion): (die: number) => boolean {
  const chip = drawnChips(plan, errors, seed);
  return (die) => dieIsGood(plan, chip(die).light);
}

function phaseOf({ places: { theta, phi } }: DiePlan, { devices: { thetaRad, phiRad } }: DieLight): number {
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
