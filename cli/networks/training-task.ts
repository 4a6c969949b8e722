import { availableParallelism } from "node:os";
import { aggregationOf } from "../../compiler/index.ts";
import {
  defaultSettings,
  type Loss,
  type TrainingSettings,
  type TrainingTask,
} from "../../compiler/network/training/index.ts";
import type { ApproximateSpec, Spec, TrainedNetworkSpec } from "../../dsl/index.ts";
import { engineVersion } from "../files/engine-version.ts";
import { sha256 } from "../files/pack.ts";

/** What a spec asks of the training engine. */
export interface Training {
  readonly task: TrainingTask;
  readonly settings: TrainingSettings;
  /** Hash of everything that determines the network: not of name, budget and threads. */
  readonly key: string;
}

/** Share of a cycle after which `two-stage` goes from symbols to words; the paper does not print its own. */
const switchAt = 0.5;

export function trainingOf(spec: Spec, network: TrainedNetworkSpec, threads: number | null): Training {
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
    threads: teamSize(threads ?? network.threads ?? availableParallelism()),
  };
  const { threads: _, ...determining } = settings;
  return { task, settings, key: sha256(JSON.stringify({ task, settings: determining, engine: engineVersion() })) };
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
