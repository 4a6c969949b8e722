import type { CodePages } from "../report/diagnostic.ts";
import { block } from "./example.ts";

const exact = (bits: number): string => block("aggregate tree", "workers 4", `precision ${bits} bits`, "rounding none");

/** OPT0247: what `rounding none` needs. */
export const resultCodes: CodePages = {
  OPT0247: {
    what: "no circuit gives this exact sum",
    why: "With `rounding none` the workers receive the exact sum: ceil(log2 W) more bits for W workers, at most 32. Only a constructed network gives it.",
    write: "Use fewer bits, a rounding, or `network constructed`.",
    wrong: exact(31),
    right: exact(30),
  },
};
