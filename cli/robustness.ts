import { type Circuit, countDevices } from "../netlist/index.ts";
import { type ProofReport, type RobustnessReport, stateRobustness } from "../verify/index.ts";
import type { Robustness } from "./figures.ts";
import { grouped, startProgress } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

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
  proof: ProofReport,
  chipsWanted: number,
  seed: number,
  terminal: Terminal | null,
): Robustness {
  if (chipsWanted === 0) return { kind: "skipped", reason: "not asked for" };
  const chips = Math.min(chipsWanted, Math.floor(workLimit / chipCost(circuit, proof)));
  if (chips < Math.min(fewestChips, chipsWanted)) {
    const size = `${grouped(proof.states)} states`;
    return { kind: "skipped", reason: `too large for a summary (${size}); run \`optinc verify --phase-sigma\`` };
  }
  const reports = sigmasRad.map((sigmaRad): RobustnessReport => {
    const line =
      terminal === null ? null : startProgress(terminal, `${circuit.name}: phase errors of ${sigmaRad} rad`, "chips");
    try {
      return stateRobustness(circuit, sigmaRad, chips, seed, (done, total) => line?.update(done, total));
    } finally {
      line?.end();
    }
  });
  return { kind: "run", reports, chipsWanted };
}

/** Measured on circuits of 80 to 2800 MZIs: devices cost when a chip is drawn, states when it is driven. */
function chipCost(circuit: Circuit, proof: ProofReport): number {
  return 20 * countDevices(circuit).mzis + 5 * proof.states;
}
