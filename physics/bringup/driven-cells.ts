import {
  type Circuit,
  indexCuts,
  indexFlow,
  runSlice,
  type SliceActivation,
  sliceProgram,
} from "../../netlist/index.ts";
import { driveStates, outputsOf, type ReachableStates, type StateTable } from "../../verify/index.ts";

/** A cell that is driven with all of its states through its devices. */
export interface DrivenCell {
  readonly inputs: StateTable;
  readonly activations: readonly SliceActivation[];
  /** Field in front of neuron a in state r, counted from its threshold, at a * inputs.rows + r. */
  readonly before: Float64Array;
}

/** The cells of a circuit that carries a certificate, one after the other. */
export function* drivenCells(circuit: Circuit, { cells }: ReachableStates): Generator<DrivenCell> {
  const certificate = circuit.certificate!;
  const index = indexFlow(circuit);
  const cuts = indexCuts(index, certificate.signals);
  for (const { cell, inputs } of cells) {
    const slice = sliceProgram(
      index,
      outputsOf(cell).map((id) => certificate.signals[id]!),
      cuts,
    );
    const re = driveStates(certificate, slice.reads, inputs, 0, inputs.rows);
    const before = runSlice(slice, { vectors: inputs.rows, re, im: null }).before.re;
    yield { inputs, activations: slice.activations, before };
  }
}
