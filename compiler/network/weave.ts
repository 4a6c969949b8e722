import { hypotenuse } from "../kernels/index.ts";
import type { Block, Layer, Relu } from "./onn.ts";

/** A number carried by light: Re(field on lane) = fieldPerUnit * number, from the end of layer `level` on (-1: from the start). */
export interface Value {
  readonly lane: number;
  readonly fieldPerUnit: number;
  readonly level: number;
}

/**
 * Weaves a network out of two-lane combiners and splitters, each a single lossless MZI: rows and columns of norm 1 need
 * no attenuator, whatever the weights, because the scale of every lane is free. Operations go into the earliest layer
 * that their inputs allow.
 */
export interface Weaver {
  readonly layers: readonly Layer[];
  lanes(): number;
  freshLane(): number;
  /** x * weightX + y * weightY on x's lane; y's lane ends. */
  combine(name: string, x: Value, weightX: number, y: Value, weightY: number): Value;
  /** The same number twice, with `share` of the power (0 < share < 1) on the second lane. */
  split(name: string, x: Value, share: number): readonly [Value, Value];
  /** max(0, x) with its field multiplied by `gain`. */
  rectify(x: Value, gain: number): Value;
}

export function weaver(firstLane: number): Weaver {
  let lanes = firstLane;
  const layers: { blocks: Block[]; activations: Relu[] }[] = [];
  const layer = (level: number): { blocks: Block[]; activations: Relu[] } => {
    while (layers.length <= level) layers.push({ blocks: [], activations: [] });
    return layers[level]!;
  };
  return {
    layers,
    lanes: () => lanes,
    freshLane: () => lanes++,
    combine(name, x, weightX, y, weightY) {
      const a = weightX / x.fieldPerUnit;
      const b = weightY / y.fieldPerUnit;
      const norm = hypotenuse(a, b);
      const level = Math.max(x.level, y.level) + 1;
      const weights = Float64Array.of(a / norm, b / norm);
      layer(level).blocks.push({ name, lanes: [x.lane, y.lane], rows: 1, cols: 2, weights });
      return { lane: x.lane, fieldPerUnit: 1 / norm, level };
    },
    split(name, x, share) {
      const kept = Math.sqrt(1 - share);
      const given = Math.sqrt(share);
      const level = x.level + 1;
      const lane = lanes++;
      const weights = Float64Array.of(kept, given);
      layer(level).blocks.push({ name, lanes: [x.lane, lane], rows: 2, cols: 1, weights });
      return [
        { lane: x.lane, fieldPerUnit: x.fieldPerUnit * kept, level },
        { lane, fieldPerUnit: x.fieldPerUnit * given, level },
      ];
    },
    rectify(x, gain) {
      if (x.level < 0) throw new Error("an activation needs a layer to stand in");
      layer(x.level).activations.push({ lane: x.lane, gain });
      return { lane: x.lane, fieldPerUnit: x.fieldPerUnit * gain, level: x.level };
    },
  };
}

export interface Weighted {
  readonly value: Value;
  readonly weight: number;
  /** Largest |weight * number|: what meets first in the tree is what is small, so that strong light passes few devices. */
  readonly reach: number;
}

/** Sum of weighted numbers by a tree of combiners, the smallest reaches first. */
export function combineTree(loom: Weaver, name: string, terms: readonly Weighted[]): Value {
  let queue = [...terms];
  let step = 0;
  if (queue.length === 1) {
    const only = queue[0]!;
    if (only.weight <= 0) throw new Error("a lone term needs a positive weight");
    return { ...only.value, fieldPerUnit: only.value.fieldPerUnit / only.weight };
  }
  while (queue.length > 1) {
    queue = queue
      .map((term, index) => ({ term, index }))
      .sort((p, q) => p.term.reach - q.term.reach || p.index - q.index)
      .map((entry) => entry.term);
    const [y, x, ...rest] = queue as [Weighted, Weighted, ...Weighted[]];
    const value = loom.combine(`${name}_sum${step++}`, x.value, x.weight, y.value, y.weight);
    queue = [{ value, weight: 1, reach: x.reach + y.reach }, ...rest];
  }
  return queue[0]!.value;
}

/** Copies of x with field proportions `fields` by a tree of splitters: weak copies sit deep, so no splitter is lopsided without need. */
export function splitTree(loom: Weaver, name: string, x: Value, fields: readonly number[]): Value[] {
  const leaves = fields.map((field, index) => ({ power: field * field, index }));
  const copies = new Array<Value>(fields.length);
  let step = 0;
  const descend = (value: Value, node: SplitNode): void => {
    if (node.kind === "leaf") {
      copies[node.index] = value;
      return;
    }
    const [kept, given] = loom.split(
      `${name}_split${step++}`,
      value,
      node.right.power / (node.left.power + node.right.power),
    );
    descend(kept, node.left);
    descend(given, node.right);
  };
  descend(x, huffman(leaves));
  return copies;
}

type SplitNode =
  | { readonly kind: "leaf"; readonly power: number; readonly index: number }
  | { readonly kind: "fork"; readonly power: number; readonly left: SplitNode; readonly right: SplitNode };

function huffman(leaves: readonly { power: number; index: number }[]): SplitNode {
  const queue: SplitNode[] = leaves.map((leaf): SplitNode => ({ kind: "leaf", ...leaf }));
  queue.sort((p, q) => q.power - p.power);
  while (queue.length > 1) {
    const right = queue.pop()!;
    const left = queue.pop()!;
    const power = left.power + right.power;
    // Kept sorted by insertion behind equals: sorting anew at every step is too slow for thousands of rails.
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (queue[middle]!.power >= power) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, { kind: "fork", power, left, right });
  }
  return queue[0]!;
}
