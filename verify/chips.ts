import type { Simulator } from "../netlist/index.ts";
import { judge, type ProofPlan } from "../proof/index.ts";
import { finish } from "./driving/steps.ts";

/** Whether every receiver reads the right symbol for all words of all workers; false also where that could not be shown. */
export function chipIsPerfect(plan: ProofPlan, chip: Simulator): boolean {
  return finish(judge(plan, chip, false)).isRight;
}
