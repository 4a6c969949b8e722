import type { CodePage } from "../report/diagnostic.ts";

/** OPT023x: `training` blocks. */
export const trainingCodes: readonly CodePage[] = [
  {
    code: "OPT0230",
    title: "no training",
    explanation:
      "`optinc train-sim` reads what to train from a block `training NAME { ... }`, and the circuit from an aggregate " +
      "of the same file; the file has no such block.",
    wrong: "",
    right: "",
  },
  {
    code: "OPT0231",
    title: "no such row of Table II",
    explanation:
      "Errors are injected as the paper's Table II lists them, and its rows are named by the layers that were " +
      "approximated. The row of layers 4..6 had no errors.",
    wrong: `training digits {
  error-row layers 4..6
}
`,
    right: `training digits {
  error-row layers 3..6
}
`,
  },
  {
    code: "OPT0232",
    title: "heads do not share the width",
    explanation:
      "Each head of the attention takes an equal part of the width, and rotary positions turn its numbers in pairs, " +
      "so that the part has to be even.",
    wrong: `training prose {
  model llama { width 30; heads 4 }
}
`,
    right: `training prose {
  model llama { width 32; heads 4 }
}
`,
  },
];
