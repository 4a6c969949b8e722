import { indexCuts, indexFlow, runSlice, type SliceActivation, sliceProgram } from "../../netlist/index.ts";
import { driveStates, outputsOf, type ReachableStates } from "../../verify/index.ts";
import type { Wiring } from "./wiring.ts";

/** A neuron of a cell that is linear in some state: it sends a number on and decides nothing. Null where all of them decide. */
export function amplifierOf({ circuit }: Wiring, { cells }: ReachableStates): SliceActivation | null {
  const certificate = circuit.certificate!;
  const index = indexFlow(circuit);
  const cuts = indexCuts(index, certificate.signals);
  for (const { cell, inputs } of cells) {
    const slice = sliceProgram(
      index,
      outputsOf(cell).map((id) => certificate.signals[id]!),
      cuts,
    );
    const { rows } = inputs;
    const re = driveStates(certificate, slice.reads, inputs, 0, rows);
    const before = runSlice(slice, { vectors: rows, re, im: null }, true).before!.re;
    for (const [a, activation] of slice.activations.entries()) {
      const fields = before.subarray(a * rows, (a + 1) * rows);
      if (fields.some((field) => field > 0 && field < activation.range)) return activation;
    }
  }
  return null;
}
