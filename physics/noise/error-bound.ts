import type { Steps } from "../../verify/index.ts";
import { largestFields } from "../light/driven-parts.ts";
import { type CircuitNoise, varianceAt } from "./circuit-noise.ts";
import { fieldsAt, type Region, type Working, workingOf } from "./neuron-regions.ts";
import { errorOfQ } from "./noise.ts";
import type { NoisePlan, NoiseStage } from "./propagation.ts";
import { type Passed, stageNoise } from "./stage-noise.ts";

/** A comparator or receiver with its weakest state. */
export interface WeakestDecision {
  readonly kind: "comparator" | "receiver";
  readonly cell: string;
  /** Of a comparator the place of its neuron, of a receiver its port. */
  readonly name: string;
  /** Signals and their values. */
  readonly state: string;
  /** Distance from the decision and the noise there, in units of field. */
  readonly distance: number;
  readonly sigma: number;
  /** Their ratio. */
  readonly q: number;
}

export interface ErrorBound {
  /** No word of any worker is wrong more often; a sum over its comparators and receivers in their worst states, so it can exceed 1. */
  readonly wordErrorRate: number;
  /** One a neuron and a receiver, the weakest first. */
  readonly decisions: readonly WeakestDecision[];
}

/**
 * Upper bound of the word error rate, for the worst word.
 *
 * While every neuron stays between the corners of its curve, the circuit is linear and Gaussian noise stays Gaussian, so that a
 * wrong word needs one of these: a neuron's field crosses a corner, or a receiver's field crosses a decision. A neuron that is dark or
 * saturated passes nothing of what reaches it; a saturated one sends the noise of its carrier. The probabilities, in the noise that the
 * linear circuit has there, are summed over a cell in each reachable state, and the worst states of all cells are summed. A
 * neuron just past a corner counts as wrong, though it may do no harm. Noise of inputs that come from different cells is added as if it
 * conspired wherever both have it from one neuron. A neuron that stands at a corner lets half of its noise through: the
 * circuits with and without it are both counted.
 */
export function* errorBoundSteps(plan: NoisePlan, noise: CircuitNoise): Steps<ErrorBound> {
  const passed: Passed[] = [];
  const decisions: WeakestDecision[] = [];
  let wordErrorRate = 0;
  for (const stage of plan.stages) {
    const result = passStage(stage, passed, noise);
    passed.push(result.passed);
    wordErrorRate += result.worst;
    decisions.push(...result.decisions);
    yield { done: passed.length, total: plan.stages.length, unit: "cells", wrong: null };
  }
  decisions.sort((a, b) => a.q - b.q);
  return { wordErrorRate, decisions };
}

/** Circuits that one state stands for, by what its neurons at corners do. */
const MOST_CIRCUITS = 1024;

interface StageResult {
  readonly passed: Passed;
  readonly worst: number;
  readonly decisions: readonly WeakestDecision[];
}

/**
 * One cell, sum or output symbol. A neuron at a corner passes noise of one sign only: whatever its noise is, the circuit is the one in
 * which it passes all or the one in which it passes none, so that both are counted, in full. What comes behind is counted as often
 * as there are such circuits, each time with the largest noise of any of them.
 */
function passStage(stage: NoiseStage, passed: readonly Passed[], noise: CircuitNoise): StageResult {
  if (stage.kind === "sum") {
    const vectors = stage.launch.map((largest) => noise.launchRelative * largest);
    return { passed: { vectors, multiple: new Float64Array(stage.keys).fill(1) }, worst: 0, decisions: [] };
  }
  const slice = stage.slice!;
  const { activations } = slice;
  const neurons = activations.length;
  const places = neurons + slice.outputs.length;
  const light = stageNoise(stage, passed, noise);
  const largest = largestFields(neurons, stage.before, stage.rows);
  const multiple = new Float64Array(stage.keys).fill(1);
  const weakest = new Array<Weakest | undefined>(places);
  const working = new Array<Working>(neurons);
  const regions = new Array<Region>(neurons);
  const detected = new Float64Array(neurons);
  const corners: number[] = [];
  /** Of a decision that is so far away on both sides; remembers it where it is the weakest of its place. */
  const errorAt = (place: number, row: number, variance: number, below: number, above: number): number => {
    const sigma = Math.sqrt(variance);
    const distance = Math.min(below, above);
    const q = distance / sigma;
    // what is no number is the worst
    if (!(q >= (weakest[place]?.q ?? Number.POSITIVE_INFINITY))) weakest[place] = { row, q, distance, sigma };
    return errorOfQ(below / sigma) + errorOfQ(above / sigma);
  };
  let worst = 0;
  for (let row = 0; row < stage.rows; row++) {
    corners.length = 0;
    for (let a = 0; a < neurons; a++) {
      const field = stage.before[a * stage.rows + row]!;
      const works = workingOf(field, activations[a]!.range, largest[a]!);
      working[a] = works;
      detected[a] = fieldsAt(activations[a]!, field).detected;
      if (works.atCorner) corners.push(a);
    }
    let sum = 0;
    const circuits = 2 ** corners.length;
    // nothing is promised where they are too many to be followed: no probability is larger
    if (circuits > MOST_CIRCUITS) sum = 1;
    for (let number = 0; number < Math.min(circuits, MOST_CIRCUITS); number++) {
      for (let a = 0; a < neurons; a++) regions[a] = working[a]!.region;
      corners.forEach((a, bit) => {
        if ((number >> bit) & 1)
          regions[a] = stage.before[a * stage.rows + row]! < activations[a]!.range / 2 ? "dark" : "saturated";
      });
      const at = light.of(row, regions);
      for (let a = 0; a < neurons; a++) {
        const { below, above, atCorner } = working[a]!;
        if (!atCorner) sum += errorAt(a, row, at.variance(a) + varianceAt(noise.neuron, detected[a]!), below, above);
      }
      for (const [o, { field, below, above }] of stage.receivers.entries()) {
        const place = neurons + o;
        const variance = at.variance(place) + varianceAt(noise.receiver, field[row]!);
        sum += errorAt(place, row, variance, below[row]!, above[row]!);
      }
      if (stage.kind === "cell") at.pass();
    }
    const before = light.multipleOf(row);
    const key = stage.keyOfRow[row] ?? 0;
    multiple[key] = Math.max(multiple[key]!, before * circuits);
    worst = Math.max(worst, sum * before);
  }
  return { passed: { vectors: light.passed, multiple }, worst, decisions: decisionsOf(stage, weakest) };
}

interface Weakest extends Pick<WeakestDecision, "q" | "distance" | "sigma"> {
  readonly row: number;
}

/** In the order of places. */
function decisionsOf(stage: NoiseStage, weakest: readonly (Weakest | undefined)[]): WeakestDecision[] {
  const { activations } = stage.slice!;
  return weakest.flatMap((each, place): WeakestDecision[] => {
    if (each === undefined) return [];
    const { row, distance, sigma, q } = each;
    const neuron = activations[place];
    const [kind, name] =
      neuron === undefined
        ? (["receiver", stage.receivers[place - activations.length]!.name] as const)
        : (["comparator", `mode ${neuron.mode} of section ${neuron.section}`] as const);
    return [{ kind, cell: stage.name, name, state: stage.state(row), distance, sigma, q }];
  });
}
