import type { CodePage } from "../report/diagnostic.ts";

/** OPT0233: neurons and their thresholds. */
export const neuronCodes: readonly CodePage[] = [
  {
    code: "OPT0233",
    title: "threshold that the neuron does not have",
    explanation:
      "A rectifier passes what light is above nothing: where it decides at another value, reference light is taken off first, " +
      "`threshold optical`. A neuron that saturates has an offset of its own, `threshold electronic`, and takes reference light too. " +
      "`rests amplified` needs it: what is amplified begins half a step below no light.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  network constructed {
    neuron relu
    threshold electronic
  }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  network constructed {
    neuron saturating
    threshold electronic
  }
}
`,
  },
];
