import type { Graph, GraphWire } from "./graph.ts";
import type { Trees } from "./light.ts";
import type { Block, Layer, NetworkNeuron, NeuronSetting } from "./onn.ts";
import type { SplitTree } from "./split-trees.ts";

/** Layers from..end-1. */
export interface LayerRun {
  readonly from: number;
  readonly end: number;
}

/** An MZI on its lanes. */
type ScheduledBlock = Omit<Block, "weights"> & { readonly coupler: number };

interface ScheduledLayer {
  readonly blocks: readonly ScheduledBlock[];
  readonly activations: readonly { readonly lane: number; readonly neuron: number }[];
}

interface Place {
  readonly layer: number;
  /** Among the blocks or neurons of the layer. */
  readonly index: number;
}

/** A graph in layers, on lanes. */
export interface LayerSchedule {
  readonly layers: readonly ScheduledLayer[];
  readonly lanes: number;
  /** By wire. */
  readonly laneOf: Int32Array;
  /** By wire: the layer after which its light is there, -1 for inputs. */
  readonly levelOf: Int32Array;
  /** By number. */
  readonly couplers: readonly Place[];
  readonly neurons: readonly Place[];
  readonly runs: readonly LayerRun[];
}

/** Adders that start and end together, in layers that nothing else shares: nodes from..end-1. */
export interface AlignedNodes {
  readonly from: number;
  readonly end: number;
  readonly results: readonly GraphWire[];
}

/**
 * Puts every node into the earliest layer that its inputs allow. `inputs` are lanes 0, 1, ... in their order; a neuron that reads one of `signals`, which
 * the certificate finds behind its layer, stands in the next one.
 */
export function scheduleGraph(
  graph: Graph,
  trees: Trees,
  inputs: readonly GraphWire[],
  signals: Iterable<GraphWire> = [],
  aligned: readonly AlignedNodes[] = [],
): LayerSchedule {
  const layers: { blocks: ScheduledBlock[]; activations: { lane: number; neuron: number }[] }[] = [];
  const laneOf = new Int32Array(graph.wires);
  const levelOf = new Int32Array(graph.wires).fill(-1);
  const isSignal = new Uint8Array(graph.wires);
  for (const wire of signals) isSignal[wire] = 1;
  inputs.forEach((wire, lane) => {
    laneOf[wire] = lane;
  });
  let lanes = inputs.length;
  const couplers: Place[] = [];
  const neurons: Place[] = [];
  const layerAt = (level: number): (typeof layers)[number] => {
    while (layers.length <= level) layers.push({ blocks: [], activations: [] });
    return layers[level]!;
  };
  const put = (level: number, block: ScheduledBlock): void => {
    const { blocks } = layerAt(level);
    couplers[block.coupler] = { layer: level, index: blocks.length };
    blocks.push(block);
  };
  const set = (wire: GraphWire, lane: number, level: number): void => {
    laneOf[wire] = lane;
    levelOf[wire] = level;
  };
  const putTree = (name: string, root: SplitTree, from: GraphWire, outputs: readonly GraphWire[]): void => {
    let step = 0;
    const descend = (node: SplitTree, lane: number, level: number): void => {
      if (node.kind === "leaf") {
        set(outputs[node.copy]!, lane, level);
        return;
      }
      const given = lanes++;
      const { coupler } = node;
      put(level + 1, { name: `${name}_split${step++}`, lanes: [lane, given], rows: 2, cols: 1, coupler });
      descend(node.left, lane, level + 1);
      descend(node.right, given, level + 1);
    };
    descend(root, laneOf[from]!, levelOf[from]!);
  };
  const runs: LayerRun[] = [];
  let run = aligned[0];
  for (const [n, node] of graph.nodes.entries()) {
    if (n === run?.from) runs.push({ from: layers.length, end: layers.length });
    const earliest = run !== undefined && n >= run.from ? runs.at(-1)!.from : 0;
    switch (node.kind) {
      case "add": {
        const [x, y] = node.inputs;
        const level = Math.max(levelOf[x]! + 1, levelOf[y]! + 1, earliest);
        const { name, coupler } = node;
        put(level, { name, lanes: [laneOf[x]!, laneOf[y]!], rows: 1, cols: 2, coupler });
        set(node.output, laneOf[x]!, level);
        break;
      }
      case "split": {
        const [kept, given] = node.outputs;
        const level = levelOf[node.input]! + 1;
        set(kept, laneOf[node.input]!, level);
        set(given, lanes++, level);
        const { name, coupler } = node;
        put(level, { name, lanes: [laneOf[kept]!, laneOf[given]!], rows: 2, cols: 1, coupler });
        break;
      }
      case "copy":
        putTree(node.name, trees.get(node)!, node.input, node.outputs);
        break;
      case "scale":
        set(node.output, laneOf[node.input]!, levelOf[node.input]!);
        isSignal[node.output] = isSignal[node.input]!;
        break;
      case "bias":
      case "dark":
        set(node.output, lanes++, -1);
        break;
      case "neuron": {
        const level = levelOf[node.input]! + isSignal[node.input]!;
        if (level < 0) throw new Error("an activation needs a layer to stand in");
        const lane = laneOf[node.input]!;
        const { activations } = layerAt(level);
        neurons[node.neuron] = { layer: level, index: activations.length };
        activations.push({ lane, neuron: node.neuron });
        set(node.output, lane, level);
        break;
      }
      default:
        node satisfies never;
    }
    if (run !== undefined && n === run.end - 1) {
      runs[runs.length - 1] = { from: earliest, end: layers.length };
      for (const wire of run.results) levelOf[wire] = layers.length - 1;
      run = aligned[runs.length];
    }
  }
  return { layers, lanes, laneOf, levelOf, couplers, neurons, runs };
}

/** The layers of a schedule with the weights of its couplers, two each, and the settings of its neurons, by number. */
export function layersOf(
  { layers }: LayerSchedule,
  weights: readonly number[],
  neurons: readonly NeuronSetting[] = [],
): Layer[] {
  return layers.map(({ blocks, activations }) => ({
    blocks: blocks.map(({ name, lanes, rows, cols, coupler }) => {
      const pair = Float64Array.of(weights[2 * coupler]!, weights[2 * coupler + 1]!);
      return { name, lanes, rows, cols, weights: pair };
    }),
    activations: activations.map(({ lane, neuron }): NetworkNeuron => ({ ...neurons[neuron]!, lane })),
  }));
}
