import {
  type NetworkProgress,
  train as runEngine,
  type TrainingHooks,
  type TrainingResult,
} from "../../compiler/network/training/index.ts";
import { type Checked, plainDiagnostic, refused, type Spec } from "../../dsl/index.ts";
import { type Network, networkOfTraining, otherKind } from "./network.ts";
import { type TrainingRequest, trainingOf } from "./training-request.ts";

export interface TrainOptions {
  /** Threads of the engine; the result does not depend on them. Left out: what the spec says, else 1. */
  readonly threads?: number;
  readonly progress?: (progress: NetworkProgress) => void;
  /** Aborting ends the training in good order; the best network so far is kept, if there is one. */
  readonly signal?: AbortSignal;
  /** Offered the state now and then: keep the bytes, and hand them back as `resume` to go on. */
  readonly checkpoint?: (bytes: Uint8Array) => void;
  readonly resume?: Uint8Array;
}

/**
 * Trains the network of `network trained { ... }` until its target, its cycles or its budget are reached. Deterministic
 * but for the budget: spec and seed determine every bit, and a resumed training ends like an uninterrupted one.
 */
export async function train(spec: Spec, options: TrainOptions = {}): Promise<Checked<Network>> {
  if (spec.network.kind !== "trained") return refused(otherKind(spec, "trained"));
  const { network } = spec;
  const started = performance.now();
  const { signal, checkpoint } = options;
  const hooks: TrainingHooks = {
    clock: () => performance.now(),
    interrupt: () =>
      signal?.aborted === true ? "cancelled" : performance.now() - started > network.budgetS * 1000 ? "budget" : null,
    ...(options.progress === undefined ? {} : { progress: options.progress }),
    ...(checkpoint === undefined ? {} : { checkpoint: (make: () => Uint8Array) => checkpoint(make()) }),
    ...(options.resume === undefined ? {} : { resume: options.resume }),
  };
  const { value, diagnostics } = await runTraining(
    spec.name,
    trainingOf(spec, network, options.threads ?? null, 1),
    hooks,
  );
  return value === null ? { value, diagnostics } : networkOfTraining(spec.name, network, value);
}

/** The engine, with tasks that cannot be trained as OPT0622 and not as an exception. */
export async function runTraining(
  name: string,
  { task, settings }: TrainingRequest,
  hooks: TrainingHooks,
): Promise<Checked<TrainingResult>> {
  try {
    return { value: await runEngine(task, settings, hooks), diagnostics: [] };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const diagnostic = plainDiagnostic("OPT0622", `${name} cannot be trained: ${error.message}`);
    return refused(diagnostic);
  }
}
