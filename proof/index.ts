export { BLOCK, boundSlice, type Moves } from "./bounds.ts";
export { checkComposition, largestValue, type SumSource, type SumSources } from "./composition.ts";
export { type Coverage, coverageOf } from "./enumerate.ts";
export { judge, type Verdict } from "./judge.ts";
export {
  type DecidingPlan,
  type Driven,
  type ProofPlan,
  planProof,
  type ReceiversPlan,
  type SumPlan,
  type TotalPlan,
} from "./plan.ts";
export { compose } from "./slices.ts";
export {
  type CellStates,
  type DecidingCell,
  inputsOf,
  outputsOf,
  type ReachableStates,
  reachableStates,
  type StateTable,
  stateText,
  sumOf,
  termsOf,
  weightOf,
} from "./states.ts";
export { stepsOff } from "./sums.ts";
