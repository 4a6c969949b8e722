import type { CodePage } from "../report/diagnostic.ts";

/** OPT0225 and on: what `topology` means. */
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
];
