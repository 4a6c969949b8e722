import type { SliceActivation } from "../../netlist/index.ts";
import type { ReachableStates } from "../../verify/index.ts";
import { drivenCells } from "./driven-cells.ts";
import type { Wiring } from "./wiring.ts";

/** A neuron of a cell that is linear in some state: it sends a number on and decides nothing. Null where all of them decide. */
export function amplifierOf({ circuit }: Wiring, states: ReachableStates): SliceActivation | null {
  for (const { inputs, activations, before } of drivenCells(circuit, states)) {
    const { rows } = inputs;
    for (const [a, activation] of activations.entries()) {
      const fields = before.subarray(a * rows, (a + 1) * rows);
      if (fields.some((field) => field > 0 && field < activation.range)) return activation;
    }
  }
  return null;
}
