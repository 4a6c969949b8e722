import { counted, type Diagnostic, figure, grouped, percent, plainDiagnostic, type Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import type { Check } from "../../physics/index.ts";
import {
  type Progress,
  type ProofReport,
  proveSteps,
  type StepProgress,
  type VerificationReport,
} from "../../verify/index.ts";
import { runAbortable } from "./run-steps.ts";
import { verify } from "./verify.ts";

/** What was found of a circuit that claims nothing and can only be tried. */
export type Accuracy = Pick<
  VerificationReport,
  "mode" | "vectors" | "wrong" | "errors" | "errorRateUpper95" | "seed" | "worstReceiverError"
>;

/** Why a circuit is believed: a proof where the network claims something, else as many words as the spec asks for. */
export type Evidence =
  | { readonly kind: "proved"; readonly proof: ProofReport }
  | {
      readonly kind: "measured";
      readonly accuracy: Accuracy;
      /** Share of right words that is enough. */
      readonly target: number;
    };

/** How the words of a circuit without certificate are tried; a caller with a memory of earlier runs brings its own. */
export type Measure = (
  spec: Spec,
  circuit: Circuit,
  seed: number,
  progress?: Progress,
  signal?: AbortSignal,
) => Promise<Accuracy>;

/** Sends the words that the spec asks for through the circuit. Deterministic in spec, circuit and seed. */
export const measureAccuracy: Measure = async (spec, circuit, seed, progress, signal) => {
  const report = await verify(circuit, { inputs: spec.verify.inputs, seed, progress, signal });
  const { mode, vectors, wrong, errors, errorRateUpper95, worstReceiverError } = report;
  return { mode, vectors, wrong, errors, errorRateUpper95, seed, worstReceiverError };
};

/** Callbacks for progress and abort. */
interface Listeners {
  readonly onMeasure: Progress | undefined;
  readonly onProof: ((progress: StepProgress) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Proves the circuit by its certificate, or measures it where there is none. */
export async function gatherEvidence(
  spec: Spec,
  circuit: Circuit,
  seed: number,
  measure: Measure,
  { onMeasure, onProof, signal }: Listeners,
): Promise<Evidence> {
  if (circuit.certificate !== null) {
    return { kind: "proved", proof: await runAbortable(proveSteps(circuit), signal, onProof) };
  }
  return {
    kind: "measured",
    accuracy: await measure(spec, circuit, seed, onMeasure, signal),
    target: targetOf(spec),
  };
}

/** Share of right words that is enough: 1 but for trained networks whose spec says otherwise. */
export function targetOf({ network }: Pick<Spec, "network">): number {
  return network.kind === "trained" ? network.target : 1;
}

/** Whether as many words are right as the target asks for. False where a count is no number. */
export function reaches({ vectors, wrong }: Pick<Accuracy, "vectors" | "wrong">, target: number): boolean {
  return wrong <= Math.floor((1 - target) * vectors + 1e-9);
}

/** Whether the evidence is good enough to hand the circuit on. */
export function suffices(evidence: Evidence): boolean {
  return evidence.kind === "proved" ? evidence.proof.holds : reaches(evidence.accuracy, evidence.target);
}

/** What says whether words are right: a proof, or words that were sent. */
export interface Exactness
  extends Pick<VerificationReport, "mode" | "vectors" | "wrong" | "errorRateUpper95" | "seed"> {
  readonly proof: Pick<ProofReport, "holds" | "states" | "comparatorMargin" | "receiverMargin"> | null;
  /** Share of right words that is enough. */
  readonly target: number;
}

export function exactnessOf(evidence: Evidence): Exactness {
  return evidence.kind === "proved"
    ? { proof: evidence.proof, mode: "proof", vectors: 0, wrong: 0, errorRateUpper95: null, seed: 0, target: 1 }
    : { ...evidence.accuracy, proof: null, target: evidence.target };
}

/** `Exact: yes, proved.` */
export function exactText({ proof, mode, vectors, wrong }: Exactness): string {
  if (wrong > 0) return `Exact: no, ${grouped(wrong)} of ${grouped(vectors)} words wrong.`;
  if (proof !== null) return proof.holds ? "Exact: yes, proved." : "Exact: not decided by the proof.";
  if (mode === "exhaustive") return `Exact: yes, all ${grouped(vectors)} vectors tried.`;
  return `Exact: not proved; none of ${grouped(vectors)} tried words is wrong.`;
}

/** The first row of the table of checks. */
export function exactCheck(exactness: Exactness): Check {
  const { proof, mode, target } = exactness;
  const whole = exactness.vectors === 0 ? "" : accuracyText(exactness);
  const comparators =
    proof === null || !Number.isFinite(proof.comparatorMargin) ? "" : `${figure(proof.comparatorMargin)} LSB, `;
  const margin =
    proof?.holds === true
      ? `margin ${comparators}${figure(proof.receiverMargin)} levels in ${counted(proof.states, "state")}`
      : "";
  // Words of equal sums may differ: nothing is decided by those that were tried.
  const state = !reaches(exactness, target) || proof?.holds === false ? "fail" : "pass";
  return {
    name: "exact",
    state: state === "pass" && proof === null && mode === "tried" ? "not computed" : state,
    found: [margin, whole].filter((text) => text !== "").join("; "),
    wanted: target < 1 ? `${percent(target)} of words right` : null,
    slack: null,
    required: true,
    mend: null,
  };
}

/** OPT0618: the proof of a compiled circuit failed, which is a bug of the compiler. */
export function proofFailure(name: string, proof: ProofReport): Diagnostic {
  const most = 5;
  const first = proof.problems.slice(0, most).join("; ");
  const more = proof.problems.length > most ? `; and ${proof.problems.length - most} more` : "";
  const help = "nothing was written; please report this";
  return plainDiagnostic("OPT0618", `the proof for ${name} failed: ${first}${more}`, help);
}

/** OPT0620: a network is right too seldom. */
export function belowTarget(
  name: string,
  accuracy: Pick<Accuracy, "mode" | "vectors" | "wrong" | "errors">,
  target: number,
  help: string | null,
): Diagnostic {
  const { mode, vectors, wrong, errors } = accuracy;
  const which = mode === "sampled" ? `${grouped(vectors)} sampled words` : `all ${grouped(vectors)} words`;
  const message = `${name} is right on ${percent(1 - wrong / vectors)} of ${which}, below the target of ${percent(target)}; errors: ${errorsText(errors)}`;
  return plainDiagnostic("OPT0620", message, help);
}

/** Values of the word error and their shares among the wrong words, as the paper's Table II: `+1 (90 %), -64 (10 %)`. */
export function errorsText(errors: readonly { readonly value: number; readonly count: number }[]): string {
  const wrong = errors.reduce((sum, error) => sum + error.count, 0);
  const frequent = errors.slice(0, 8).map(({ value, count }) => {
    const share = (100 * count) / wrong;
    return `${value > 0 ? "+" : ""}${value} (${share >= 10 ? Math.round(share) : share.toPrecision(2)} %)`;
  });
  const rest = errors.length - frequent.length;
  return `${frequent.join(", ")}${rest > 0 ? `, and ${rest} other values` : ""}`;
}

/** What was measured, in a line: `checked on all 49 words through the devices: every one is right`. */
export function accuracyText({
  mode,
  vectors,
  wrong,
  errorRateUpper95,
  seed,
}: Pick<Accuracy, "mode" | "vectors" | "wrong" | "errorRateUpper95" | "seed">): string {
  if (mode === "sampled" || mode === "proof") {
    const bound =
      errorRateUpper95 === null ? "" : `: error rate below ${errorRateUpper95.toExponential(2)} at 95 % confidence`;
    return `${grouped(wrong)} of ${grouped(vectors)} sampled words wrong through the devices (seed ${seed})${bound}`;
  }
  if (mode === "tried" && wrong === 0) {
    return `tested on ${grouped(vectors)} words through the devices, all right; other words of equal sums were not tested`;
  }
  if (wrong === 0) return `checked on all ${grouped(vectors)} words through the devices: every one is right`;
  const which = mode === "tried" ? `the ${grouped(vectors)} words that were tried` : `all ${grouped(vectors)} words`;
  return `accuracy ${percent(1 - wrong / vectors)} on ${which} through the devices: ${grouped(wrong)} wrong`;
}
