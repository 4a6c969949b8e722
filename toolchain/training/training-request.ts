import { aggregationOf } from "../../compiler/index.ts";
import type { Loss, TrainingSettings, TrainingTask } from "../../compiler/network/training/index.ts";
import { limits, type Spec, type TrainedNetworkSpec } from "../../dsl/index.ts";

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
    inputs: network.analogInputs,
    hidden: network.hidden,
    approximate: network.approximate,
  };
  const settings: TrainingSettings = {
    seed: network.seed,
    target: network.target,
    rate: network.learningRate,
    batch: network.batch,
    steps: network.steps,
    cycles: network.cycles,
    evaluateEvery: null,
    loss: lossOf(network.loss, aggregation.symbols),
    hardShare: network.hardShare,
    method: network.approximation,
    projectEvery: network.projectEvery,
    threads: threads ?? network.threads ?? Math.min(available, usefulThreads(network.batch)),
  };
  return { task, settings };
}

/** Weights of the first stage double from symbol to symbol towards the most significant; the paper does not print its own. */
function lossOf(loss: TrainedNetworkSpec["loss"], symbols: number): Loss {
  if (loss !== "two-stage") return { kind: loss };
  const weights = Array.from({ length: symbols }, (_, i) => 2 ** ((symbols - 1) / 2 - i));
  return { kind: loss, weights, switchAt };
}

/** Threads work on 256 vectors of a batch each. */
function usefulThreads(batch: number): number {
  return Math.min(limits.threads, Math.ceil(batch / 256));
}
