import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "./floor.ts";
import { isFlipped, medianOf, ranksOf } from "./measure.ts";

/** Where two lit waveguides cross: in front of a device, or behind it. */
export interface Crossing {
  /** The device by which it lies; -1 at the left edge, the number of devices at the right one. */
  readonly device: number;
  readonly side: "before" | "behind";
  /** Two stretches. */
  readonly upper: number;
  readonly lower: number;
}

/**
 * Every crossing of a placement, from left to right, as `measurePlacement` counts them: lanes that a stretch of a mesh passes on its way
 * to where the mesh stands, and neighbours that lie the wrong way round in front of it, behind it, or at an edge.
 */
export function crossingsOf({ devices, stretches }: Floor, placement: Placement): readonly Crossing[] {
  const rank = ranksOf(placement.lanes, stretches.length);
  const lit = new Set<number>();
  const found: Crossing[] = [];
  const turn = (device: number, side: Crossing["side"], lanes: readonly number[], flipped: boolean): void => {
    lanes.forEach((upper, i) => {
      for (const lower of lanes.slice(i + 1)) {
        if (rank[upper]! > rank[lower]! !== flipped) found.push({ device, side, upper, lower });
      }
    });
  };
  turn(-1, "behind", placement.left, false);
  stretches.forEach(({ from }, stretch) => {
    if (from < 0) lit.add(stretch);
  });
  for (const device of placement.sequence) {
    const { kind, inputs, outputs } = devices[device]!;
    for (const stretch of inputs) lit.delete(stretch);
    if (kind === "mesh") {
      const at = medianOf([...inputs, ...outputs], rank);
      const flipped = isFlipped(inputs, outputs, rank);
      const pass = (side: Crossing["side"], lanes: readonly number[]): void => {
        for (const upper of lanes) {
          const [low, high] = [Math.min(rank[upper]!, at), Math.max(rank[upper]!, at)];
          for (const lower of lit) {
            if (rank[lower]! > low && rank[lower]! < high) found.push({ device, side, upper, lower });
          }
        }
      };
      pass("before", inputs);
      turn(device, "before", inputs, flipped);
      turn(device, "behind", outputs, flipped);
      pass("behind", outputs);
    }
    for (const stretch of outputs) lit.add(stretch);
  }
  turn(devices.length, "before", placement.right, false);
  return found;
}
