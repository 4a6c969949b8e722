import { type Aggregation, symbolSumMax, workersOfUnits } from "./aggregation/aggregation.ts";
import { unitPrefix } from "./aggregation/builder.ts";
import { addTree, copies, emptyGraph, type Graph, type GraphWire } from "./network/graph.ts";
import { lossless, passive, propagate, type Trees } from "./network/light.ts";
import type { Block, Onn } from "./network/onn.ts";
import { type LayerRun, type LayerSchedule, scheduleGraph } from "./network/schedule.ts";
import { orderedTree } from "./network/split-trees.ts";

/** A layer whatever its weights. */
interface LayerShape {
  readonly blocks: readonly Omit<Block, "weights">[];
  readonly activations: readonly { readonly lane: number }[];
}

/** One part of a circuit, on lanes that stand for modes of the circuit. */
interface Net {
  readonly layers: readonly LayerShape[];
  readonly modeOf: (lane: number) => number;
}

/** A net of adders and splitters, with the graph behind it. */
interface TreeNet extends Net {
  readonly graph: Graph;
  readonly trees: Trees;
  readonly schedule: LayerSchedule;
  /** What comes in: what workers send, unused inputs of units included; the reference light; the output symbols. */
  readonly inputs: readonly GraphWire[];
}

/** In the order of the light. */
export const netNames = ["combine", "reference", "network", "broadcast"] as const;
export type NetName = (typeof netNames)[number];

export function byNet<T>(make: (name: NetName) => T): Readonly<Record<NetName, T>> {
  return {
    combine: make("combine"),
    reference: make("reference"),
    network: make("network"),
    broadcast: make("broadcast"),
  };
}

/** Of the section in which a layer of a net stands. */
export function sectionNameOf(combiners: readonly LayerRun[], net: NetName, layer: number): string {
  if (net !== "network") return net;
  const run = combiners.findIndex(({ from, end }) => from <= layer && layer < end);
  return run < 0 ? `layer${layer + 1}` : `combine${run + 2}`;
}

/** A port of a worker: what it sends on, or reads from, a wire of P or T. */
interface WorkerPort {
  readonly worker: number;
  readonly symbol: number;
  readonly wire: GraphWire;
  readonly mode: number;
}

/** The circuit before its fields: P (input combiner), bias distribution, network and T (output broadcast), and the ports around them. */
export interface Structure {
  readonly modes: number;
  readonly nets: {
    readonly combine: TreeNet;
    readonly reference: TreeNet;
    readonly network: Net;
    readonly broadcast: TreeNet;
  };
  /** Symbol sums behind P, in the order of `Onn.inputs`. */
  readonly sums: readonly GraphWire[];
  readonly inputs: readonly WorkerPort[];
  /** Of the bias light; null where there is no bias. */
  readonly referenceMode: number | null;
  readonly outputs: readonly WorkerPort[];
  /** Runs of layers that only combine the light of units of a cascade. */
  readonly combiners: readonly LayerRun[];
}

/** P, bias distribution and T around a network. */
export function structureOf(aggregation: Aggregation, onn: Onn, combiners: readonly LayerRun[] = []): Structure {
  let modes = onn.lanes;
  const freshMode = (): number => modes++;
  const { net: combine, ports: inputs, sums } = combineNet(aggregation, onn, freshMode);
  const { net: broadcast, ports: outputs } = broadcastNet(aggregation, onn, freshMode);
  const reference = referenceNet(onn, null);
  const referenceMode = onn.biases.length === 0 ? null : reference.modeOf(0);
  const network = { layers: onn.layers, modeOf: (lane: number) => lane };
  return { modes, nets: { combine, reference, network, broadcast }, sums, inputs, referenceMode, outputs, combiners };
}

/** The structure with biases that leave their tree in `order` in space, so that none of its branches crosses another. */
export function withBiasOrder(structure: Structure, onn: Onn, order: readonly number[]): Structure {
  if (onn.biases.length === 0) return structure;
  const reference = referenceNet(onn, order);
  return { ...structure, nets: { ...structure.nets, reference }, referenceMode: reference.modeOf(0) };
}

interface WorkerNet {
  readonly net: TreeNet;
  readonly ports: readonly WorkerPort[];
}

/**
 * P: one tree of 50:50-like combiners a symbol and first unit; without losses the mean leaves with 1/sqrt(N) of the summed
 * fields. Inputs of a unit beyond its workers are modes without a port.
 */
function combineNet(
  aggregation: Aggregation,
  onn: Onn,
  freshMode: () => number,
): WorkerNet & { readonly sums: readonly GraphWire[] } {
  const { fanIn, workers, symbols } = aggregation;
  const count = fanIn?.[0] ?? workers;
  const graph = emptyGraph();
  const trees = workersOfUnits(aggregation).flatMap((present, unit) =>
    Array.from({ length: symbols }, (_, symbol) => {
      const wires = Array.from({ length: count }, () => graph.wires++);
      const reach = symbolSumMax(aggregation, symbol, 1);
      const name = fanIn === null ? `sum${symbol}` : `${unitPrefix(0, unit)}sum${symbol}`;
      const terms = wires.map((wire) => ({ wire, weight: 1, reach }));
      return { unit, symbol, present, wires, sum: addTree(graph, name, terms) };
    }),
  );
  const modes = new Map<number, number>();
  const inputs = trees.flatMap(({ wires }) => wires);
  const net = treeNet(graph, inputs, modes);
  const { laneOf } = net.schedule;
  const ports = trees.flatMap(({ unit, symbol, present, wires, sum }, i) =>
    wires.flatMap((wire, input): WorkerPort[] => {
      const lane = laneOf[wire]!;
      const mode = lane === laneOf[sum]! ? onn.inputs[i]!.lane : freshMode();
      modes.set(lane, mode);
      return input < present ? [{ worker: unit * count + input, symbol, wire, mode }] : [];
    }),
  );
  return { net, ports, sums: trees.map(({ sum }) => sum) };
}

/** One reference input, split into a lane for every bias; null for `order`: a Huffman tree. */
function referenceNet({ biases }: Onn, order: readonly number[] | null): TreeNet {
  const graph = emptyGraph();
  const fields = biases.map(({ field }) => field);
  const root = graph.wires++;
  const wires = copies(graph, root, biases.length, { name: "rail", fields, signal: null });
  const [copy] = graph.nodes;
  const isOrdered = order !== null && copy?.kind === "copy";
  const ordered = isOrdered ? new Map([[copy, orderedTree(fields, order, () => graph.couplers++)]]) : null;
  const modes = new Map<number, number>();
  const net = treeNet(graph, [root], modes, ordered);
  biases.forEach(({ lane }, i) => void modes.set(net.schedule.laneOf[wires[i]!]!, lane));
  return net;
}

/** T: every output symbol to every worker, then the receivers. In a cascade every unit splits what it gets among the units or workers below it. */
function broadcastNet({ workers, fanIn }: Aggregation, onn: Onn, freshMode: () => number): WorkerNet {
  const graph = emptyGraph();
  const divide = (wire: GraphWire, count: number, level: number, name: string): readonly GraphWire[] => {
    const capacity = (fanIn ?? [workers]).slice(0, level).reduce((product, inputs) => product * inputs, 1);
    const units = Math.ceil(count / capacity);
    const counts = Array.from({ length: units }, (_, i) => Math.min(capacity, count - i * capacity));
    const copied = copies(graph, wire, units, { name, fields: counts.map(Math.sqrt), signal: null });
    if (level === 0) return copied;
    return copied.flatMap((copy, i) => divide(copy, counts[i]!, level - 1, `${name}_${i + 1}`));
  };
  const symbols = onn.outputs.map(() => graph.wires++);
  const top = fanIn === null ? 0 : fanIn.length - 1;
  const received = symbols.map((wire, symbol) => divide(wire, workers, top, `copy${symbol}`));
  const modes = new Map(onn.outputs.map(({ lane }, symbol) => [symbol, lane]));
  const net = treeNet(graph, symbols, modes);
  const ports = received.flatMap((wires, symbol) =>
    wires.map((wire, worker): WorkerPort => {
      const lane = net.schedule.laneOf[wire]!;
      const mode = modes.get(lane) ?? freshMode();
      modes.set(lane, mode);
      return { worker, symbol, wire, mode };
    }),
  );
  return { net, ports };
}

/** `modes`: by lane; `given`: null for Huffman trees. */
function treeNet(
  graph: Graph,
  inputs: readonly GraphWire[],
  modes: ReadonlyMap<number, number>,
  given: Trees | null = null,
): TreeNet {
  const lit = inputs.map((wire) => [wire, 1] as const);
  const { trees } = propagate(graph, lit, given, lossless, passive);
  const schedule = scheduleGraph(graph, trees, inputs);
  return { graph, trees, schedule, inputs, layers: schedule.layers, modeOf: (lane) => modes.get(lane)! };
}
