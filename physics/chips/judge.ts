import { type ChipLight, chipSimulator } from "../../netlist/index.ts";
import { chipIsPerfect } from "../../verify/index.ts";
import type { MonteCarloPlan } from "./monte-carlo-plan.ts";
import { batchesOf, wrongVectors } from "./tried-words.ts";

/** Whether every worker reads every word as the reference has it; by states, whether that could be shown. */
export function chipIsGood({ simulator, judge }: MonteCarloPlan, { devices, launch, receivers }: ChipLight): boolean {
  const chip = chipSimulator(simulator, devices, launch, receivers);
  if (judge.kind === "states") return chipIsPerfect(judge.plan, chip);
  return batchesOf(judge.words).every((batch) => wrongVectors(chip, batch) === 0);
}
