export { checkpointStep } from "./checkpoint.ts";
export { evaluateExhaustively } from "./evaluate.ts";
export type {
  Advice,
  ExhaustiveReport,
  Progress,
  TrainingHooks,
  TrainingResult,
  TrainingSummary,
  WordError,
} from "./result.ts";
export {
  type Approximate,
  defaultSettings,
  type InputGrid,
  inputGrid,
  type Loss,
  type TrainingSettings,
  type TrainingTask,
} from "./task.ts";
export { structureOf, train } from "./train.ts";
