import { trainCells } from "./cells.ts";
import { trainPerceptron } from "./perceptron.ts";
import type { TrainingHooks, TrainingResult } from "./result.ts";
import { inputGrid, type TrainingSettings, type TrainingTask } from "./task.ts";

/** Distinct inputs up to which `auto` trains one perceptron on all of them. */
const MOST_PERCEPTRON_INPUTS = 100_000;

/** perceptron or cells, as the task says or `auto` decides. */
export function structureOf(task: TrainingTask): "perceptron" | "cells" {
  if (task.structure !== "auto") return task.structure;
  return inputGrid(task.aggregation, task.inputs).domain <= MOST_PERCEPTRON_INPUTS ? "perceptron" : "cells";
}

/**
 * Trains a network for an aggregation. Deterministic: task and settings (but for the threads) determine every bit of the
 * result, and a resumed training ends like an uninterrupted one. NaN and divergence are results, not errors. Throws
 * RangeError where inputs or widths cannot be (see `groupsOf`), or the network does not fit into 2 GB.
 */
export async function train(
  task: TrainingTask,
  settings: TrainingSettings,
  hooks: TrainingHooks = {},
): Promise<TrainingResult> {
  const structure = structureOf(task);
  switch (structure) {
    case "perceptron":
      return await trainPerceptron(task, settings, hooks);
    case "cells":
      return await trainCells(task, settings, hooks);
    default:
      return structure satisfies never;
  }
}
