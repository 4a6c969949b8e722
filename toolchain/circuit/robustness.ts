import { grouped } from "../../dsl/index.ts";
import { type Circuit, countDevices } from "../../netlist/index.ts";
import { phaseQuestion, planMonteCarlo, sampleSteps, type YieldSample } from "../../physics/index.ts";
import type { ProofReport, StepProgress } from "../../verify/index.ts";
import type { Evidence } from "./evidence.ts";
import { runAbortable } from "./run-steps.ts";

/** What random phase errors do to the circuit, or why it was not tried. */
export type Robustness =
  | { readonly kind: "run"; readonly reports: readonly PhaseSample[]; readonly seed: number }
  | { readonly kind: "skipped"; readonly reason: string };

/** Chips whose every phase has a Gaussian error of this standard deviation, rad. */
export interface PhaseSample extends YieldSample {
  readonly sigmaRad: number;
}

/** Phase errors of a summary, rad, largest first. */
const sigmasRad = [0.01, 0.005, 0.002] as const;

/** As many good chips say that more than half are good. */
const fewestChips = 6;

/** Estimated microseconds for the chips of one sigma; a count and not a clock, so that every machine prints the same. */
const workLimit = 5e6;

/**
 * The largest of three phase errors at which more than half of the chips read every word right. Chips are those of
 * `optinc yield`, as few as decide it and `most` at most. Circuits are skipped where the estimate allows too few.
 */
export async function estimateRobustness(
  circuit: Circuit,
  evidence: Evidence,
  most: number,
  seed: number,
  onStep?: (progress: StepProgress) => void,
  signal?: AbortSignal,
): Promise<Robustness> {
  if (most === 0) return { kind: "skipped", reason: "not asked for" };
  const { mzis } = countDevices(circuit);
  const proved = evidence.kind === "proved";
  const cost = proved ? stateCost(mzis, evidence.proof) : vectorCost(mzis, evidence.accuracy.vectors);
  const chips = Math.min(most, Math.floor(workLimit / cost));
  if (chips < Math.min(fewestChips, most)) {
    const size = proved
      ? `${grouped(evidence.proof.states)} states`
      : `${grouped(evidence.accuracy.vectors)} words through ${grouped(mzis)} MZIs`;
    return { kind: "skipped", reason: `too large for a summary (${size}); run \`optinc verify --phase-sigma\`` };
  }
  const reports: PhaseSample[] = [];
  const plan = await runAbortable(planMonteCarlo(circuit, seed), signal);
  for (const sigmaRad of sigmasRad) {
    const sample = await runAbortable(sampleSteps(plan, phaseQuestion(sigmaRad, seed), chips), signal, onStep);
    reports.push({ sigmaRad, ...sample });
    if (sample.share === "above half") break;
  }
  return { kind: "run", reports, seed };
}

/** Measured on circuits of 80 to 2800 MZIs: devices cost when a chip is drawn, states when it is driven. */
function stateCost(mzis: number, proof: ProofReport): number {
  return 20 * mzis + 5 * proof.states;
}

/** In the same unit: every word passes every device. */
function vectorCost(mzis: number, vectors: number): number {
  return mzis * (20 + vectors / 10);
}
