import { aggregationOf } from "../compiler/index.ts";
import {
  defaultSettings,
  type Loss,
  type TrainingSettings,
  type TrainingTask,
} from "../compiler/network/training/index.ts";
import type { ApproximateSpec, Spec, TrainedNetworkSpec } from "../dsl/index.ts";

/** What a spec asks of the training engine. */
export interface TrainingRequest {
  readonly task: TrainingTask;
  readonly settings: TrainingSettings;
}

/** Share of a cycle after which `two-stage` goes from symbols to words; the paper does not print its own. */
const switchAt = 0.5;

/** Task and settings of `network trained { ... }`; `threads` wins over the spec's, which wins over `available`. */
export function trainingOf(
  spec: Spec,
  network: TrainedNetworkSpec,
  threads: number | null,
  available: number,
): TrainingRequest {
  const aggregation = aggregationOf(spec);
  const task: TrainingTask = {
    aggregation,
    structure: network.structure,
    inputs: network.analogInputs,
    hidden: network.hidden,
    approximate: approximateOf(network.approximate),
  };
  const settings: TrainingSettings = {
    ...defaultSettings,
    seed: network.seed,
    target: network.target,
    rate: network.learningRate,
    batch: network.batch,
    steps: network.steps,
    cycles: network.cycles,
    loss: lossOf(network.loss, aggregation.symbols),
    hardShare: network.hardShare,
    method: network.approximation,
    projectEvery: network.projectEvery,
    threads: teamSize(threads ?? network.threads ?? available),
  };
  return { task, settings };
}

function approximateOf(approximate: ApproximateSpec): TrainingTask["approximate"] {
  return approximate.kind === "layers"
    ? { kind: "layers", from: approximate.first, to: approximate.last }
    : { kind: approximate.kind };
}

/** Weights of the first stage double from symbol to symbol towards the most significant; the paper does not print its own. */
function lossOf(loss: TrainedNetworkSpec["loss"], symbols: number): Loss {
  if (loss !== "two-stage") return { kind: loss };
  const weights = Array.from({ length: symbols }, (_, i) => 2 ** ((symbols - 1) / 2 - i));
  return { kind: loss, weights, switchAt };
}

/** Teams have 1, 2 or 4 threads. */
function teamSize(threads: number): TrainingSettings["threads"] {
  return threads >= 4 ? 4 : threads >= 2 ? 2 : 1;
}
