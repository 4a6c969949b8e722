import { grouped } from "../../dsl/index.ts";
import { type Circuit, countDevices } from "../../netlist/index.ts";
import {
  type ProofReport,
  type RobustnessReport,
  stateRobustness,
  type VerifyOptions,
  vectorRobustness,
} from "../../verify/index.ts";
import type { Check, Robustness } from "../text/figures.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";

const sigmasRad = [0.002, 0.005, 0.01] as const;

/** Below this many chips a share says little. */
const fewestChips = 10;

/** Estimated microseconds for the chips of one sigma; a count and not a clock, so that every machine prints the same. */
const workLimit = 5e6;

/**
 * The robustness figures of a summary: simulated chips with Gaussian phase errors. Large circuits get fewer chips or none,
 * by an estimate from their size; the result says so.
 */
export function summaryRobustness(
  circuit: Circuit,
  check: Check,
  inputs: VerifyOptions["inputs"],
  chipsWanted: number,
  seed: number,
  terminal: Terminal | null,
): Robustness {
  if (chipsWanted === 0) return { kind: "skipped", reason: "not asked for" };
  const { mzis } = countDevices(circuit);
  const cost = check.kind === "proved" ? stateCost(mzis, check.proof) : vectorCost(mzis, check.accuracy.vectors);
  const chips = Math.min(chipsWanted, Math.floor(workLimit / cost));
  if (chips < Math.min(fewestChips, chipsWanted)) {
    const size =
      check.kind === "proved"
        ? `${grouped(check.proof.states)} states`
        : `${grouped(check.accuracy.vectors)} words through ${grouped(mzis)} MZIs`;
    return { kind: "skipped", reason: `too large for a summary (${size}); run \`optinc verify --phase-sigma\`` };
  }
  const reports = sigmasRad.map((sigmaRad): RobustnessReport => {
    const line =
      terminal === null ? null : startProgress(terminal, `${circuit.name}: phase errors of ${sigmaRad} rad`, "chips");
    try {
      const progress = (done: number, total: number): void => line?.update(done, total);
      return check.kind === "proved"
        ? stateRobustness(circuit, sigmaRad, chips, seed, progress)
        : vectorRobustness(circuit, sigmaRad, chips, seed, inputs, progress);
    } finally {
      line?.end();
    }
  });
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
