import type { CodePages } from "../report/diagnostic.ts";
import { block, pair } from "./example.ts";

const constructed = (neuron: string): string =>
  pair("network constructed {", `  neuron ${neuron}`, "  threshold electronic", "}");
const trained = (...settings: readonly string[]): string =>
  pair("network trained {", ...settings.map((line) => `  ${line}`), "}");

/** OPT0233 to OPT0235: settings that contradict each other, that were removed, or that the others leave unused. */
export const neuronCodes: CodePages = {
  OPT0233: {
    what: "the neuron does not have this threshold",
    why: "A rectifier decides at zero, so reference light sets its threshold (`threshold optical`). A saturating neuron can set it electronically. `residual regenerated` needs an optical threshold.",
    write: "Use `neuron saturating` with `threshold electronic`, or `threshold optical`.",
    wrong: constructed("relu"),
    right: constructed("saturating"),
  },
  OPT0234: {
    what: "the setting was removed from the language",
    why: "`network trained` trains one perceptron. Networks composed of one small network a digit (`structure cells`) are gone: `network constructed` computes every word exactly.",
    write: "Remove the setting. For words that are too long to train, write `network constructed`.",
    wrong: trained("structure perceptron", "seed 3"),
    right: trained("seed 3"),
  },
  OPT0235: {
    what: "the setting has no effect",
    why: "Another setting of the file makes this one irrelevant. This is a warning, and the setting is kept.",
    write: "Remove the setting, or change the other one.",
    wrong: block("training digits", "runs float, ring", "phase-sigma 0.05 rad"),
    right: block("training digits", "runs float, ring, noise", "phase-sigma 0.05 rad"),
  },
};
