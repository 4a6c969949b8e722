import type { Circuit } from "../../netlist/index.ts";
import {
  type Progress,
  usualInputs,
  type VerificationReport,
  type VerifyOptions,
  verifySteps,
} from "../../verify/index.ts";
import { runAbortable } from "./run-steps.ts";

export interface VerificationOptions {
  readonly inputs?: VerifyOptions["inputs"];
  /** Of sampled words; 1 when left out. */
  readonly seed?: number;
  readonly progress?: Progress | undefined;
  /** Aborting ends the work within a fraction of a second: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Drives the circuit with the workers' symbols and compares every word that every worker receives with the reference
 * quantizer, and that with an executed ring all-reduce once. `inputs` left out: as `usualInputs` and the command line have it.
 * `passed(report)` says whether nothing wrong was found.
 */
export async function verify(circuit: Circuit, options: VerificationOptions = {}): Promise<VerificationReport> {
  const { inputs = usualInputs(circuit), seed = 1, progress, signal } = options;
  return await runAbortable(verifySteps(circuit, { inputs, seed }), signal, ({ done, total }) =>
    progress?.(done, total),
  );
}
