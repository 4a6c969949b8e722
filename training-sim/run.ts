import type { GradientArray, Steps } from "../verify/index.ts";
import {
  type Aggregator,
  type AggregatorOptions,
  type CircuitOfRuns,
  makeAggregator,
  type RunKind,
  type WordTally,
} from "./aggregation.ts";
import { type Batch, type Dataset, sampleStream } from "./model/data.ts";
import { asTensors, type Model, type ModelSpec, makeModel, startValues } from "./model/models.ts";
import { makeOptimizer, type Optimizer, type OptimizerSpec } from "./model/optimizer.ts";
import { backpropagate, crossEntropy, newTape } from "./model/tape.ts";

/** What is trained, on what, and how; everything but the aggregation. */
export interface TrainingOptions extends Omit<AggregatorOptions, "seed" | "chip"> {
  readonly model: ModelSpec;
  readonly optimizer: OptimizerSpec;
  readonly steps: number;
  /** Samples of one worker in one step. */
  readonly batch: number;
  readonly evaluateEvery: number;
}

/** The model judged on the test data after a number of steps. */
export interface CurvePoint {
  readonly step: number;
  /** Mean over the workers' batches of the step that led here, in nats; NaN before the first step. */
  readonly trainLoss: number;
  /** Mean over the test targets, in nats. */
  readonly loss: number;
  /** Share of test targets that are predicted. */
  readonly accuracy: number;
}

export interface RunResult {
  readonly run: RunKind;
  readonly seed: number;
  /** Of a run through a chip, its number. */
  readonly chip: number | null;
  readonly points: readonly CurvePoint[];
  readonly tally: Readonly<WordTally>;
  /**
   * Step in which a gradient was not finite, or whose test loss was above `divergence` times the untrained model's; there the
   * training ends. Null when none was.
   */
  readonly divergedAt: number | null;
  /** Largest root-mean-square distance of a worker's parameters from those of worker 0, over their own size. */
  readonly drift: number;
}

/** One copy of the model; workers that always received the same share one. */
interface Replica {
  readonly values: Float32Array;
  readonly optimizer: Optimizer;
}

/**
 * Trains one model with data-parallel workers; yields the steps done. Start values, samples and errors depend on the seed alone: runs of
 * one seed differ only in the aggregation.
 */
export function* trainRun(
  run: RunKind,
  seed: number,
  chip: number | null,
  dataset: Dataset,
  circuit: CircuitOfRuns,
  options: TrainingOptions,
): Steps<RunResult> {
  const { workers } = circuit.simulator.circuit.aggregate;
  const model = makeModel(options.model, dataset.shape);
  const aggregator: Aggregator = makeAggregator(run, circuit, { ...options, seed: 4 * seed + 2, chip });
  const next = sampleStream(dataset, workers, options.batch, 4 * seed + 1);
  const start = { values: startValues(model, 4 * seed), optimizer: makeOptimizer(options.optimizer, model.length) };
  let replicas: readonly Replica[] = new Array<Replica>(workers).fill(start);
  const points: CurvePoint[] = [judge(model, replicas[0]!.values, dataset, 0, Number.NaN)];
  let divergedAt: number | null = null;
  for (let step = 1; step <= options.steps; step++) {
    const gradients = { workers, length: model.length, data: new Float32Array(workers * model.length) };
    const losses = next().map((samples, worker) => {
      return differentiate(model, replicas[worker]!.values, gradients, worker, dataset.batch(samples));
    });
    if (!gradients.data.every(Number.isFinite)) {
      divergedAt = step;
      break;
    }
    const aggregated = aggregator.aggregate(gradients);
    replicas = separated(replicas, aggregated);
    for (const replica of new Set(replicas)) {
      replica.optimizer.update(replica.values, aggregated[replicas.indexOf(replica)]!);
    }
    if (step % options.evaluateEvery === 0 || step === options.steps) {
      const trainLoss = losses.reduce((total, loss) => total + loss, 0) / workers;
      const point = judge(model, replicas[0]!.values, dataset, step, trainLoss);
      points.push(point);
      // NaN must end it too
      if (!(point.loss <= divergence * points[0]!.loss)) {
        divergedAt = step;
        break;
      }
    }
    yield { done: step, total: options.steps, unit: "steps", wrong: null };
  }
  return { run, seed, chip, points, tally: aggregator.tally, divergedAt, drift: driftOf(replicas) };
}

/** A model this many times worse than before its first step has left what can be averaged: 1e22 +- 2e22 says nothing. */
export const divergence = 10;

/** Writes one worker's gradient into its row and returns the loss of its batch. */
function differentiate(
  model: Model,
  values: Float32Array,
  gradients: GradientArray,
  worker: number,
  batch: Batch,
): number {
  const row = gradients.data.subarray(worker * gradients.length, (worker + 1) * gradients.length);
  const tape = newTape();
  const loss = crossEntropy(tape, model.logits(tape, asTensors(model, values, row), batch), batch.targets);
  backpropagate(tape, loss);
  return loss.data[0]!;
}

function judge(model: Model, values: Float32Array, dataset: Dataset, step: number, trainLoss: number): CurvePoint {
  let [loss, hits, count] = [0, 0, 0];
  const unused = new Float32Array(model.length);
  for (const batch of dataset.test) {
    const tape = newTape();
    const logits = model.logits(tape, asTensors(model, values, unused), batch);
    const { targets } = batch;
    loss += crossEntropy(newTape(), logits, targets).data[0]! * targets.length;
    count += targets.length;
    targets.forEach((target, i) => {
      const row = logits.data.subarray(i * logits.cols, (i + 1) * logits.cols);
      if (row.every((value, j) => j === target || value < row[target]!)) hits++;
    });
  }
  return { step, trainLoss, loss: loss / count, accuracy: hits / count };
}

/** Workers that shared a replica go on alone from where they received different gradients. */
function separated(replicas: readonly Replica[], received: readonly Float64Array[]): readonly Replica[] {
  const made: { from: Replica; gradient: Float64Array; replica: Replica }[] = [];
  return replicas.map((from, worker) => {
    const gradient = received[worker]!;
    const known = made.find((each) => each.from === from && each.gradient === gradient);
    if (known !== undefined) return known.replica;
    const first = !made.some((each) => each.from === from);
    const replica = first ? from : { values: from.values.slice(), optimizer: from.optimizer.fork() };
    made.push({ from, gradient, replica });
    return replica;
  });
}

function driftOf(replicas: readonly Replica[]): number {
  const own = replicas[0]!.values;
  const size = Math.sqrt(own.reduce((total, value) => total + value * value, 0));
  const distances = [...new Set(replicas)].map(({ values }) =>
    Math.sqrt(values.reduce((total, value, i) => total + (value - own[i]!) ** 2, 0)),
  );
  return size === 0 ? 0 : Math.max(...distances) / size;
}
