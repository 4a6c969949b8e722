import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "./floor.ts";
import { inversionsOf, prefixSums } from "./sums.ts";

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

/**
 * Counts what a placement costs. A mesh stands at the median of its stretches, so that the fewest lanes are moved over, either way up.
 * The light of a neuron ends where its stretch lies and begins again where the next one lies. O(n log n).
 */
export function measurePlacement({ devices, stretches }: Floor, placement: Placement): Measures {
  const size = stretches.length;
  const rank = ranksOf(placement.lanes, size);
  const lit = prefixSums(size);
  /** Crossings of a rank are the sum of the steps up to it. */
  const passed = prefixSums(size + 1);
  const crossings = new Array<number>(size).fill(0);
  const moved = new Array<number>(size).fill(0);
  const wires = new Array<number>(devices.length).fill(0);
  const begin = (stretch: number): void => {
    lit.add(rank[stretch]!, 1);
    crossings[stretch] = crossings[stretch]! - passed.upTo(rank[stretch]!);
  };
  const end = (stretch: number): void => {
    lit.add(rank[stretch]!, -1);
    crossings[stretch] = crossings[stretch]! + passed.upTo(rank[stretch]!);
  };
  /** Lit lanes strictly between two ranks. */
  const between = (a: number, b: number): number => {
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    return high - low < 2 ? 0 : lit.upTo(high - 1) - lit.upTo(low);
  };
  const move = (stretch: number, to: number): void => {
    const over = between(rank[stretch]!, to);
    if (over === 0) return;
    passed.add(Math.min(rank[stretch]!, to) + 1, 1);
    passed.add(Math.max(rank[stretch]!, to), -1);
    crossings[stretch] = crossings[stretch]! + over;
    moved[stretch] = moved[stretch]! + over;
  };
  /** Stretches side by side that lie in another order beyond: each two of them that are the wrong way round cross. */
  const turn = (side: readonly number[], flipped: boolean): void => {
    const ordered = flipped ? [...side].reverse() : side;
    const { before, behind } = inversionsIn(ordered, rank);
    ordered.forEach((stretch, i) => {
      crossings[stretch] = crossings[stretch]! + before[i]! + behind[i]!;
      moved[stretch] = moved[stretch]! + before[i]!;
    });
  };
  turn(placement.left, false);
  stretches.forEach(({ from }, stretch) => {
    if (from < 0) begin(stretch);
  });
  for (const d of placement.sequence) {
    const { kind, inputs, outputs } = devices[d]!;
    for (const stretch of inputs) end(stretch);
    if (kind === "neuron") {
      wires[d] = between(rank[inputs[0]!]!, rank[outputs[0]!]!);
    } else {
      const all = [...inputs, ...outputs];
      const at = medianOf(all, rank);
      for (const stretch of all) move(stretch, at);
      const flipped = isFlipped(inputs, outputs, rank);
      turn(inputs, flipped);
      turn(outputs, flipped);
    }
    for (const stretch of outputs) begin(stretch);
  }
  stretches.forEach(({ to }, stretch) => {
    if (to === devices.length) end(stretch);
  });
  turn(placement.right, false);
  return { crossings, moved, wires, totalCrossings: crossings.reduce((sum, count) => sum + count, 0) / 2 };
}

/** Where a mesh stands. */
export function medianOf(stretches: readonly number[], rank: ArrayLike<number>): number {
  const ranks = stretches.map((stretch) => rank[stretch]!).sort((a, b) => a - b);
  return ranks[ranks.length >> 1] ?? 0;
}

/** Whether a mesh stands upside down: when fewer of its lanes cross then. */
export function isFlipped(inputs: readonly number[], outputs: readonly number[], rank: ArrayLike<number>): boolean {
  let inverted = 0;
  let pairs = 0;
  for (const side of [inputs, outputs]) {
    inverted += inversionsIn(side, rank).before.reduce((sum, count) => sum + count, 0);
    pairs += (side.length * (side.length - 1)) / 2;
  }
  return 2 * inverted > pairs;
}

function inversionsIn(side: readonly number[], rank: ArrayLike<number>): ReturnType<typeof inversionsOf> {
  const sorted = [...side].sort((a, b) => rank[a]! - rank[b]!);
  const local = new Map(sorted.map((stretch, i) => [stretch, i]));
  return inversionsOf(
    side.map((stretch) => local.get(stretch)!),
    side.length,
  );
}
