import { limits } from "../dsl/index.ts";
import type { Circuit } from "../netlist/index.ts";
import { type Progress, type VerificationReport, type VerifyOptions, verifyCircuit } from "../verify/index.ts";

export interface VerificationOptions {
  readonly inputs?: VerifyOptions["inputs"];
  /** Of sampled words; 1 when left out. */
  readonly seed?: number;
  readonly progress?: Progress;
}

/**
 * Drives the circuit with the workers' symbols and compares every word that every worker receives with the reference
 * quantizer and with an executed ring all-reduce. `inputs` left out: the proof where the circuit carries a certificate,
 * else 100 000 sampled words. `passed(report)` says whether nothing wrong was found.
 */
export async function verify(circuit: Circuit, options: VerificationOptions = {}): Promise<VerificationReport> {
  const usual =
    circuit.certificate === null
      ? ({ kind: "sampled", samples: limits.samplesByDefault } as const)
      : ({ kind: "proof" } as const);
  return await verifyCircuit(circuit, { inputs: options.inputs ?? usual, seed: options.seed ?? 1 }, options.progress);
}
