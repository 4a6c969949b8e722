import { grouped } from "../dsl/index.ts";
import { type Circuit, countDevices } from "../netlist/index.ts";
import { dieSteps, type PhaseYield, phaseQuestion, planDies, yieldOf } from "../physics/index.ts";
import type { ProofReport, StepProgress } from "../verify/index.ts";
import type { Evidence } from "./evidence.ts";
import { runAbortable } from "./run-steps.ts";

/** What random phase errors do to the circuit, or why nobody looked. */
export type Robustness =
  | { readonly kind: "run"; readonly reports: readonly PhaseYield[]; readonly chipsWanted: number }
  | { readonly kind: "skipped"; readonly reason: string };

/** Called now and then; `sigmaRad` of the chips that are simulated, `done` of `total` chips of it. */
export type ChipProgress = (sigmaRad: number, done: number, total: number) => void;

/** Standard deviations of the phase errors of a summary, rad. */
const sigmasRad = [0.002, 0.005, 0.01] as const;

/** Below this many chips a share says little. */
const fewestChips = 10;

/** Estimated microseconds for the chips of one sigma; a count and not a clock, so that every machine prints the same. */
const workLimit = 5e6;

/**
 * Simulated chips with Gaussian phase errors, as `optinc yield` judges them. Large circuits get fewer chips or none, by an estimate from their size; the result says so.
 */
export async function estimateRobustness(
  circuit: Circuit,
  evidence: Evidence,
  chipsWanted: number,
  seed: number,
  progress?: ChipProgress,
  signal?: AbortSignal,
): Promise<Robustness> {
  if (chipsWanted === 0) return { kind: "skipped", reason: "not asked for" };
  const { mzis } = countDevices(circuit);
  const proved = evidence.kind === "proved";
  const cost = proved ? stateCost(mzis, evidence.proof) : vectorCost(mzis, evidence.accuracy.vectors);
  const chips = Math.min(chipsWanted, Math.floor(workLimit / cost));
  if (chips < Math.min(fewestChips, chipsWanted)) {
    const size = proved
      ? `${grouped(evidence.proof.states)} states`
      : `${grouped(evidence.accuracy.vectors)} words through ${grouped(mzis)} MZIs`;
    return { kind: "skipped", reason: `too large for a summary (${size}); run \`optinc verify --phase-sigma\`` };
  }
  const reports: PhaseYield[] = [];
  const plan = await runAbortable(planDies(circuit, seed), signal, () => {});
  for (const sigmaRad of sigmasRad) {
    const heard = ({ done, total }: StepProgress): void => progress?.(sigmaRad, done, total);
    const dies = await runAbortable(dieSteps(plan, phaseQuestion(sigmaRad, seed), 0, chips), signal, heard);
    const good = dies.filter((die) => die.good).length;
    reports.push({ sigmaRad, ...yieldOf(circuit, seed, chips, good) });
  }
  return { kind: "run", reports, chipsWanted };
}

/** Measured on circuits of 80 to 2800 MZIs: devices cost when a chip is drawn, states when it is driven. */
function stateCost(mzis: number, proof: ProofReport): number {
  return 20 * mzis + 5 * proof.states;
}

/** In the same unit: every word passes every device. */
function vectorCost(mzis: number, vectors: number): number {
  return mzis * (20 + vectors / 10);
}
