import { type Finding, failure } from "../../check/finding.ts";
import { resultOf } from "../../circuit/symbols.ts";
import type { Subject } from "../scope.ts";
import { chosenTable, functionOptions, tableFindings } from "../table/chip.ts";
import { chipText, lazily, tableNpz } from "../table/writer.ts";
import type { Target, TargetOptions } from "../target.ts";
import { hookModule } from "./module.ts";

/** Most bits of an integer that float32 holds, with its sign. */
const HELD_BITS = 25;

/**
 * A communication hook for PyTorch's DistributedDataParallel: a Python module, and for chips and circuits without a certificate the table
 * that it looks words up in.
 */
export const torchHookTarget: Target = {
  name: "torch-hook",
  summary:
    "communication hook for PyTorch's DistributedDataParallel: a Python module (.py), of chips with a table (.npz)",
  carries:
    "in two files, of a constructed circuit in one: block quantization, the mean, and the way back; integers, or a table of simulate()",
  limits: "as many ranks as workers; of chips and trained networks at most 67 108 864 rows; no times",
  options: functionOptions,
  check: (subject, options) =>
    hasTable(subject, options) ? tableFindings("torch-hook", subject, options) : resultFindings(subject),
  emit: (subject, options) => {
    const { circuit, stem } = subject;
    const module = `${stem.replace(/[^A-Za-z0-9]+/g, "_").replace(/^(?=\d)/, "c_")}_hook`;
    const table = hasTable(subject, options) ? `${module}.npz` : null;
    const script = { name: `${module}.py`, content: [hookModule(circuit.name, module, circuit.aggregate, table)] };
    if (table === null) return [script];
    const errors = chipText(subject, options);
    const content = lazily(() => [tableNpz(circuit.name, errors, chosenTable(subject, options))]);
    return [script, { name: table, content }];
  },
};

/** The certificate says that a constructed circuit computes the mean; `optinc export` proves it. Chips compute something else. */
function hasTable({ circuit, chip, scope }: Subject, options: TargetOptions): boolean {
  return circuit.certificate === null || chip !== null || scope.kind !== "circuit" || Object.keys(options).length > 0;
}

function resultFindings({ circuit: { aggregate } }: Subject): readonly Finding[] {
  const { bits, scale } = resultOf(aggregate);
  if (scale === 1 || bits <= HELD_BITS) return [];
  const message = `results of ${bits} bits do not fit in float32 tensors, which hold ${HELD_BITS}`;
  return [failure("OPT0451", "", message, "round the mean, or take shorter words")];
}
