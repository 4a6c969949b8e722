import { hypotenuse } from "../kernels/index.ts";
import type { Copy, Graph, GraphWire, NeuronNode } from "./graph.ts";
import { huffmanTree, type SplitTree } from "./split-trees.ts";

/** What light keeps around an MZI, as field factors. */
export interface CouplerLoss {
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

/** Losses of a graph, by the numbers of its couplers and neurons. */
export interface Losses {
  readonly coupler: (coupler: number) => CouplerLoss;
  readonly neuron: (neuron: number) => NeuronLoss;
}

const losslessCoupler: CouplerLoss = { inputs: [1, 1], factor: 1, outputs: [1, 1] };
const losslessNeuron: NeuronLoss = { before: 1, after: 1 };
export const lossless: Losses = { coupler: () => losslessCoupler, neuron: () => losslessNeuron };

export type Trees = ReadonlyMap<Copy, SplitTree>;

/** Fields of a graph, and what its MZIs have to do for them. */
export interface GraphLight {
  /** By wire: field per unit of its number. */
  readonly fieldPerUnit: Float64Array;
  /** Two a coupler: the row of an adder or the column of a splitter, of norm 1. */
  readonly weights: readonly number[];
  readonly trees: Trees;
}

export interface LightRules {
  /** Fields of the copies in proportion, from what is lit so far. */
  readonly wanted: (copy: Copy, fieldPerUnit: Float64Array) => readonly number[];
  /** Field per unit behind a neuron. */
  readonly neuron: (node: NeuronNode, fieldPerUnit: Float64Array) => number;
}

/** Of graphs without neurons. */
export const passive: LightRules = {
  wanted: ({ fields }) => fields,
  neuron: () => {
    throw new Error("a neuron outside the network");
  },
};

/**
 * Sends light through a graph: every adder and splitter is a single lossless MZI, because rows and columns of norm 1 need no attenuator,
 * whatever the weights, as the scale of every lane is free. `inputs`: field per unit of wires that no node makes. `trees`: null
 * where none is shaped yet; then every copy gets the Huffman tree of its fields.
 */
export function propagate(
  graph: Graph,
  inputs: Iterable<readonly [GraphWire, number]>,
  trees: Trees | null,
  losses: Losses,
  rules: LightRules,
): GraphLight {
  const field = new Float64Array(graph.wires);
  for (const [wire, value] of inputs) field[wire] = value;
  const weights: number[] = [];
  const shaped = new Map(trees);
  let couplers = graph.couplers;
  for (const node of graph.nodes) {
    switch (node.kind) {
      case "add": {
        const { inputs: before, factor } = losses.coupler(node.coupler);
        const [x, y] = node.inputs;
        const a = node.weights[0] / (field[x]! * before[0]!);
        const b = node.weights[1] / (field[y]! * before[1]!);
        const length = hypotenuse(a, b);
        setWeights(weights, node.coupler, a / length, b / length);
        field[node.output] = factor / length;
        break;
      }
      case "split": {
        const { inputs: before, factor } = losses.coupler(node.coupler);
        const [kept, given] = [Math.sqrt(1 - node.share), Math.sqrt(node.share)];
        setWeights(weights, node.coupler, kept, given);
        field[node.outputs[0]] = field[node.input]! * kept * (before[0]! * factor);
        field[node.outputs[1]] = field[node.input]! * given * (before[0]! * factor);
        break;
      }
      case "copy": {
        const wanted = rules.wanted(node, field);
        const tree = shaped.get(node) ?? huffmanTree(wanted, () => couplers++);
        shaped.set(node, tree);
        distribute(tree, field[node.input]!, wanted, losses, weights, (copy, value) => {
          field[node.outputs[copy]!] = value;
        });
        break;
      }
      case "scale":
        field[node.output] = field[node.input]! / node.weight;
        break;
      case "bias": {
        const strongest = node.beside.reduce((most, wire) => Math.max(most, field[wire]!), 0);
        const before = node.meets === null ? [1, 1] : losses.coupler(node.meets.coupler).inputs;
        const own = node.meets?.input ?? 0;
        const level = strongest * node.level * before[1 - own]! * node.balance;
        field[node.output] = level / node.over / before[own]!;
        break;
      }
      case "dark":
        field[node.output] = field[node.like]!;
        break;
      case "neuron":
        field[node.output] = rules.neuron(node, field);
        break;
      default:
        node satisfies never;
    }
  }
  return { fieldPerUnit: field, weights, trees: shaped };
}

function setWeights(weights: number[], coupler: number, first: number, second: number): void {
  weights[2 * coupler] = first;
  weights[2 * coupler + 1] = second;
}

/** Light of `field` on its way through a tree: every splitter gives as much more to a side as is lost behind it there. */
function distribute(
  tree: SplitTree,
  field: number,
  wanted: readonly number[],
  losses: Losses,
  weights: number[],
  lit: (copy: number, field: number) => void,
): void {
  powerOf(tree, wanted, losses, weights);
  const descend = (node: SplitTree, value: number): void => {
    if (node.kind === "leaf") {
      lit(node.copy, value);
      return;
    }
    const { inputs, factor } = losses.coupler(node.coupler);
    descend(node.left, value * weights[2 * node.coupler]! * (inputs[0]! * factor));
    descend(node.right, value * weights[2 * node.coupler + 1]! * (inputs[0]! * factor));
  };
  descend(tree, field);
}

/** Power that a tree needs in front of its first splitter to give copies of exactly the fields `wanted`; sets the `weights` of its splitters. */
export function powerOf(
  tree: SplitTree,
  wanted: readonly number[],
  losses: Losses,
  weights: number[] | null = null,
): number {
  if (tree.kind === "leaf") return wanted[tree.copy]! ** 2;
  const left = powerOf(tree.left, wanted, losses, weights);
  const right = powerOf(tree.right, wanted, losses, weights);
  if (weights !== null) {
    const share = right / (left + right);
    // Losses make trees so lopsided that 1 - share has no digits left.
    const kept = losses === lossless ? 1 - share : left / (left + right);
    setWeights(weights, tree.coupler, Math.sqrt(kept), Math.sqrt(share));
  }
  const { inputs, factor } = losses.coupler(tree.coupler);
  return (left + right) / (inputs[0]! * factor) ** 2;
}

/** The fields in front of what is lost between the last splitter of each copy and the device that reads it. */
export function behindSplitters(tree: SplitTree, wanted: readonly number[], losses: Losses): number[] {
  const fields = [...wanted];
  const walk = (node: SplitTree, left: number): void => {
    if (node.kind === "leaf") {
      fields[node.copy]! /= left;
      return;
    }
    const { outputs } = losses.coupler(node.coupler);
    walk(node.left, outputs[0]!);
    walk(node.right, outputs[1]!);
  };
  walk(tree, 1);
  return fields;
}
