import type { CodePage } from "../dsl/index.ts";

function page(code: string, title: string, explanation: string): CodePage {
  return { code, title, explanation, wrong: "", right: "" };
}

/** OPT03xx: what the compiler says about files of weights. */
export const compilerCodes: readonly CodePage[] = [
  page(
    "OPT0301",
    "weights file cannot be read",
    "The file is not what its ending says, or it is damaged: a header that does not fit, tensors that overlap or leave gaps, " +
      "bytes that are missing or left over, nested lists of unequal length. Nothing is repaired, because a network with a few " +
      "wrong weights looks like a network.",
  ),
  page(
    "OPT0302",
    "type of number that is not read",
    "Weights are read from float16, bfloat16, float32 and float64, all of which float64 holds exactly. Integers and " +
      "quantised types need a scale that the file does not give: dequantise before saving.",
  ),
  page(
    "OPT0303",
    "tensor that belongs to no layer",
    "Every tensor is called `NAME.weight` or `NAME.bias`, as PyTorch's state dictionary calls the parameters of linear layers, and " +
      "the names differ only in numbers, which give the order: `0.weight`, `2.weight` or `layers.1.weight`. Other tensors " +
      "(batch normalisation, embeddings) would change the function, so they are not skipped.",
  ),
  page(
    "OPT0304",
    "layer without weight or bias",
    "Every layer has a `weight` and a `bias`. A layer made without bias is saved with a bias of zeros, so that one that was lost " +
      "on the way is noticed.",
  ),
  page(
    "OPT0305",
    "shape that does not fit",
    "A weight has the shape [outputs, inputs], as PyTorch keeps it, a bias [outputs], and the inputs of a layer are as many as the " +
      "outputs of the one before. Keras keeps kernels as [inputs, outputs]: transpose them. No layer is wider than 2048.",
  ),
  page(
    "OPT0306",
    "weight that no circuit has",
    "NaN, infinity and numbers beyond 1e15 in a file of weights come from a training that diverged, and so do layers that " +
      "together amplify more than 1e60 times: the levels of light would be lost in the rounding of double precision.",
  ),
  page(
    "OPT0307",
    "activation that is not the spec's",
    "The metadata of the file names an activation, and the spec another (relu when it says nothing). Neurons are rectifiers: retrain with relu.",
  ),
  page(
    "OPT0308",
    "network that does not fit the aggregation",
    "A network for words of M symbols has M outputs, one a symbol, the most significant first. It has K inputs, where P merges " +
      "groups of ceil(M / K) neighbouring symbols; K = M takes every symbol as an input of its own. Each input is the " +
      "average over the workers.",
  ),
  page(
    "OPT0309",
    "approximated layer that the file does not have",
    "`approximate layers 4..6` counts the matrices of the file from 1. The file has fewer.",
  ),
];
