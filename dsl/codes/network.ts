import type { CodePage } from "../report/diagnostic.ts";

/** OPT0222 and on: what a network block means. */
export const networkCodes: readonly CodePage[] = [
  {
    code: "OPT0222",
    title: "layer that does not exist",
    explanation:
      "Layers are the matrices between two rows of neurons and count from 1: the first reads the inputs, the last " +
      "makes the output symbols, so there is one more than there are hidden widths.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  network trained {
    hidden 32 32
    approximate layers 2..4
  }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  network trained {
    hidden 32 32
    approximate layers 2..3
  }
}
`,
  },
  {
    code: "OPT0223",
    title: "unknown kind of weights file",
    explanation:
      "The ending of the file says how it is read: `.safetensors`, `.json` (tensor names and nested lists) or `.npz` " +
      "(numpy.savez). Pickled files such as `.pt` can run code when they are read and are not accepted: save the state " +
      "dictionary with safetensors.torch.save_file.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  network imported {
    weights "mlp.pt"
  }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  network imported {
    weights "mlp.safetensors"
  }
}
`,
  },
  {
    code: "OPT0224",
    title: "proof of a network that claims nothing",
    explanation:
      "A proof checks the claims that a constructed network makes about its cells. Trained and imported networks make none: " +
      "all distinct input vectors are driven through the circuit, or a sample of them.",
    wrong: `aggregate pair {
  workers 2
  precision 8 bits
  network imported {
    weights "mlp.json"
  }
  verify {
    inputs proof
  }
}
`,
    right: `aggregate pair {
  workers 2
  precision 8 bits
  network imported {
    weights "mlp.json"
  }
  verify {
    inputs exhaustive
  }
}
`,
  },
];
