import { type Circuit, indexFlow, type ProgramSlice, sliceProgram } from "../../netlist/index.ts";
import type { NoisePlan } from "../noise/propagation.ts";
import type { WordPlan } from "../noise/word-errors.ts";

/** A slice whose reads are outputs of earlier ones; it is driven by the workers' ports too. */
export interface TimedPart {
  readonly slice: ProgramSlice;
  /** Of each read: the part and its output. */
  readonly reads: readonly { readonly part: number; readonly output: number }[];
  /** Of each activation: whether it saturates and compares, so that it has to recover. */
  readonly recovers: readonly boolean[];
}

/** A circuit as slices in the order of light. */
export interface TimedCircuit {
  readonly circuit: Circuit;
  readonly parts: readonly TimedPart[];
  /** What the first worker receives: the place of the field, and its port in `circuit.outputs`. */
  readonly receivers: readonly { readonly part: number; readonly output: number; readonly port: number }[];
}

/** Of a circuit without certificate, which is one slice. */
export function timedWords({ circuit, slice, before, words }: WordPlan): TimedCircuit {
  const receivers = circuit.outputs.flatMap(({ worker }, port) =>
    worker === 0 ? [{ part: 0, output: port, port }] : [],
  );
  return { circuit, parts: [{ slice, reads: [], recovers: recoveries(slice, before, words) }], receivers };
}

/** Of a circuit with a certificate: a slice for all symbol sums, one a cell, one a symbol of the result. */
export function timedStages({ circuit, stages }: NoisePlan): TimedCircuit {
  const sums = circuit.certificate!.signals.filter(({ kind }) => kind === "sum");
  const parts: TimedPart[] = [{ slice: sliceProgram(indexFlow(circuit), sums, []), reads: [], recovers: [] }];
  const receivers: { part: number; output: number; port: number }[] = [];
  const partOf = (stage: number): number => (stage < sums.length ? 0 : 1 + stage - sums.length);
  let symbol = 0;
  for (const { kind, slice, feeds, before, rows } of stages) {
    if (kind === "sum") continue;
    const reads = feeds.map(({ stage, output }) => ({
      part: partOf(stage),
      output: stage < sums.length ? stage : output,
    }));
    if (kind === "receivers") {
      const ports = [...circuit.outputs.keys()].filter((port) => circuit.outputs[port]!.symbol === symbol);
      const output = ports.findIndex((port) => circuit.outputs[port]!.worker === 0);
      if (output >= 0) receivers.push({ part: parts.length, output, port: ports[output]! });
      symbol++;
    }
    parts.push({ slice: slice!, reads, recovers: recoveries(slice!, before, rows) });
  }
  return { circuit, parts, receivers };
}

/** Those whose field is outside of the linear part in every noiseless state or word; `before`: fields less the threshold. */
function recoveries({ activations }: ProgramSlice, before: Float64Array, rows: number): readonly boolean[] {
  return activations.map(
    ({ range }, a) =>
      Number.isFinite(range) && before.subarray(a * rows, (a + 1) * rows).every((field) => field < 0 || field > range),
  );
}
