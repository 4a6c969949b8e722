import type { CodePage } from "../report/diagnostic.ts";

const pair = `aggregate pair {
  workers 2
  precision 4 bits
}
`;

function study(...lines: readonly string[]): string {
  return `${pair}study small {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
}

/** OPT024x: `study` blocks. */
export const studyCodes: readonly CodePage[] = [
  {
    code: "OPT0240",
    title: "a study of an aggregate that is not there",
    explanation: "A study varies settings of an aggregate of the same file, which it names.",
    wrong: study("aggregate pear", "vary workers 2 4", "measure mzis"),
    right: study("aggregate pair", "vary workers 2 4", "measure mzis"),
  },
  {
    code: "OPT0241",
    title: "a range that cannot be walked",
    explanation:
      "A grid takes the values of a range step by step, upward: `0.1..0.4 step 0.1`. Whole numbers go by one where nothing is said. " +
      "A range without a step can be drawn from, evenly, where the study says `search N trials`, and then stands alone.",
    wrong: study("aggregate pair", "vary decision-margin 0.1..0.4", "measure mzis"),
    right: study("aggregate pair", "vary decision-margin 0.1..0.4 step 0.1", "measure mzis"),
  },
  {
    code: "OPT0242",
    title: "too many points",
    explanation:
      "A grid has every combination of the values of its axes: 1e5 points at most, and 1000 values on an axis. `search N trials` draws " +
      "points of a larger one.",
    wrong: study(
      "aggregate pair",
      "vary decision-margin 0.1..0.4 step 0.001; symbol-rate 1..300 GBd step 1 GBd; workers 2 4",
      "measure mzis",
    ),
    right: study(
      "aggregate pair",
      "vary decision-margin 0.1..0.4 step 0.001; symbol-rate 1..300 GBd step 1 GBd; workers 2 4",
      "search 1000 trials",
      "measure mzis",
    ),
  },
  {
    code: "OPT0243",
    title: "an objective that cannot be judged by",
    explanation:
      "What is minimised or maximised is one of the measures of the study, and wanted one way: the Pareto front is made of the columns of " +
      "the result.",
    wrong: study("aggregate pair", "vary workers 2 4", "measure mzis", "minimise neurons"),
    right: study("aggregate pair", "vary workers 2 4", "measure mzis, neurons", "minimise neurons"),
  },
  {
    code: "OPT0244",
    title: "a study of a network that is not constructed",
    explanation:
      "Constructed networks follow from the settings, so that every point of a study is another proved circuit. Trained networks take " +
      "minutes each, and imported ones are as they are.",
    wrong: `aggregate net {
  workers 2
  precision 2 bits
  network imported { weights "net.npz" }
}
study small {
  aggregate net
  vary workers 2 4
  measure mzis
}
`,
    right: study("aggregate pair", "vary workers 2 4", "measure mzis"),
  },
  {
    code: "OPT0245",
    title: "no study",
    explanation:
      "`optinc study` reads what to vary from a block `study NAME { ... }` beside the aggregate; the file has no such block.",
    wrong: "",
    right: "",
  },
];
