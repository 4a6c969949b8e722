import type { Placement } from "../circuit/circuit.ts";
import type { Floor, FloorDevice, Stretch } from "../placement/floor.ts";
import { measurePlacement, ranksOf } from "../placement/measure.ts";
import { improvePlacement } from "../placement/search.ts";
import { type PortTree, portTrees } from "./storeys.ts";

/** A good order of a hundred stretches takes some tens of milliseconds. */
const EFFORT = { movesAStretch: 1000, work: 1e7 };

/** A floor whose trees of ports are replaced by a wall, a lane from end to end that parts for light which comes in and joins what leaves. */
interface Walled {
  readonly floor: Floor;
  readonly start: Placement;
  /** Of each of its stretches that of the floor, or -1 where it is a piece of the wall. */
  readonly stretchOf: readonly number[];
  /** Of each of its devices that of the floor, or the tree whose light comes from the wall there or joins it. */
  readonly actors: readonly (number | PortTree)[];
}

/**
 * The same floor in an order in which all ports come from above and leave there, and every lane crosses as many as before: where it is folded
 * into storeys that begin at the left edge and come back to it, all ports are at that edge. Null where no such order was found.
 */
export function withPortsAbove(
  floor: Floor,
  placement: Placement,
  crossings: readonly number[],
  seed: number,
): Placement | null {
  const { devices, stretches } = floor;
  const trees = portTrees(floor, crossings).filter(({ root }) => {
    const { from, to } = stretches[root]!;
    return from >= 0 || to < devices.length;
  });
  const walled = wallFloor(floor, placement, trees);
  const found = improvePlacement(walled.floor, walled.start, false, { ...EFFORT, seed });
  const counted = measurePlacement(walled.floor, found).crossings;
  if (walled.stretchOf.some((it, i) => counted[i] !== (it < 0 ? 0 : crossings[it]))) return null;
  const upright = [found.lanes, found.lanes.toReversed()].find((lanes) => isWallAbove(walled, found.sequence, lanes));
  if (upright === undefined) return null;
  const actors = found.sequence.map((d) => walled.actors[d]!);
  // within a tree they keep their order, on which that of its lanes depends
  const turn = ranksOf(placement.sequence, devices.length);
  const inTurn = (some: readonly number[]): readonly number[] => [...some].sort((a, b) => turn[a]! - turn[b]!);
  const sequence = actors.flatMap((it) => (typeof it === "number" ? [it] : inTurn(it.devices)));
  const events = actors.filter((it) => typeof it !== "number");
  const entering = events.filter(({ isInput }) => isInput).reverse();
  const leaving = events.filter(({ isInput }) => !isInput);
  const above = [...entering, ...leaving].flatMap((tree) => stretchesOf(floor, placement, tree));
  const isAbove = new Set(above);
  const rest = upright.map((it) => walled.stretchOf[it]!).filter((it) => it >= 0 && !isAbove.has(it));
  const lanes = [...above, ...rest];
  const inOrder = (ports: readonly number[]): readonly number[] => lanes.filter((it) => ports.includes(it));
  return { sequence, lanes, left: inOrder(placement.left), right: inOrder(placement.right) };
}

/** Whether no lane is lit above the wall at any time. */
function isWallAbove({ floor, stretchOf }: Walled, sequence: readonly number[], lanes: readonly number[]): boolean {
  const { devices, stretches } = floor;
  const turn = ranksOf(sequence, devices.length);
  const rank = ranksOf(lanes, stretches.length);
  const begins = stretches.map(({ from }) => (from < 0 ? -1 : turn[from]!));
  const ends = stretches.map(({ to }) => turn[to] ?? devices.length);
  return stretchOf.every((it, wall) => {
    if (it >= 0) return true;
    return stretches.every((_, lane) => {
      const isBeside = Math.max(begins[wall]!, begins[lane]!) < Math.min(ends[wall]!, ends[lane]!);
      return !isBeside || lane === wall || rank[wall]! < rank[lane]!;
    });
  });
}

/** All stretches of a tree from top to bottom, but the one by which light comes to it from other devices, or goes to them. */
function stretchesOf(
  { devices }: Floor,
  { lanes }: Placement,
  { ports, devices: inner, root, isInput }: PortTree,
): number[] {
  const own = new Set([...ports, ...inner.flatMap((d) => [...devices[d]!.inputs, ...devices[d]!.outputs])]);
  return lanes.filter((it) => own.has(it) && (it !== root || isInput));
}

function wallFloor({ devices, stretches }: Floor, placement: Placement, trees: readonly PortTree[]): Walled {
  const treeOf = new Map(trees.map((tree) => [tree.root, tree]));
  const inner = new Set(trees.flatMap((tree) => tree.devices));
  const made: FloorDevice[] = [];
  const lanes: { from: number; to: number; sender: number; receiver: number }[] = [];
  const stretchOf: number[] = [];
  const actors: (number | PortTree)[] = [];
  const lit = new Map<number, number>();
  const begin = (stretch: number): number => {
    const { sender, receiver } = stretches[stretch] ?? { sender: -1, receiver: -1 };
    lanes.push({ from: made.length, to: -1, sender, receiver });
    stretchOf.push(stretch);
    lit.set(stretch, lanes.length - 1);
    return lanes.length - 1;
  };
  const end = (stretch: number): number => {
    const it = lit.get(stretch)!;
    lanes[it]!.to = made.length;
    return it;
  };
  const add = (
    actor: number | PortTree,
    kind: FloorDevice["kind"],
    ins: readonly number[],
    outs: readonly number[],
  ): void => {
    const inputs = ins.map(end);
    const outputs = outs.map(begin);
    made.push({ kind, inputs, outputs });
    actors.push(actor);
  };
  begin(-1);
  lanes[0]!.from = -1;
  stretches.forEach(({ from }, it) => {
    if (from < 0 && !treeOf.has(it) && !trees.some(({ ports }) => ports.includes(it))) lanes[begin(it)]!.from = -1;
  });
  for (const d of leavingFirst({ devices, stretches }, placement, inner, treeOf)) {
    const { kind, inputs, outputs } = devices[d]!;
    for (const it of inputs) if (treeOf.has(it)) add(treeOf.get(it)!, "mesh", [-1], [-1, it]);
    add(d, kind, inputs, outputs);
    for (const it of outputs) if (treeOf.has(it)) add(treeOf.get(it)!, "mesh", [-1, it], [-1]);
  }
  for (const it of lanes) if (it.to < 0) it.to = made.length;
  const order = [-1, ...placement.lanes];
  const rank = new Map(order.map((it, at) => [it, at]));
  const start = [...lanes.keys()].sort((a, b) => rank.get(stretchOf[a]!)! - rank.get(stretchOf[b]!)! || a - b);
  const full: readonly Stretch[] = lanes;
  const left = start.filter((it) => full[it]!.sender >= 0);
  const right = start.filter((it) => full[it]!.to === made.length && full[it]!.receiver >= 0);
  return {
    floor: { devices: made, stretches: full },
    start: { sequence: [...made.keys()], lanes: start, left, right },
    stretchOf,
    actors,
  };
}

/** Devices outside of trees as they can act; those whose light goes on to ports alone as early as can be. */
function leavingFirst(
  { devices, stretches }: Floor,
  { sequence }: Placement,
  inner: ReadonlySet<number>,
  treeOf: ReadonlyMap<number, PortTree>,
): readonly number[] {
  const waiting = new Set(sequence.filter((d) => !inner.has(d)));
  const leaves = (d: number): boolean => devices[d]!.outputs.some((it) => treeOf.has(it));
  const isReady = (d: number): boolean => devices[d]!.inputs.every((it) => !waiting.has(stretches[it]!.from));
  const order: number[] = [];
  while (waiting.size > 0) {
    const ready = [...waiting].filter(isReady);
    const next = ready.find(leaves) ?? ready[0]!;
    waiting.delete(next);
    order.push(next);
  }
  return order;
}
