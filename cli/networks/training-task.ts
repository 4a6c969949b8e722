import { availableParallelism } from "node:os";
import type { Spec, TrainedNetworkSpec } from "../../dsl/index.ts";
import { type TrainingRequest, trainingOf } from "../../toolchain/index.ts";
import { sha256 } from "../files/pack.ts";
import { codeVersion } from "../version.ts";

/** What a spec asks of the training engine, and how the cache calls its result. */
export interface KeyedTraining extends TrainingRequest {
  /** Hash of everything that determines the network: not of name, budget and threads. */
  readonly key: string;
}

export function keyedTraining(spec: Spec, network: TrainedNetworkSpec, threads: number | null): KeyedTraining {
  const { task, settings } = trainingOf(spec, network, threads, availableParallelism());
  const { threads: _, ...determining } = settings;
  return { task, settings, key: sha256(JSON.stringify({ task, settings: determining, engine: codeVersion })) };
}
