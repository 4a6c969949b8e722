import type { CodePage } from "../report/diagnostic.ts";

/** OPT0247: what `rounding none` needs. */
export const resultCodes: readonly CodePage[] = [
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
