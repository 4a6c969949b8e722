import { grouped, measured, percent } from "../../dsl/index.ts";
import { type Circuit, noErrors, plainPitch } from "../../netlist/index.ts";
import { budgetSteps, type Technology, wrongShareSteps } from "../../physics/index.ts";
import { runSteps } from "../../toolchain/index.ts";
import type { TriedPhysics, WorkbenchAnswer } from "./messages.ts";

/** Chips that are drawn, and random words that each reads. */
const chips = 200;
const words = 1000;
const seed = 1;

/** Upper ends of the shares of wrong words that chips are counted by. */
const bins = [0, 0.01, 0.1, 1];

/** Margins, word error rate and chips of a circuit at those values; null once `stopped` says so. */
export async function tried(
  circuit: Circuit,
  technology: Technology | null,
  { launchDbm, symbolRateBd, phaseRad, splitter }: TriedPhysics,
  stopped: () => boolean,
): Promise<WorkbenchAnswer | null> {
  const errors = { ...noErrors, phaseRad, couplerRad: splitter };
  const question = { errors: { kind: "technology", errors, pitch: plainPitch }, seed } as const;
  const shares = await runSteps(wrongShareSteps(circuit, question, chips, words), { stopped });
  if (shares === null) return null;
  const counts = bins.map(
    (most, i) => shares.filter((share) => share <= most && (i === 0 || share > bins[i - 1]!)).length,
  );
  const title = `${counts[0]} of ${chips} chips read ${grouped(words)} random words right`;
  const noise = technology === null ? "Noise: the spec names no technology." : await noiseAt(technology);
  return noise === null ? null : { kind: "tried", text: `${title}. ${noise}`, counts };

  async function noiseAt(of: Technology): Promise<string | null> {
    const options = { technology: of, symbolRateBd, launchPowerW: 1e-3 * 10 ** (launchDbm / 10) };
    const budget = await runSteps(budgetSteps(circuit, options), { stopped });
    if (budget === null) return null;
    if (budget.noise.kind === "not-computed") return `Noise: ${budget.noise.reason}.`;
    const { wordErrorRate, decisions } = budget.noise.value;
    const weakest = decisions[0] === undefined ? "" : `, ${decisions[0].q.toFixed(2)} sigma at ${decisions[0].name}`;
    const eye = budget.rate.kind === "value" ? `; eye ${percent(budget.rate.value.stream.eye)} open` : "";
    return `Wrong words by noise: ${wordErrorRate.toPrecision(3)}${weakest}${eye} at ${measured(symbolRateBd, "Bd")}.`;
  }
}
