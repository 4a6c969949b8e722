/** Light on one lane between two nodes: it carries a number, Re(field) = fieldPerUnit * number. */
export type GraphWire = number;

/** weights[0] * x + weights[1] * y on x's lane, by one MZI; y's lane ends. */
export interface Add {
  readonly kind: "add";
  readonly coupler: number;
  readonly name: string;
  readonly inputs: readonly [GraphWire, GraphWire];
  readonly weights: readonly [number, number];
  readonly output: GraphWire;
}

/** The same number twice, by one MZI, with `share` of the power (0 < share < 1) on a second lane. */
export interface Split {
  readonly kind: "split";
  readonly coupler: number;
  readonly name: string;
  readonly input: GraphWire;
  readonly share: number;
  readonly outputs: readonly [GraphWire, GraphWire];
}

/** The same number at least twice, by a tree of splitters (split-trees.ts). */
export interface Copy {
  readonly kind: "copy";
  readonly name: string;
  readonly input: GraphWire;
  readonly outputs: readonly GraphWire[];
  /** In proportion; of a signal of the plan, the later uses say how strong its copies are. */
  readonly fields: readonly number[];
  readonly signal: number | null;
}

/** Number / weight: the same light, read in another unit. */
export interface Scale {
  readonly kind: "scale";
  readonly input: GraphWire;
  readonly weight: number;
  readonly output: GraphWire;
}

/**
 * A lane of constant light: the number 1 with `level * balance / over` times the field per unit of the strongest of `beside`. Three
 * numbers, because biases of one strength have to stay equal to the last bit: the tree of splitters is built from them.
 */
export interface BiasNode {
  readonly kind: "bias";
  readonly beside: readonly GraphWire[];
  readonly level: number;
  readonly balance: number;
  readonly over: number;
  /** The adder where both fields meet, and which of its inputs is the bias; null where loss on the way does not matter. */
  readonly meets: { readonly coupler: number; readonly input: 0 | 1 } | null;
  readonly output: GraphWire;
}

/** A lane without light beside `like`. */
export interface Dark {
  readonly kind: "dark";
  readonly like: GraphWire;
  readonly output: GraphWire;
}

export interface NeuronNode {
  readonly kind: "neuron";
  readonly neuron: number;
  readonly input: GraphWire;
  readonly output: GraphWire;
  readonly rule: NeuronRule;
}

/** How a neuron gets its gain, threshold and range from the field in front of it. Levels are numbers of the input. */
export type NeuronRule =
  /** 0 up to `level`, 1 from a step of the comparators on: the bit `signal`. */
  | { readonly kind: "compare"; readonly level: number; readonly signal: number }
  /** Linear over `range` from `from` on, sent with `field` per unit. */
  | { readonly kind: "regenerate"; readonly field: number; readonly from: number; readonly range: number }
  /** relu of a number that is 0 or 1 already: the bit `signal`. */
  | { readonly kind: "rectify"; readonly signal: number }
  /** First of the two rectifiers of a clamp, which meets a bias at the adder `coupler` in front of the second, `step`. */
  | { readonly kind: "clamp"; readonly coupler: number; readonly step: number; readonly signal: number }
  /** Second one: it has the gain of the first, neuron `of`. */
  | { readonly kind: "step"; readonly of: number };

export type Node = Add | Split | Copy | Scale | BiasNode | Dark | NeuronNode;

/** Nodes in an order in which light may meet them. Wires, couplers (MZIs) and neurons are numbered from 0. */
export interface Graph {
  readonly nodes: Node[];
  wires: number;
  couplers: number;
  neurons: number;
}

export function emptyGraph(): Graph {
  return { nodes: [], wires: 0, couplers: 0, neurons: 0 };
}

export function add(graph: Graph, name: string, x: GraphWire, weightX: number, y: GraphWire, weightY: number): Add {
  const node: Add = {
    kind: "add",
    coupler: graph.couplers++,
    name,
    inputs: [x, y],
    weights: [weightX, weightY],
    output: graph.wires++,
  };
  graph.nodes.push(node);
  return node;
}

export function split(graph: Graph, name: string, input: GraphWire, share: number): readonly [GraphWire, GraphWire] {
  const outputs = [graph.wires++, graph.wires++] as const;
  graph.nodes.push({ kind: "split", coupler: graph.couplers++, name, input, share, outputs });
  return outputs;
}

/** `count` wires of the same number; the wire itself where one is enough. */
export function copies(
  graph: Graph,
  input: GraphWire,
  count: number,
  copy: Pick<Copy, "name" | "fields" | "signal">,
): readonly GraphWire[] {
  if (count < 2) return [input];
  const outputs = Array.from({ length: count }, () => graph.wires++);
  graph.nodes.push({ kind: "copy", ...copy, input, outputs });
  return outputs;
}

type WithoutOutput<N> = N extends { readonly output: GraphWire } ? Omit<N, "output"> : never;

/** Appends a node without an MZI, and hands back what leaves it. */
export function append(graph: Graph, node: WithoutOutput<Scale | BiasNode | Dark | NeuronNode>): GraphWire {
  const output = graph.wires++;
  graph.nodes.push({ ...node, output });
  return output;
}

export function neuron(graph: Graph, input: GraphWire, rule: NeuronRule): GraphWire {
  return append(graph, { kind: "neuron", neuron: graph.neurons++, input, rule });
}

export interface GraphTerm {
  readonly wire: GraphWire;
  readonly weight: number;
  /** Largest |weight * number|: what meets first in the tree is what is small, so that strong light passes few devices. */
  readonly reach: number;
}

/** Sum of weighted numbers by a tree of adders, the smallest reaches first. */
export function addTree(graph: Graph, name: string, terms: readonly GraphTerm[]): GraphWire {
  let queue = [...terms];
  let step = 0;
  if (queue.length === 1) {
    const { wire, weight } = queue[0]!;
    if (weight <= 0) throw new Error("a lone term needs a positive weight");
    return weight === 1 ? wire : append(graph, { kind: "scale", input: wire, weight });
  }
  while (queue.length > 1) {
    queue = queue
      .map((term, index) => ({ term, index }))
      .sort((p, q) => p.term.reach - q.term.reach || p.index - q.index)
      .map((entry) => entry.term);
    const [y, x, ...others] = queue as [GraphTerm, GraphTerm, ...GraphTerm[]];
    const { output } = add(graph, `${name}_sum${step++}`, x.wire, x.weight, y.wire, y.weight);
    queue = [{ wire: output, weight: 1, reach: x.reach + y.reach }, ...others];
  }
  return queue[0]!.wire;
}
