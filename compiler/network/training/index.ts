export { checkpointStep } from "./checkpoint.ts";
export { type LossPoint, mostPoints, type TrainingCurve } from "./curve.ts";
export { evaluateExhaustively } from "./evaluate.ts";
export { train } from "./perceptron.ts";
export type {
  NetworkProgress,
  TrainingAdvice,
  TrainingHooks,
  TrainingResult,
  WordError,
} from "./result.ts";
export type { Loss, TrainingSettings, TrainingTask } from "./task.ts";
