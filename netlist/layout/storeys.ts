import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "../placement/floor.ts";
import { ranksOf } from "../placement/measure.ts";

/** A floor cut into storeys, one beside the other: what is still lit at the end of one turns round and goes back in the next. */
export interface Storeys {
  /** Of each storey: its devices, in the order in which they are drawn. */
  readonly devices: readonly (readonly number[])[];
  /** Of a port's stretch: the storey at whose edge it is. */
  readonly storeyOfPort: ReadonlyMap<number, number>;
  /** Lanes that go back from each storey to the next, as stretches. */
  readonly carried: readonly (readonly number[])[];
}

/** What joins ports' light into one lane, or parts one lane's light to ports: it may stand wherever that lane passes. */
export interface PortTree {
  readonly ports: readonly number[];
  readonly devices: readonly number[];
  /** The stretch that all of their light passes; its other end is no part of the tree. */
  readonly root: number;
  readonly isInput: boolean;
}

/**
 * How to cut a floor in front of the devices at some places of the sequence. Light of ports comes in at the storey where it meets other light,
 * and leaves at that where it has met it last, if it crosses nothing and no lane that goes on lies between it and the edge.
 */
export function floorCutter(
  floor: Floor,
  placement: Placement,
  crossings: readonly number[],
): (cuts: readonly number[]) => Storeys {
  const { devices, stretches } = floor;
  const rank = ranksOf(placement.lanes, stretches.length);
  const [trees, outer] = [portTrees(floor, crossings), outputDevices(floor, crossings)];
  return (cuts) => {
    const storeyOf = new Int32Array(devices.length + 1);
    placement.sequence.forEach((d, at) => {
      storeyOf[d] = cuts.filter((cut) => cut <= at).length;
    });
    for (const d of outer) {
      storeyOf[d] = Math.max(
        ...devices[d]!.inputs.map((it) => (stretches[it]!.from < 0 ? 0 : storeyOf[stretches[it]!.from]!)),
      );
    }
    const last = cuts.length;
    const storeyOfPort = new Map<number, number>();
    stretches.forEach(({ sender, receiver }, it) => {
      if (sender >= 0) storeyOfPort.set(it, 0);
      if (receiver >= 0) storeyOfPort.set(it, last);
    });
    const carried = new Map<number, readonly number[]>();
    const moveTo = (tree: PortTree, storey: number): void => {
      carried.clear();
      for (const d of tree.devices) storeyOf[d] = storey;
      for (const it of tree.ports) storeyOfPort.set(it, storey);
    };
    for (const tree of trees) {
      const { from, to } = stretches[tree.root]!;
      const ofFrom = from < 0 ? 0 : storeyOf[from]!;
      moveTo(tree, tree.isInput ? (to === devices.length ? last : storeyOf[to]!) : ofFrom);
    }
    const carriedAt = (fold: number): readonly number[] => {
      const known = carried.get(fold);
      if (known !== undefined) return known;
      const found: number[] = [];
      for (const [it, { from, to, sender, receiver }] of stretches.entries()) {
        const begins = from < 0 ? (sender < 0 ? 0 : storeyOfPort.get(it)!) : storeyOf[from]!;
        const ends = to < devices.length ? storeyOf[to]! : receiver < 0 ? begins : storeyOfPort.get(it)!;
        if (begins < fold && ends >= fold) found.push(it);
      }
      carried.set(fold, found);
      return found;
    };
    /** That all which goes on lies on one side of a tree. */
    const isBeside = ({ ports }: PortTree, fold: number): boolean => {
      const others = carriedAt(fold).filter((it) => !ports.includes(it));
      return [1, -1].some((side) =>
        ports.every((it) => others.every((other) => side * (rank[other]! - rank[it]!) > 0)),
      );
    };
    for (let changed = true; changed; ) {
      changed = false;
      for (const tree of trees) {
        const storey = storeyOfPort.get(tree.ports[0]!)!;
        if (tree.isInput ? storey === 0 || isBeside(tree, storey) : storey === last || isBeside(tree, storey + 1))
          continue;
        moveTo(tree, storey + (tree.isInput ? -1 : 1));
        changed = true;
      }
    }
    return {
      devices: Array.from({ length: last + 1 }, (_, s) => placement.sequence.filter((d) => storeyOf[d] === s)),
      storeyOfPort,
      carried: Array.from({ length: last }, (_, s) => carriedAt(s + 1)),
    };
  };
}

/** The largest trees of ports whose lanes cross nothing. */
export function portTrees({ devices, stretches }: Floor, crossings: readonly number[]): readonly PortTree[] {
  const trees = new Map<number, PortTree>();
  const grow = (isInput: boolean): void => {
    stretches.forEach(({ sender, receiver }, it) => {
      if ((isInput ? sender : receiver) >= 0 && crossings[it] === 0)
        trees.set(it, { ports: [it], devices: [], root: it, isInput });
    });
    const order = [...devices.keys()];
    for (const d of isInput ? order : order.reverse()) {
      const { kind, inputs, outputs } = devices[d]!;
      const [near, far] = isInput ? [inputs, outputs] : [outputs, inputs];
      const parts = near.flatMap((it) => trees.get(it) ?? []);
      const root = far[0];
      if (kind !== "mesh" || far.length !== 1 || parts.length !== near.length || crossings[root!] !== 0) continue;
      if (parts.some((it) => it.isInput !== isInput) || trees.has(root!)) continue;
      for (const it of near) trees.delete(it);
      trees.set(root!, {
        ports: parts.flatMap(({ ports }) => ports),
        devices: [...parts.flatMap((it) => it.devices), d],
        root: root!,
        isInput,
      });
    }
  };
  grow(true);
  grow(false);
  return [...trees.values()];
}

/** Devices that lead to ports alone, as light meets them, whose lanes cross nothing. */
function outputDevices({ devices, stretches }: Floor, crossings: readonly number[]): readonly number[] {
  const found = new Set<number>();
  for (const d of [...devices.keys()].reverse()) {
    const { kind, inputs, outputs } = devices[d]!;
    const isLast = outputs.every((it) => stretches[it]!.to === devices.length || found.has(stretches[it]!.to));
    if (kind === "mesh" && isLast && [...inputs, ...outputs].every((it) => crossings[it] === 0)) found.add(d);
  }
  return [...found].reverse();
}
