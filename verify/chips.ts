import type { Circuit, Simulator } from "../netlist/index.ts";
import { judge, type ProofPlan, planProof, type ReachableStates } from "../proof/index.ts";
import { finish } from "./driving/steps.ts";

/** All that chips of a circuit share; one chip at a time is judged on it. */
export type ChipPlan = ProofPlan;

/** Throws an Error for a circuit without certificate, which has no cells to drive. */
export function planChips(circuit: Circuit, states: ReachableStates | null = null): ChipPlan {
  return finish(planProof(circuit, states));
}

/** Whether every receiver reads the right symbol for all words of all workers; false also where that could not be shown. */
export function chipIsPerfect(plan: ChipPlan, chip: Simulator): boolean {
  return finish(judge(plan, chip, false)).isRight;
}
