import { type DieLight, dieSimulator, onChip, resultOf, simulateWords } from "../../netlist/index.ts";
import { chipIsPerfect } from "../../verify/index.ts";
import type { DiePlan } from "./die-plan.ts";

/** Whether every worker reads every word as the reference has it; by states, whether that could be shown. */
export function dieIsGood({ simulator, judge }: DiePlan, { devices, launch, receivers }: DieLight): boolean {
  const die = dieSimulator(simulator, devices, launch, receivers);
  if (judge.kind === "states") return chipIsPerfect(judge.plan, onChip(judge.plan.index, die));
  const { aggregate } = simulator.circuit;
  const width = resultOf(aggregate).symbols;
  const vector = aggregate.workers * width;
  return judge.batches.every(({ symbols, expected }) => {
    const read = simulateWords(die, symbols);
    return read.every((symbol, i) => symbol === expected[Math.floor(i / vector) * width + (i % width)]);
  });
}
