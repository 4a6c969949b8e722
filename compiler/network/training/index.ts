export { checkpointStep } from "./checkpoint.ts";
export { type LossPoint, mostPoints, type TrainingCurve } from "./curve.ts";
export { evaluateExhaustively } from "./evaluate.ts";
export { train } from "./perceptron.ts";
export type {
  ExhaustiveReport,
  NetworkProgress,
  TrainingAdvice,
  TrainingHooks,
  TrainingResult,
} from "./result.ts";
export type { Loss, TrainingSettings, TrainingTask } from "./task.ts";
