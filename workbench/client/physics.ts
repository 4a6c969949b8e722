import { grouped, measured, percent, type Spec } from "../../dsl/index.ts";
import { type Circuit, modesOf, noErrors, partsOf, plainPitch } from "../../netlist/index.ts";
import { budgetSteps, driftRadPerUm, type Technology, wrongShareSteps } from "../../physics/index.ts";
import { runSteps } from "../../toolchain/index.ts";
import type { TriedPhysics, WorkbenchAnswer } from "./messages.ts";

/** Chips that are drawn, and random words that each reads. */
const chips = 200;
const words = 1000;
const seed = 1;

/** What the page shows. */
export interface ShownCircuit {
  readonly circuit: Circuit;
  /** As it was written, and read. */
  readonly text: string;
  readonly spec: Spec;
  readonly technology: Technology | null;
  /** The neuron whose comparator has the least margin; null where there is no comparator. */
  readonly weakest: string | null;
}

/** Upper ends of the shares of wrong words that chips are counted by. */
const bins = [0, 0.01, 0.1, 1];

/** Margins, word error rate and chips of a circuit at those values; null once `stopped` says so. */
export async function tried(
  { circuit, technology, weakest }: ShownCircuit,
  { launchDbm, symbolRateBd, phaseRad, splitter, temperatureK, frequencyHz }: TriedPhysics,
  stopped: () => boolean,
): Promise<WorkbenchAnswer | null> {
  const errors = { ...noErrors, phaseRad, couplerRad: splitter };
  const question = { errors: { kind: "technology", errors, pitch: plainPitch }, seed } as const;
  const drift = technology === null ? null : driftRadPerUm(technology, temperatureK, frequencyHz);
  const radPerUm = drift?.kind === "value" ? drift.value : 0;
  const shares = await runSteps(wrongShareSteps(circuit, question, chips, words, radPerUm), { stopped });
  if (shares === null) return null;
  const counts = bins.map(
    (most, i) => shares.filter((share) => share <= most && (i === 0 || share > bins[i - 1]!)).length,
  );
  const title = `${counts[0]} of ${chips} chips read ${grouped(words)} random words right`;
  if (technology === null)
    return { kind: "tried", text: `${title}. Noise and drift: the spec names no technology.`, counts, weakest };
  const noise = await noiseAt(technology);
  return noise === null ? null : { kind: "tried", counts, ...noise, text: `${title}. ${noise.text}` };

  async function noiseAt(of: Technology): Promise<{ readonly text: string; readonly weakest: string | null } | null> {
    const options = { technology: of, symbolRateBd, launchPowerW: 1e-3 * 10 ** (launchDbm / 10) };
    const budget = await runSteps(budgetSteps(circuit, options), { stopped });
    if (budget === null) return null;
    if (budget.noise.kind === "not-computed") return { text: `Noise: ${budget.noise.reason}.`, weakest };
    const { wordErrorRate, decisions } = budget.noise.value;
    const sigma = decisions[0] === undefined ? "" : `, ${decisions[0].q.toFixed(2)} sigma at ${decisions[0].name}`;
    const eye = budget.rate.kind === "value" ? `; eye ${percent(budget.rate.value.stream.eye)} open` : "";
    const text = `Wrong words by noise: ${wordErrorRate.toPrecision(3)}${sigma}${eye} at ${measured(symbolRateBd, "Bd")}.`;
    return { text, weakest: decisions[0] === undefined ? weakest : deviceOf(circuit, decisions[0].name) };
  }
}

/** The device behind which is decided: a neuron, or the last one before a receiver. */
export function deviceOf(circuit: Circuit, decision: string): string {
  const { parts, names } = partsOf(circuit);
  const receiver = circuit.outputs.find(({ name }) => name === decision);
  const at = parts.findLastIndex((part) => {
    if (receiver !== undefined) return modesOf(part).includes(receiver.mode);
    const section = circuit.sections.indexOf(part.section);
    return part.kind === "neuron" && decision === `mode ${part.activation.mode} of section ${section}`;
  });
  return names[at]!;
}
