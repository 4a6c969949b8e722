export { checkpointStep } from "./checkpoint.ts";
export { type LossPoint, mostPoints, type TrainingCurve } from "./curve.ts";
export { evaluateExhaustively } from "./evaluate.ts";
export type {
  NetworkProgress,
  TrainingAdvice,
  TrainingHooks,
  TrainingResult,
  WordError,
} from "./result.ts";
export { type Approximate, type Loss, structureOf, type TrainingSettings, type TrainingTask } from "./task.ts";
export { train } from "./train.ts";
