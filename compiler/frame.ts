import type { InputPort, OutputPort } from "../netlist/index.ts";
import { type Aggregation, symbolSumMax, workersOfUnits } from "./aggregation/aggregation.ts";
import { unitPrefix } from "./aggregation/builder.ts";
import type { LayerRun } from "./network/constructed.ts";
import type { Layer, Onn } from "./network/onn.ts";
import {
  combineTree,
  type Known,
  type SplitShapes,
  splitField,
  splitTree,
  type Value,
  type Weaver,
  weaver,
} from "./network/weave.ts";

/** Blocks of one part of a circuit, on lanes of its own that stand for modes of the circuit. */
export interface Net {
  readonly layers: readonly Layer[];
  readonly modeOf: (lane: number) => number;
  readonly shapes: SplitShapes;
}

export type NetName = "combine" | "reference" | "network" | "broadcast";

/** Of the section in which a layer of a net stands. */
export function sectionNameOf(combiners: readonly LayerRun[], net: NetName, layer: number): string {
  if (net !== "network") return net;
  const run = combiners.findIndex(({ from, end }) => from <= layer && layer < end);
  return run < 0 ? `layer${layer + 1}` : `combine${run + 2}`;
}

/** The circuit before its devices: P, the reference rails, the network and T in blocks, and the ports around them. */
export interface Frame {
  readonly modes: number;
  readonly inputs: readonly InputPort[];
  readonly nets: Readonly<Record<NetName, Net>>;
  readonly outputs: readonly OutputPort[];
}

/** What a placed frame of the same shape told of its losses. */
export interface FrameLosses {
  readonly combine: Known;
  readonly reference: Known;
  readonly broadcast: Known;
  /** Field at each receiver over that behind T, as `Frame.outputs`. */
  readonly ends: readonly number[];
}

/** P, rails and T around a network. `railOrder`: of the rails in space, for a tree of splitters whose branches cross no other. */
export function frameOf(
  aggregation: Aggregation,
  onn: Onn,
  losses: FrameLosses | null = null,
  railOrder: readonly number[] | null = null,
): Frame {
  let modes = onn.lanes;
  const freshMode = (): number => modes++;
  const combine = frameSums(aggregation, onn, weaveSums(aggregation, losses?.combine ?? null), freshMode);
  const reference = frameReference(onn, losses?.reference ?? null, railOrder, freshMode);
  const broadcast = frameBroadcast(aggregation, onn, losses, freshMode);
  return {
    modes,
    inputs: [...combine.ports, ...reference.ports],
    nets: {
      combine: combine.net,
      reference: reference.net,
      network: { layers: onn.layers, modeOf: (lane) => lane, shapes: new Map() },
      broadcast: broadcast.net,
    },
    outputs: broadcast.ports,
  };
}

interface Framed<P> {
  readonly net: Net;
  readonly ports: readonly P[];
}

/** The sum of one symbol over the workers of one first unit. */
interface WovenSum {
  readonly unit: number;
  readonly symbol: number;
  readonly workers: number;
  readonly lanes: readonly number[];
  readonly value: Value;
}

interface WovenSums {
  readonly loom: Weaver;
  readonly sums: readonly WovenSum[];
}

/**
 * P: one tree of 50:50-like combiners a symbol and first unit; without losses the mean leaves with 1/sqrt(N) of the summed
 * fields. Inputs of a unit beyond its workers are modes without a port. All workers launch a field of 1 a level.
 */
function weaveSums(aggregation: Aggregation, known: Known | null): WovenSums {
  const loom = weaver(0, known);
  const inputs = aggregation.fanIn?.[0] ?? aggregation.workers;
  const sums = workersOfUnits(aggregation).flatMap((workers, unit) =>
    Array.from({ length: aggregation.symbols }, (_, symbol): WovenSum => {
      const lanes = Array.from({ length: inputs }, () => loom.freshLane());
      const reach = symbolSumMax(aggregation, symbol, 1);
      const value = combineTree(
        loom,
        aggregation.fanIn === null ? `sum${symbol}` : `${unitPrefix(0, unit)}sum${symbol}`,
        lanes.map((lane) => ({ value: { lane, fieldPerUnit: 1, level: -1 }, weight: 1, reach })),
      );
      return { unit, symbol, workers, lanes, value };
    }),
  );
  return { loom, sums };
}

/** Field per unit of every symbol sum behind P, in the order of `Onn.inputs`, where every worker launches 1 a level. */
export function sumFields(aggregation: Aggregation, known: Known): number[] {
  return weaveSums(aggregation, known).sums.map(({ value }) => value.fieldPerUnit);
}

function frameSums(
  { fanIn, workers, symbols }: Aggregation,
  onn: Onn,
  { loom, sums }: WovenSums,
  freshMode: () => number,
): Framed<InputPort> {
  const modeOf = new Map<number, number>();
  const ports: InputPort[] = [];
  const inputs = fanIn?.[0] ?? workers;
  for (const { unit, symbol, workers: present, lanes, value } of sums) {
    const tap = onn.inputs[unit * symbols + symbol]!;
    const fieldPerLevel = tap.fieldPerUnit / value.fieldPerUnit;
    lanes.forEach((lane, i) => {
      const mode = lane === value.lane ? tap.lane : freshMode();
      modeOf.set(lane, mode);
      if (i >= present) return;
      const worker = unit * inputs + i;
      ports.push({ kind: "worker", name: `w${worker}_s${symbol}`, mode, worker, symbol, fieldPerLevel });
    });
  }
  return { net: netOf(loom, (lane) => modeOf.get(lane)!), ports };
}

/** One reference input, split into a rail for every bias. */
function frameReference(
  onn: Onn,
  known: Known | null,
  railOrder: readonly number[] | null,
  freshMode: () => number,
): Framed<InputPort> {
  const network = weaver(1, known);
  const modeOf = new Map<number, number>();
  const mode = (lane: number): number => knownMode(modeOf, lane, freshMode);
  if (onn.rails.length === 0) return { net: netOf(network, mode), ports: [] };
  const fields = onn.rails.map((rail) => rail.field);
  const root = { lane: 0, fieldPerUnit: 1, level: -1 };
  splitTree(network, "rail", root, fields, railOrder).forEach((value, i) => {
    modeOf.set(value.lane, onn.rails[i]!.lane);
  });
  const net = netOf(network, mode);
  const field = splitField(network, "rail", fields);
  return { net, ports: [{ kind: "reference", name: "reference", mode: mode(0), field }] };
}

/** T: every output symbol to every worker, then the receivers. */
function frameBroadcast(
  aggregation: Aggregation,
  onn: Onn,
  losses: FrameLosses | null,
  freshMode: () => number,
): Framed<OutputPort> {
  const network = weaver(aggregation.symbols, losses?.broadcast ?? null);
  const modeOf = new Map<number, number>(onn.outputs.map((tap, symbol) => [symbol, tap.lane]));
  const mode = (lane: number): number => knownMode(modeOf, lane, freshMode);
  const ports: OutputPort[] = [];
  onn.outputs.forEach((tap, symbol) => {
    const value: Value = { lane: symbol, fieldPerUnit: tap.fieldPerUnit, level: -1 };
    copiesForWorkers(network, `copy${symbol}`, value, aggregation).forEach((copy, worker) => {
      const levelsPerField = 1 / (copy.fieldPerUnit * (losses?.ends[ports.length] ?? 1));
      ports.push({ name: `o${worker}_s${symbol}`, mode: mode(copy.lane), worker, symbol, levelsPerField });
    });
  });
  return { net: netOf(network, mode), ports };
}

/** Equal copies for all workers; in a cascade every unit splits what it gets among the units or workers below it. */
function copiesForWorkers(network: Weaver, name: string, root: Value, { workers, fanIn }: Aggregation): Value[] {
  const divide = (value: Value, count: number, level: number, at: string): Value[] => {
    const capacity = (fanIn ?? [workers]).slice(0, level).reduce((product, inputs) => product * inputs, 1);
    const counts = Array.from({ length: Math.ceil(count / capacity) }, (_, i) =>
      Math.min(capacity, count - i * capacity),
    );
    const copies = splitTree(network, at, value, counts.map(Math.sqrt));
    return level === 0 ? copies : copies.flatMap((copy, i) => divide(copy, counts[i]!, level - 1, `${at}_${i + 1}`));
  };
  return divide(root, workers, fanIn === null ? 0 : fanIn.length - 1, name);
}

function netOf({ layers, shapes }: Weaver, modeOf: (lane: number) => number): Net {
  return { layers, modeOf, shapes };
}

function knownMode(modeOf: Map<number, number>, lane: number, freshMode: () => number): number {
  const mode = modeOf.get(lane) ?? freshMode();
  modeOf.set(lane, mode);
  return mode;
}
