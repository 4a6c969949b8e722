import type { CodePages } from "../dsl/index.ts";

/** OPT03xx: what the compiler says about files of weights. */
export const compilerCodes: CodePages = {
  OPT0301: {
    what: "the weights file cannot be read",
    why: "The file is damaged, or has another format than its ending says. It is not repaired: a few wrong weights would go unnoticed.",
    write: "Save the weights again.",
  },
  OPT0302: {
    what: "this number type is not read",
    why: "Weights are float16, bfloat16, float32 or float64. Integer types need a scale that the file does not give.",
    write: "Dequantise before you save.",
  },
  OPT0303: {
    what: "the tensor belongs to no layer",
    why: "Other tensors, such as those of batch normalisation, would change the function.",
    write: "Name tensors `NAME.weight` and `NAME.bias`, where only a number differs: `0.weight`, `2.weight`.",
  },
  OPT0304: {
    what: "the layer has no weight or no bias",
    why: "A lost tensor could pass for a layer without bias.",
    write: "Save both. A layer without bias gets zeros.",
  },
  OPT0305: {
    what: "the shape does not fit",
    why: "A weight is [outputs, inputs] as in PyTorch, a bias [outputs]. Each layer reads the outputs of the one before. Layers are at most 2048 wide.",
    write: "Transpose Keras kernels, which are [inputs, outputs].",
  },
  OPT0306: {
    what: "a circuit cannot have this weight",
    why: "The training has diverged. Weights are at most 1e15, and all layers together amplify at most 1e60 times.",
    write: "Train again with smaller steps.",
  },
  OPT0307: {
    what: "the file has another activation than the spec",
    why: "The metadata of the file names its activation. The default of a spec is relu.",
    write: "Train again with the activation of the spec.",
  },
  OPT0308: {
    what: "the network does not fit the aggregation",
    why: "M symbols need M outputs, the most significant first. With K inputs, the combiner P merges groups of ceil(M / K) symbols. Each input is the average over the workers.",
    write: "Change the widths of the network or the precision of the spec.",
  },
  OPT0309: {
    what: "the file has no such layer to approximate",
    why: "`approximate layers 4..6` counts the matrices of the file from 1.",
    write: "Use layers that exist.",
  },
};
