import type { CodePage } from "../report/diagnostic.ts";

/** OPT0225, OPT0226 and OPT0247: what `topology` and `rounding none` mean. */
export const topologyCodes: readonly CodePage[] = [
  {
    code: "OPT0225",
    title: "cascade with too few inputs",
    explanation:
      "A cascade has as many inputs for workers as the product of its levels: `4 x 4` are four units of four inputs and a " +
      "fifth that brings them together. Inputs may stay dark, but every worker needs one.",
    wrong: `aggregate tree {
  workers 17
  precision 8 bits
  topology cascade 4 x 4
}
`,
    right: `aggregate tree {
  workers 13
  precision 8 bits
  topology cascade 4 x 4
}
`,
  },
  {
    code: "OPT0226",
    title: "cascade of a trained or imported network",
    explanation:
      "The units of a cascade below the last keep the fraction of the mean, which is another function than that of one unit. " +
      "Constructed networks know it; a perceptron that was trained or imported is one network for all workers.",
    wrong: `aggregate tree {
  workers 16
  precision 8 bits
  topology cascade 4 x 4
  network trained
}
`,
    right: `aggregate tree {
  workers 16
  precision 8 bits
  topology cascade 4 x 4
  network constructed
}
`,
  },
  {
    code: "OPT0247",
    title: "exact sum that no circuit gives",
    explanation:
      "With `rounding none` the workers receive the exact sum of their words: log2 W bits more for W workers, rounded up, and at most " +
      "32 bits. Only a constructed network gives it; a trained or imported one has as many outputs as inputs.",
    wrong: `aggregate tree {
  workers 4
  precision 31 bits
  rounding none
}
`,
    right: `aggregate tree {
  workers 4
  precision 30 bits
  rounding none
}
`,
  },
];
