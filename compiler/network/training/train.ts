import { trainPerceptron } from "./perceptron.ts";
import type { TrainingHooks, TrainingResult } from "./result.ts";
import type { TrainingSettings, TrainingTask } from "./task.ts";

export async function train(
  task: TrainingTask,
  settings: TrainingSettings,
  hooks: TrainingHooks = {},
): Promise<TrainingResult> {
  return await trainPerceptron(task, settings, hooks);
}
