import type { CodePages } from "../report/diagnostic.ts";
import { block } from "./example.ts";

const tree = (workers: number, ...lines: readonly string[]): string =>
  block("aggregate tree", `workers ${workers}`, "precision 8 bits", "topology cascade 4 x 4", ...lines);

/** OPT0225 and on: what `topology` means. */
export const topologyCodes: CodePages = {
  OPT0225: {
    what: "the cascade has fewer inputs than workers",
    why: "`4 x 4` is four units of four inputs and a fifth unit that joins them: 16 inputs. Inputs may stay dark.",
    write: "Choose levels whose product is at least the number of workers.",
    wrong: tree(17),
    right: tree(13),
  },
  OPT0226: {
    what: "a cascade needs a constructed network",
    why: "Units below the last keep the fraction of the mean. A trained or imported network serves all workers at once and cannot.",
    write: "Use `network constructed`, or leave `topology` out.",
    wrong: tree(16, "network trained"),
    right: tree(16, "network constructed"),
  },
};
