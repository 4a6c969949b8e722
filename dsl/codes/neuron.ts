import type { CodePages } from "../report/diagnostic.ts";
import { block, pair } from "./example.ts";

const constructed = (neuron: string): string =>
  pair("network constructed {", `  neuron ${neuron}`, "  threshold electronic", "}");
const trained = (structure: string): string =>
  pair("network trained {", `  structure ${structure}`, "  approximate layers 2..3", "}");

/** OPT0233 to OPT0235: settings that contradict each other, or that the others leave unused. */
export const neuronCodes: CodePages = {
  OPT0233: {
    what: "the neuron does not have this threshold",
    why: "A rectifier decides at zero, so reference light sets its threshold (`threshold optical`). A saturating neuron can set it electronically. `residual regenerated` needs an optical threshold.",
    write: "Use `neuron saturating` with `threshold electronic`, or `threshold optical`.",
    wrong: constructed("relu"),
    right: constructed("saturating"),
  },
  OPT0234: {
    what: "a network of cells does not take this setting",
    why: "A cell is a small network whose shape follows from its digit. Only `analog-inputs`, `seed`, `target` and `budget` apply to it.",
    write: "Use `structure perceptron`, or remove the setting.",
    wrong: trained("cells"),
    right: trained("perceptron"),
  },
  OPT0235: {
    what: "the setting has no effect",
    why: "Another setting of the file makes this one irrelevant. This is a warning, and the setting is kept.",
    write: "Remove the setting, or change the other one.",
    wrong: block("training digits", "runs float, ring", "phase-sigma 0.05 rad"),
    right: block("training digits", "runs float, ring, noise", "phase-sigma 0.05 rad"),
  },
};
