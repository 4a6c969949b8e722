import {
  type Circuit,
  indexCuts,
  indexFlow,
  runSlice,
  type SliceActivation,
  sliceProgram,
} from "../../netlist/index.ts";
import { driveStates, outputsOf, type ReachableStates, type StateTable } from "../../verify/index.ts";

/** The neurons of a cell, or in front of the receivers of a symbol, in all states of what they read. */
export interface DrivenNeurons {
  readonly inputs: StateTable;
  readonly activations: readonly SliceActivation[];
  /** Field in front of neuron a in state r, counted from its threshold, at a * inputs.rows + r. */
  readonly before: Float64Array;
}

/** The cells of a circuit that carries a certificate, one after the other, then its symbols. */
export function* drivenNeurons(circuit: Circuit, { cells, symbols }: ReachableStates): Generator<DrivenNeurons> {
  const { signals } = circuit.certificate!;
  const index = indexFlow(circuit);
  const cuts = indexCuts(index, signals);
  const section = circuit.sections.length - 1;
  const parts = [
    ...cells.map(({ cell, inputs }) => ({ inputs, ends: outputsOf(cell).map((id) => signals[id]!) })),
    ...symbols.map((inputs, j) => {
      const ports = circuit.outputs.filter(({ symbol }) => symbol === j);
      return { inputs, ends: ports.map(({ mode }) => ({ section, mode })) };
    }),
  ];
  for (const { inputs, ends } of parts) {
    const slice = sliceProgram(index, ends, cuts);
    const re = driveStates(circuit.certificate!, slice.reads, inputs, 0, inputs.rows);
    const before = runSlice(slice, { vectors: inputs.rows, re, im: null }).before.re;
    yield { inputs, activations: slice.activations, before };
  }
}
