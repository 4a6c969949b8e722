import { type ChipLight, chipSimulator, resultOf, simulateWords } from "../../netlist/index.ts";
import { chipIsPerfect } from "../../verify/index.ts";
import type { MonteCarloPlan } from "./monte-carlo-plan.ts";

/** Whether every worker reads every word as the reference has it; by states, whether that could be shown. */
export function chipIsGood({ simulator, judge }: MonteCarloPlan, { devices, launch, receivers }: ChipLight): boolean {
  const chip = chipSimulator(simulator, devices, launch, receivers);
  if (judge.kind === "states") return chipIsPerfect(judge.plan, chip);
  const { aggregate } = simulator.circuit;
  const width = resultOf(aggregate).symbols;
  const vector = aggregate.workers * width;
  return judge.batches.every(({ symbols, expected }) => {
    const read = simulateWords(chip, symbols);
    return read.every((symbol, i) => symbol === expected[Math.floor(i / vector) * width + (i % width)]);
  });
}
