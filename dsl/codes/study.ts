import type { CodePages } from "../report/diagnostic.ts";
import { block } from "./example.ts";

const pair = block("aggregate pair", "workers 2", "precision 4 bits");
const study = (...lines: readonly string[]): string => `${pair}${block("study small", ...lines)}`;
const training = block("training digits", "model mlp { hidden 8 }");
const large = "vary decision-margin 0.1..0.4 step 0.001; symbol-rate 1..300 GBd step 1 GBd; workers 2 4";

/** OPT023x: `training` blocks; OPT024x: `study` blocks. */
export const studyCodes: CodePages = {
  OPT0230: {
    what: "the file has no training",
    why: "`optinc train-sim` reads what to train from a block `training NAME { ... }`.",
    write: "Add the block to the file of the aggregate.",
  },
  OPT0231: {
    what: "no row of Table II has these errors",
    why: "Rows of the paper's Table II are named by the approximated layers. The row of layers 4..6 had no errors.",
    write: "Use a row that the help lists.",
    wrong: block("training digits", "error-row layers 4..6"),
    right: block("training digits", "error-row layers 3..6"),
  },
  OPT0232: {
    what: "the heads do not share the width evenly",
    why: "Each head takes an equal part of the width. Rotary positions turn numbers in pairs, so the part is even.",
    write: "Make the width a multiple of twice the heads.",
    wrong: block("training prose", "model llama { width 30; heads 4 }"),
    right: block("training prose", "model llama { width 32; heads 4 }"),
  },
  OPT0240: {
    what: "the study names an aggregate that the file does not have",
    why: "A study varies settings of an aggregate of the same file.",
    write: "Use the name of an aggregate of the file.",
    wrong: study("aggregate pear", "vary workers 2 4", "measure mzis"),
    right: study("aggregate pair", "vary workers 2 4", "measure mzis"),
  },
  OPT0241: {
    what: "a grid cannot take its values from this range",
    why: "A grid goes through a range upward, step by step. Whole numbers have step 1. A search may draw from a range without a step.",
    write: "Add a step, or `search N trials`.",
    wrong: study("aggregate pair", "vary decision-margin 0.1..0.4", "measure mzis"),
    right: study("aggregate pair", "vary decision-margin 0.1..0.4 step 0.1", "measure mzis"),
  },
  OPT0242: {
    what: "the study has too many points",
    why: "A grid has every combination of its values: at most 1e5 points, and 1000 values on an axis.",
    write: "Use larger steps, or let `search N trials` draw points.",
    wrong: study("aggregate pair", large, "measure mzis"),
    right: study("aggregate pair", large, "search 1000 trials", "measure mzis"),
  },
  OPT0243: {
    what: "the study cannot judge by this objective",
    why: "The Pareto front is computed from the columns of the result.",
    write: "List the objective under `measure`, and use it in one direction only.",
    wrong: study("aggregate pair", "vary workers 2 4", "measure mzis", "minimise neurons"),
    right: study("aggregate pair", "vary workers 2 4", "measure mzis, neurons", "minimise neurons"),
  },
  OPT0244: {
    what: "a study needs a constructed network",
    why: "Constructed networks follow from the settings, so every point is a proved circuit. Training takes minutes, and imported weights are fixed.",
    write: "Use `network constructed`.",
    wrong: `${block("aggregate net", "workers 2", "precision 2 bits", 'network imported { weights "net.npz" }')}${block("study small", "aggregate net", "vary workers 2 4", "measure mzis")}`,
    right: study("aggregate pair", "vary workers 2 4", "measure mzis"),
  },
  OPT0245: {
    what: "the file has no study",
    why: "`optinc study` reads what to vary from a block `study NAME { ... }`.",
    write: "Add the block to the file of the aggregate.",
  },
  OPT0249: {
    what: "the study needs a training or a cluster",
    why: "`test-loss` and `test-accuracy` are of the file's only training, iterations of its only cluster. What is varied of them changes nothing else.",
    write: "Write one such block, and measure what depends on it.",
    wrong: `${training}${study("aggregate pair", "vary steps 100 200", "measure mzis")}`,
    right: `${training}${study("aggregate pair", "vary steps 100 200", "measure mzis, test-loss")}`,
  },
};
