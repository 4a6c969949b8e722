import { chosenTable, functionOptions, tableFindings } from "../table/chip.ts";
import { chipText, lazily, tableNpz } from "../table/writer.ts";
import type { Target } from "../target.ts";
import { hookModule } from "./module.ts";

/**
 * A communication hook for PyTorch's DistributedDataParallel: a Python module and the table of the circuit that it looks words up in.
 */
export const torchHookTarget: Target = {
  name: "torch-hook",
  summary:
    "communication hook for PyTorch's DistributedDataParallel: a Python module (.py) and the circuit's table (.npz)",
  carries:
    "in two files: block quantization, what simulate() gives for every distinct vector of symbol sums, and the way back",
  limits: "as many ranks as workers; at most 67 108 864 rows; no times",
  options: functionOptions,
  check: (subject, options) => tableFindings(torchHookTarget, subject, options),
  emit: (subject, options) => {
    const { circuit, stem } = subject;
    const module = `${stem.replace(/[^A-Za-z0-9]+/g, "_").replace(/^(?=\d)/, "c_")}_hook`;
    const errors = chipText(torchHookTarget, subject, options);
    return [
      { name: `${module}.py`, content: [hookModule(circuit.name, `${module}.npz`)] },
      {
        name: `${module}.npz`,
        content: lazily(() => [tableNpz(circuit.name, errors, chosenTable(torchHookTarget, subject, options))]),
      },
    ];
  },
};
