import { trainCells } from "./cells.ts";
import { trainPerceptron } from "./perceptron.ts";
import type { TrainingHooks, TrainingResult } from "./result.ts";
import { structureOf, type TrainingSettings, type TrainingTask } from "./task.ts";

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
