import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "./floor.ts";

/** Where two lit waveguides cross: in front of a device, or behind it. */
export interface Crossing {
  /** The device by which it lies; -1 at the left edge, the number of devices at the right one. */
  readonly device: number;
  readonly side: "before" | "behind";
  /** Two stretches. */
  readonly upper: number;
  readonly lower: number;
}

export interface Measures {
  /** Of each stretch: waveguides that it crosses; each of them counts the crossing too. */
  readonly crossings: readonly number[];
  /** Of each stretch: lanes that it moves over, from its device to its place and from there to the next one. */
  readonly moved: readonly number[];
  /** Lanes over which the wire of each device leads; 0 but for neurons. */
  readonly wires: readonly number[];
  readonly totalCrossings: number;
}

/** The place of each entry of `order` in it. */
export function ranksOf(order: ArrayLike<number>, size: number = order.length): Int32Array {
  const rank = new Int32Array(size).fill(-1);
  for (let at = 0; at < order.length; at++) rank[order[at]!] = at;
  return rank;
}

/** Counts what a placement costs. O(devices x lanes that are lit side by side). */
export function measurePlacement(floor: Floor, placement: Placement): Measures {
  const { crossings, moved, wires } = walk(floor, placement);
  const counts = floor.stretches.map(() => 0);
  for (const { upper, lower } of crossings) for (const it of [upper, lower]) counts[it] = counts[it]! + 1;
  return { crossings: counts, moved, wires, totalCrossings: crossings.length };
}

/** Every crossing of a placement, from left to right. */
export function crossingsOf(floor: Floor, placement: Placement): readonly Crossing[] {
  return walk(floor, placement).crossings;
}

/**
 * Lanes cross that a stretch of a mesh passes on its way to where the mesh stands, the median of its stretches, so that the fewest are
 * passed; and neighbours that lie the wrong way round in front of it, behind it, or at an edge. A mesh may stand either way up. The light
 * of a neuron ends where its stretch lies and begins again where the next one lies.
 */
function walk({ devices, stretches }: Floor, placement: Placement) {
  const rank = ranksOf(placement.lanes, stretches.length);
  const lit = new Set<number>();
  const crossings: Crossing[] = [];
  const moved = stretches.map(() => 0);
  const wires = devices.map(() => 0);
  const cross = (device: number, side: Crossing["side"], upper: number, lower: number, mover: number): void => {
    crossings.push({ device, side, upper, lower });
    moved[mover] = moved[mover]! + 1;
  };
  const between = (a: number, b: number): number[] => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    return [...lit].filter((it) => rank[it]! > low && rank[it]! < high);
  };
  const turn = (device: number, side: Crossing["side"], lanes: readonly number[], flipped: boolean): void => {
    lanes.forEach((upper, i) => {
      for (const lower of lanes.slice(i + 1)) {
        if (rank[upper]! > rank[lower]! === flipped) continue;
        cross(device, side, upper, lower, flipped ? upper : lower);
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
          for (const lower of between(rank[upper]!, at)) cross(device, side, upper, lower, upper);
        }
      };
      pass("before", inputs);
      turn(device, "before", inputs, flipped);
      turn(device, "behind", outputs, flipped);
      pass("behind", outputs);
    } else wires[device] = between(rank[inputs[0]!]!, rank[outputs[0]!]!).length;
    for (const stretch of outputs) lit.add(stretch);
  }
  turn(devices.length, "before", placement.right, false);
  return { crossings, moved, wires };
}

/** Where a mesh stands. */
export function medianOf(stretches: readonly number[], rank: ArrayLike<number>): number {
  const ranks = stretches.map((stretch) => rank[stretch]!).sort((a, b) => a - b);
  return ranks[ranks.length >> 1] ?? 0;
}

/** Whether a mesh stands upside down: when fewer of its lanes cross then. */
export function isFlipped(inputs: readonly number[], outputs: readonly number[], rank: ArrayLike<number>): boolean {
  let [inverted, pairs] = [0, 0];
  for (const side of [inputs, outputs]) {
    side.forEach((upper, i) => {
      for (const lower of side.slice(i + 1)) if (rank[upper]! > rank[lower]!) inverted += 1;
    });
    pairs += (side.length * (side.length - 1)) / 2;
  }
  return 2 * inverted > pairs;
}
