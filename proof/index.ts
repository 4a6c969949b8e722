export {
  checkComposition,
  largestValue,
  levelsOf,
  receivedOf,
  type SumSource,
  type SumSources,
} from "./composition.ts";
export { type Coverage, coverageOf } from "./enumerate.ts";
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
} from "./states.ts";
export { sumSources } from "./sums.ts";
export { type Proof, proveCircuit } from "./theorem.ts";
