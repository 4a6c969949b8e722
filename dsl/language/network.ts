import type { BlockRow, SettingRow, ValueShape } from "./aggregate.ts";
import type { Dimension } from "./units.ts";

/** Files of weights that can be read, by their endings. */
export const weightFileEndings: readonly string[] = [".safetensors", ".json", ".npz"];

/** Largest width of a layer. */
export const widestLayer = 2048;

function row(name: string, shape: ValueShape, fallback: string | null, example: string, doc: string): SettingRow {
  return { name, shape, fallback, example, doc };
}

function number(minimum: number, maximum: number, dimension: Dimension | null, whole = false): ValueShape {
  return { kind: "number", whole, minimum, maximum, dimension };
}

function words(...of: readonly string[]): ValueShape {
  return { kind: "choice", of: of.map((word) => ({ word, count: null })) };
}

const constructed: BlockRow = {
  name: "network",
  variant: "constructed",
  settings: [
    row(
      "margin",
      number(0.05, 0.45, "ratio"),
      "0.4",
      "margin 0.25",
      "Least distance, in grid steps of the symbol sums, that every decision keeps from a wrong one.",
    ),
  ],
  blocks: [],
  fallback: "constructed",
  example: "network constructed { margin 0.25 }",
  doc: "Weights follow from the arithmetic of the mean; the result is exact and proved in every compile.",
};

const trained: BlockRow = {
  name: "network",
  variant: "trained",
  settings: [
    row(
      "structure",
      words("auto", "perceptron", "cells"),
      "auto",
      "structure perceptron",
      "One network from the symbol sums to the symbols, or one small network a digit, composed; `auto` takes a " +
        "perceptron up to 1e5 distinct input vectors.",
    ),
    row(
      "hidden",
      { kind: "numbers", minimum: 1, maximum: widestLayer, most: 32 },
      "64 128 256 128 64",
      "hidden 64 128 256 128 64",
      "Widths of the hidden layers of a perceptron.",
    ),
    row(
      "analog-inputs",
      number(1, 32, null, true),
      "4, or as many as there are symbols",
      "analog-inputs 4",
      "Inputs of a perceptron, into which neighbouring symbols are merged.",
    ),
    row(
      "approximate",
      { kind: "layers" },
      "all",
      "approximate layers 4..6",
      "Which layers are kept as diag(d) U, one mesh and one column of attenuators a square block.",
    ),
    row(
      "approximation",
      words("manifold", "projected"),
      "manifold",
      "approximation manifold",
      "Training on the manifold of diag(d) U, or free training with periodic projection onto it.",
    ),
    row(
      "project-every",
      number(1, 1e6, null, true),
      "250",
      "project-every 250",
      "Steps from projection to projection.",
    ),
    row("seed", number(0, 4_294_967_295, null, true), "1", "seed 1", "Of everything random in training."),
    row("target", number(0, 1, "ratio"), "100 %", "target 100 %", "Share of right words at which training stops."),
    row("budget", number(1, 604_800, "time"), "20 min", "budget 20 min", "Time after which training gives up."),
    row("loss", words("symbols", "word", "two-stage"), "symbols", "loss two-stage", "What training makes small."),
    row(
      "learning-rate",
      number(1e-7, 1, null),
      "3e-3",
      "learning-rate 3e-3",
      "At the start of a cycle; it falls to 0.",
    ),
    row("batch", number(1, 65_536, null, true), "1024", "batch 1024", "Vectors of one step."),
    row("steps", number(1, 1e7, null, true), "16000", "steps 16000", "Of a cycle of the learning rate."),
    row("cycles", number(1, 1000, null, true), "2", "cycles 2", "At most; each starts at half the rate of the last."),
    row("hard-share", number(0, 0.9, "ratio"), "0 %", "hard-share 10 %", "Of a batch: vectors that were wrong last."),
    row("threads", number(1, 64, null, true), "as many as help", "threads 2", "Of training; no result depends on it."),
  ],
  blocks: [],
  fallback: null,
  example: "network trained { hidden 64 128 256 128 64; approximate all }",
  doc: "Weights come from training on all distinct input vectors; accuracy is counted on all of them.",
};

const imported: BlockRow = {
  name: "network",
  variant: "imported",
  settings: [
    row(
      "weights",
      { kind: "file", endings: weightFileEndings },
      null,
      'weights "mlp.safetensors"',
      "File with `weight` and `bias` of every layer, beside the spec unless the path says otherwise.",
    ),
    row("activation", words("relu"), "relu", "activation relu", "Behind every layer but the last."),
    row(
      "approximate",
      { kind: "layers" },
      "none",
      "approximate layers 4..6",
      "Which layers are replaced by the nearest diag(d) U; that changes what the network computes.",
    ),
  ],
  blocks: [],
  fallback: null,
  example: 'network imported { weights "mlp.safetensors" }',
  doc: "A perceptron trained elsewhere.",
};

export const networkRows: readonly BlockRow[] = [constructed, trained, imported];
