import { hypotenuse, norm } from "../kernels/index.ts";
import type { Block, Layer, Neuron, Saturating } from "./onn.ts";

/** A number carried by light: Re(field on lane) = fieldPerUnit * number, from the end of layer `level` on (-1: from the start). */
export interface Value {
  readonly lane: number;
  readonly fieldPerUnit: number;
  readonly level: number;
}

/** What light keeps in the surroundings of a block, as field factors. */
export interface BlockLoss {
  /** In front of each lane that it reads. */
  readonly inputs: readonly number[];
  /** From any input to any output. */
  readonly factor: number;
  /** Behind each lane that it writes, up to the next device. */
  readonly outputs: readonly number[];
}

export interface NeuronLoss {
  readonly before: number;
  readonly after: number;
}

/** Losses by place: weaving the same network again puts every block and neuron at the same place. */
export interface LaneLosses {
  /** Of the block of this index in a layer. */
  readonly block: (layer: number, index: number) => BlockLoss;
  readonly neuron: (layer: number, lane: number) => NeuronLoss;
}

const nothingLost: BlockLoss = { inputs: [1, 1], factor: 1, outputs: [1, 1] };
export const lossless: LaneLosses = { block: () => nothingLost, neuron: () => ({ before: 1, after: 1 }) };

/** Shapes of the trees of splitters by name, from a weaving before: powers change with losses, places must not. */
export type SplitShapes = ReadonlyMap<string, SplitShape>;
export type SplitShape =
  | { readonly kind: "leaf"; readonly index: number }
  | {
      readonly kind: "fork";
      readonly layer: number;
      readonly block: number;
      readonly left: SplitShape;
      readonly right: SplitShape;
    };

/** What a second weaving knows from the first. */
export interface Known {
  readonly losses: LaneLosses;
  readonly shapes: SplitShapes;
}

/**
 * Weaves a network out of two-lane combiners and splitters, each a single lossless MZI: rows and columns of norm 1 need
 * no attenuator, whatever the weights, because the scale of every lane is free. Operations go into the earliest layer
 * that their inputs allow.
 */
export interface Weaver {
  readonly layers: readonly Layer[];
  /** Of all trees of splitters so far. */
  readonly shapes: Map<string, SplitShape>;
  /** Null where nothing is known and nothing is lost. */
  readonly known: Known | null;
  lanes(): number;
  freshLane(): number;
  /** x * weightX + y * weightY on x's lane; y's lane ends. */
  combine(name: string, x: Value, weightX: number, y: Value, weightY: number): Value;
  /** The same number twice, with `share` of the power (0 < share < 1) on the second lane; `kept` where 1 - share has no digits left. */
  split(name: string, x: Value, share: number, kept?: number): readonly [Value, Value];
  /** max(0, x) with its field multiplied by `gain`. */
  rectify(x: Value, gain: number): Value;
  /** gain * min(range, max(0, field - threshold)) of x's field: a number that is 1 where the neuron is at its limit. */
  limit(x: Value, neuron: Omit<Saturating, "kind" | "lane">): Value;
  /** Losses at the next block that is put behind layer `level`. */
  blockAfter(level: number): BlockLoss;
  neuronAt(level: number, lane: number): NeuronLoss;
}

export function weaver(firstLane: number, known: Known | null = null): Weaver {
  let lanes = firstLane;
  const losses = known?.losses ?? lossless;
  const layers: { blocks: Block[]; activations: Neuron[] }[] = [];
  const layer = (level: number): { blocks: Block[]; activations: Neuron[] } => {
    while (layers.length <= level) layers.push({ blocks: [], activations: [] });
    return layers[level]!;
  };
  const blockAfter = (level: number): BlockLoss => losses.block(level + 1, layers[level + 1]?.blocks.length ?? 0);
  return {
    layers,
    shapes: new Map(),
    known,
    lanes: () => lanes,
    freshLane: () => lanes++,
    combine(name, x, weightX, y, weightY) {
      const level = Math.max(x.level, y.level) + 1;
      const { inputs, factor } = blockAfter(level - 1);
      const a = weightX / (x.fieldPerUnit * inputs[0]!);
      const b = weightY / (y.fieldPerUnit * inputs[1]!);
      const length = hypotenuse(a, b);
      const weights = Float64Array.of(a / length, b / length);
      layer(level).blocks.push({ name, lanes: [x.lane, y.lane], rows: 1, cols: 2, weights });
      return { lane: x.lane, fieldPerUnit: factor / length, level };
    },
    split(name, x, share, keptShare = 1 - share) {
      const kept = Math.sqrt(keptShare);
      const given = Math.sqrt(share);
      const level = x.level + 1;
      const { inputs, factor } = blockAfter(x.level);
      const left = inputs[0]! * factor;
      const lane = lanes++;
      const weights = Float64Array.of(kept, given);
      layer(level).blocks.push({ name, lanes: [x.lane, lane], rows: 2, cols: 1, weights });
      return [
        { lane: x.lane, fieldPerUnit: x.fieldPerUnit * kept * left, level },
        { lane, fieldPerUnit: x.fieldPerUnit * given * left, level },
      ];
    },
    rectify(x, gain) {
      if (x.level < 0) throw new Error("an activation needs a layer to stand in");
      layer(x.level).activations.push({ kind: "relu", lane: x.lane, gain });
      const { before } = losses.neuron(x.level, x.lane);
      return { lane: x.lane, fieldPerUnit: x.fieldPerUnit * before * gain, level: x.level };
    },
    limit({ lane, level }, neuron) {
      if (level < 0) throw new Error("an activation needs a layer to stand in");
      layer(level).activations.push({ kind: "saturating", lane, ...neuron });
      return { lane, fieldPerUnit: neuron.gain * neuron.range, level };
    },
    blockAfter,
    neuronAt: losses.neuron,
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

/**
 * Copies of x with field proportions `fields` by a tree of splitters: weak copies sit deep, so no splitter is lopsided without
 * need. Where losses are known the tree keeps its shape, and every splitter gives as much more as is lost behind it. `order`: of
 * the copies in space, so that no branch of the tree crosses another; strong copies are then only as high as their neighbours let them.
 */
export function splitTree(
  loom: Weaver,
  name: string,
  x: Value,
  fields: readonly number[],
  order: readonly number[] | null = null,
): Value[] {
  const copies = new Array<Value>(fields.length);
  let step = 0;
  const descend = (value: Value, node: SplitNode): SplitShape => {
    if (node.kind === "leaf") {
      copies[node.index] = value;
      return { kind: "leaf", index: node.index };
    }
    const power = node.left.power + node.right.power;
    // losses make trees as lopsided as they like
    const keptShare = loom.known === null ? [] : [node.left.power / power];
    const [kept, given] = loom.split(`${name}_split${step++}`, value, node.right.power / power, ...keptShare);
    const block = loom.layers[kept.level]!.blocks.length - 1;
    return {
      kind: "fork",
      layer: kept.level,
      block,
      left: descend(kept, node.left),
      right: descend(given, node.right),
    };
  };
  loom.shapes.set(name, descend(x, splitters(loom, name, fields, order)));
  return copies;
}

/** The field that x needs for a `splitTree` of this name to give copies of exactly `fields`, in front of what is lost on its way. */
export function splitField(loom: Weaver, name: string, fields: readonly number[]): number {
  return loom.known === null || fields.length < 2 ? norm(fields) : Math.sqrt(splitters(loom, name, fields).power);
}

/** What is left of each copy of a `splitTree` on its way to the next device. */
export function lossesOfCopies(loom: Weaver, name: string, copies: number): number[] {
  const left = new Array<number>(copies).fill(1);
  const shape = loom.known?.shapes.get(name);
  const walk = (node: SplitShape, behind: number): void => {
    if (node.kind === "leaf") {
      left[node.index] = behind;
      return;
    }
    const { outputs } = loom.known!.losses.block(node.layer, node.block);
    walk(node.left, outputs[0]!);
    walk(node.right, outputs[1]!);
  };
  if (shape !== undefined) walk(shape, 1);
  return left;
}

/** `power`: that is needed on the lane that leads to the node. */
type SplitNode =
  | { readonly kind: "leaf"; readonly power: number; readonly index: number }
  | { readonly kind: "fork"; readonly power: number; readonly left: SplitNode; readonly right: SplitNode };

function splitters(
  loom: Weaver,
  name: string,
  fields: readonly number[],
  order: readonly number[] | null = null,
): SplitNode {
  if (loom.known === null) {
    const leaf = (index: number): Leaf => ({ power: fields[index]! ** 2, index });
    return order === null ? huffman(fields.map((_, index) => leaf(index))) : halves(order.map(leaf));
  }
  const { losses, shapes } = loom.known;
  const demand = (node: SplitShape): SplitNode => {
    if (node.kind === "leaf") return { ...node, power: fields[node.index]! ** 2 };
    const { inputs, factor } = losses.block(node.layer, node.block);
    const left = demand(node.left);
    const right = demand(node.right);
    return { kind: "fork", power: (left.power + right.power) / (inputs[0]! * factor) ** 2, left, right };
  };
  const shape = shapes.get(name);
  if (shape === undefined) throw new Error(`the tree ${name} was not there when the circuit was placed`);
  return demand(shape);
}

interface Leaf {
  readonly power: number;
  readonly index: number;
}

/** Leaves in their order, each fork where the powers of both sides are most alike: at most two forks deeper on average than the best tree. */
function halves(leaves: readonly Leaf[]): SplitNode {
  const upTo = [0];
  for (const { power } of leaves) upTo.push(upTo.at(-1)! + power);
  const build = (from: number, end: number): SplitNode => {
    if (end - from === 1) return { kind: "leaf", ...leaves[from]! };
    const half = (upTo[from]! + upTo[end]!) / 2;
    let low = from + 1;
    let high = end - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (upTo[middle]! < half) low = middle + 1;
      else high = middle;
    }
    const at = low > from + 1 && half - upTo[low - 1]! < upTo[low]! - half ? low - 1 : low;
    const left = build(from, at);
    const right = build(at, end);
    return { kind: "fork", power: left.power + right.power, left, right };
  };
  return build(0, leaves.length);
}

function huffman(leaves: readonly Leaf[]): SplitNode {
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
