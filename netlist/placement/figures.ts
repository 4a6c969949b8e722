import type { Circuit } from "../circuit/circuit.ts";
import { floorOfCircuit } from "./circuit-floor.ts";
import { gridOf } from "./grid.ts";
import { measurePlacement } from "./measure.ts";

/** What a placement is worth. */
export interface PlacementFigures {
  readonly crossings: number;
  /** Of the lane that is crossed most, between two devices. */
  readonly mostCrossed: number;
  /** Of neurons whose light continues in another lane, and the lanes over which they lead. */
  readonly wires: number;
  readonly lanesUnderWires: number;
  /** Rows of lanes, columns of devices. */
  readonly rows: number;
  readonly columns: number;
}

/** Null where the circuit is not placed. */
export function placementFigures(circuit: Circuit): PlacementFigures | null {
  if (circuit.placement === undefined) return null;
  const { floor } = floorOfCircuit(circuit);
  const { crossings, wires, totalCrossings } = measurePlacement(floor, circuit.placement);
  const { rows, columns } = gridOf(floor, circuit.placement);
  return {
    crossings: totalCrossings,
    mostCrossed: crossings.reduce((most, count) => Math.max(most, count), 0),
    wires: wires.filter((over) => over > 0).length,
    lanesUnderWires: wires.reduce((sum, over) => sum + over, 0),
    rows,
    columns: columns - 1,
  };
}
