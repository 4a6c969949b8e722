import type { CodePages } from "../report/diagnostic.ts";
import { block } from "./example.ts";

/** OPT023x: `training` blocks. */
export const trainingCodes: CodePages = {
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
};
