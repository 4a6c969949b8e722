import type { CodePage } from "../report/diagnostic.ts";

/** OPT0233 to OPT0235: settings that contradict each other, or that the others leave nothing to do. */
export const neuronCodes: readonly CodePage[] = [
  {
    code: "OPT0233",
    title: "threshold that the neuron does not have",
    explanation:
      "A rectifier passes what light is above nothing: where it decides at another value, reference light is taken off first, " +
      "`threshold optical`. A neuron that saturates has an offset of its own, `threshold electronic`, and takes reference light too. " +
      "`residual regenerated` needs it: a regenerated residual begins half a step below no light.",
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
  {
    code: "OPT0234",
    title: "setting of a perceptron for a network of cells",
    explanation:
      "Cells are small networks of their own, one a digit: what they look like and how they are trained follows from the digit, and only " +
      "`analog-inputs`, `seed`, `target` and `budget` say something of them. Widths, layers of diag(d) U and the course of the training are those of " +
      "`structure perceptron`.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  network trained {
    structure cells
    approximate layers 2..3
  }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  network trained {
    structure perceptron
    approximate layers 2..3
  }
}
`,
  },
  {
    code: "OPT0235",
    title: "setting that does nothing",
    explanation:
      "The setting is right by itself, but another one of the file leaves it nothing to do: nothing would come out differently without it. " +
      "It is a warning, as files are changed setting by setting; what is written is kept.",
    wrong: `training digits {
  runs float, ring
  phase-sigma 0.05 rad
}
`,
    right: `training digits {
  runs float, ring, noise
  phase-sigma 0.05 rad
}
`,
  },
];
