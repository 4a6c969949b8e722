/** Names of the built-in formats, in the order of `targets`: to check a spec takes no more of them, and loads no writer. */
export const targetNames: readonly string[] = [
  "spice",
  "phases",
  "sax",
  "gdsfactory",
  "touchstone",
  "lumerical",
  "lumerical-dat",
  "perceval",
  "table",
  "onnx",
  "torch-hook",
  "svg",
];
