import { type Diagnostic, plainDiagnostic, type Training } from "../../dsl/index.ts";
import type { Aggregate } from "../../netlist/index.ts";
import { type TrainingOptions, tableTwo } from "../../training-sim/index.ts";
import { absenceOf } from "../gradients/absent.ts";

/** Longer words than these are not quantized exactly in float64 (docs/reference/formats.md). */
const mostBits = 16;

/** Why a training cannot send the words of a circuit; null where it can. */
export function unfitWords({ absent }: Training, aggregate: Aggregate): Diagnostic | null {
  if (aggregate.bits > mostBits) {
    const help = `trainings take up to ${mostBits} bits`;
    return plainDiagnostic("OPT0665", `words of ${aggregate.bits} bits are too long for a training`, help);
  }
  return absent > 0 ? (absenceOf([0], "rescaled", aggregate, false).diagnostics[0] ?? null) : null;
}

export function trainingOptions(training: Training): TrainingOptions {
  const [first, last] = training.errorLayers;
  const row = tableTwo.find(({ layers }) => layers[0] === first && layers[1] === last);
  if (row === undefined) throw new Error(`Table II has no row of layers ${first} to ${last}`);
  const { learningRate, momentum, optimizer } = training;
  return {
    model: training.model,
    optimizer: optimizer === "sgd" ? { kind: optimizer, learningRate, momentum } : { kind: optimizer, learningRate },
    steps: training.steps,
    batch: training.batch,
    blockSize: training.block,
    isStochastic: training.isStochastic,
    hasFeedback: training.hasFeedback,
    absent: training.absent,
    evaluateEvery: training.evaluateEvery,
    errors: { ...row, rate: training.errorRate ?? row.rate },
    sigmaRad: training.phaseSigmaRad,
  };
}
