import { limits, short } from "./limits.ts";
import { amount, type BlockRow, choice, count, derived, fixed, quantity, type Rows, required } from "./row.ts";
import type { ApproximateSpec, ConstructedNetworkSpec, ImportedNetworkSpec, TrainedNetworkSpec } from "./spec.ts";

/** Files of weights that can be read, by their endings. */
export const weightFileEndings: readonly string[] = [".safetensors", ".json", ".npz"];

export const constructedRows: Rows<Omit<ConstructedNetworkSpec, "kind">> = {
  neuron: choice(
    "neuron",
    ["saturating", "relu"],
    fixed("saturating"),
    "What decides: one neuron that is dark, linear, then at its limit, or two rectifiers in a row.",
    "neuron saturating",
  ),
  threshold: choice(
    "threshold",
    ["electronic", "optical"],
    derived("electronic, with rectifiers optical"),
    "What a decision is compared with: an offset in the neuron, which rectifiers do not have, or reference light.",
    "threshold electronic",
  ),
  outputs: choice(
    "outputs",
    ["direct", "amplified"],
    fixed("direct"),
    "What is sent to the receivers: the light of the signals that make up a symbol, or that of a neuron more for each symbol, which is brighter (not of one from which a tie is taken off).",
    "outputs amplified",
  ),
  rests: choice(
    "rests",
    ["direct", "amplified"],
    fixed("direct"),
    "What goes on when a bit is taken off a digit: the light that is left, or that of a neuron more, which is brighter and waits on no delay line (of electronic thresholds; only while numbers are small, up to 20).",
    "rests amplified",
  ),
  margin: quantity(
    "margin",
    [0.05, 0.45],
    amount(0.4),
    "Least distance, in grid steps of the symbol sums, that every decision keeps from a wrong one.",
    { dimension: "ratio", example: "margin 0.25" },
  ),
};

const ratio = { dimension: "ratio" } as const;

export const trainedRows: Rows<Omit<TrainedNetworkSpec, "kind">> = {
  structure: choice(
    "structure",
    ["auto", "perceptron", "cells"],
    fixed("auto"),
    "One network from the symbol sums to the symbols, or one small network a digit, composed; `auto` takes a " +
      `perceptron up to ${short(limits.perceptronVectors)} distinct input vectors.`,
    "structure perceptron",
  ),
  hidden: {
    name: "hidden",
    shape: { kind: "numbers", minimum: 1, maximum: limits.layerWidth, most: limits.hiddenLayers },
    fallback: fixed([64, 128, 256, 128, 64]),
    example: "hidden 64 128 256 128 64",
    doc: "Widths of the hidden layers of a perceptron.",
  },
  analogInputs: count(
    "analog-inputs",
    [1, limits.precisionBits],
    derived("4, or as many as there are symbols"),
    "Inputs of a perceptron, into which neighbouring symbols are merged.",
    "analog-inputs 4",
  ),
  approximate: {
    name: "approximate",
    shape: { kind: "layers" },
    fallback: fixed<ApproximateSpec>({ kind: "all" }),
    example: "approximate layers 4..6",
    doc: "Which layers are kept as diag(d) U, one mesh and one column of attenuators a square block.",
  },
  approximation: choice(
    "approximation",
    ["manifold", "projected"],
    fixed("manifold"),
    "Training on the manifold of diag(d) U, or free training with periodic projection onto it.",
  ),
  projectEvery: count("project-every", [1, 1e6], amount(250), "Steps from projection to projection."),
  seed: count("seed", [0, limits.seed], amount(1), "Of everything random in training."),
  target: quantity("target", [0, 1], amount(100, "%"), "Share of right words at which training stops.", ratio),
  budgetS: quantity("budget", [1, 604_800], amount(20, "min"), "Time after which training gives up.", {
    dimension: "time",
  }),
  loss: choice(
    "loss",
    ["symbols", "word", "two-stage"],
    fixed("symbols"),
    "What training makes small.",
    "loss two-stage",
  ),
  learningRate: quantity("learning-rate", [1e-7, 1], amount(3e-3), "At the start of a cycle; it falls to 0."),
  batch: count("batch", [1, 65_536], amount(1024), "Vectors of one step."),
  steps: count("steps", [1, 1e7], amount(16_000), "Of a cycle of the learning rate."),
  cycles: count("cycles", [1, 1000], amount(2), "At most; each starts at half the rate of the last."),
  hardShare: quantity("hard-share", [0, 0.9], amount(0, "%"), "Of a batch: vectors that were wrong last.", {
    dimension: "ratio",
    example: "hard-share 10 %",
  }),
  threads: count(
    "threads",
    [1, limits.threads],
    derived("as many as help"),
    "Of training; no result depends on it.",
    "threads 2",
  ),
};

/** Of `network trained`: what shapes a perceptron and its training, and leaves cells as they are. */
export const perceptronFields = [
  "hidden",
  "approximate",
  "approximation",
  "projectEvery",
  "loss",
  "learningRate",
  "batch",
  "steps",
  "cycles",
  "hardShare",
] as const;

export const importedRows: Rows<Omit<ImportedNetworkSpec, "kind">> = {
  weights: {
    name: "weights",
    shape: { kind: "file", endings: weightFileEndings },
    fallback: required,
    example: 'weights "mlp.safetensors"',
    doc: "File with `weight` and `bias` of every layer, beside the spec unless the path says otherwise.",
  },
  activation: choice("activation", ["relu"], fixed("relu"), "Behind every layer but the last."),
  approximate: {
    name: "approximate",
    shape: { kind: "layers" },
    fallback: fixed<ApproximateSpec>({ kind: "none" }),
    example: "approximate layers 4..6",
    doc: "Which layers are replaced by the nearest diag(d) U; that changes what the network computes.",
  },
};

/** The kinds of network; the first is taken where none is written. */
export const networkBlocks: readonly BlockRow[] = [
  {
    name: "network",
    variant: "constructed",
    settings: Object.values(constructedRows),
    blocks: [],
    fallback: "constructed",
    example: "network constructed { margin 0.25 }",
    doc: "Weights follow from the arithmetic of the mean; the result is exact and proved in every compile.",
  },
  {
    name: "network",
    variant: "trained",
    settings: Object.values(trainedRows),
    blocks: [],
    fallback: null,
    example: "network trained { hidden 64 128 256 128 64; approximate all }",
    doc: "Weights come from training on all distinct input vectors; accuracy is counted on all of them.",
  },
  {
    name: "network",
    variant: "imported",
    settings: Object.values(importedRows),
    blocks: [],
    fallback: null,
    example: 'network imported { weights "mlp.safetensors" }',
    doc: "A perceptron trained elsewhere.",
  },
];
