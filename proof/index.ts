export { INFLATE, modulus, ROUNDING } from "./ball.ts";
export { BLOCK, boundSlice, type Moves, workFor } from "./bounds.ts";
export { checkComposition, largestValue, type SumSource, type SumSources } from "./composition.ts";
export { chipOf } from "./devices.ts";
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
export { compose, type Form, flowOf, type Slice, sliceOf } from "./slices.ts";
export {
  type CellStates,
  inputsOf,
  outputsOf,
  type ReachableStates,
  reachableStates,
  type StateTable,
  sumOf,
  termsOf,
  weightOf,
} from "./states.ts";
