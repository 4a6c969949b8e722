import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "./floor.ts";
import { ranksOf } from "./measure.ts";
import { newState } from "./state.ts";

/**
 * Follows light back from every end, so that what meets lies together. Devices that join light stand as early as they can, the
 * others as late, so that few lanes are lit side by side. O(n).
 */
export function byWayOfLight(floor: Floor): Placement {
  const { devices, stretches } = floor;
  const sequence: number[] = [];
  const lanes: number[] = [];
  const missing = Int32Array.from(devices, ({ inputs }) => inputs.filter((it) => stretches[it]!.from >= 0).length);
  const done = new Uint8Array(devices.length);
  const joins = (d: number): boolean => devices[d]!.inputs.length > devices[d]!.outputs.length;
  const act = (first: number): void => {
    const due = [first];
    while (due.length > 0) {
      const d = due.pop()!;
      if (done[d] === 1) continue;
      done[d] = 1;
      sequence.push(d);
      for (const stretch of devices[d]!.outputs) {
        const { to } = stretches[stretch]!;
        if (to === devices.length) continue;
        missing[to] = missing[to]! - 1;
        if (missing[to] === 0 && joins(to)) due.push(to);
      }
    }
  };
  devices.forEach((_, d) => {
    if (missing[d] === 0 && joins(d)) act(d);
  });
  const opened = new Uint8Array(devices.length);
  const down = new Uint8Array(stretches.length);
  /** What is still to do, last first: devices whose light is to be followed, devices to act, stretches to put down. */
  const todo: { readonly kind: "open" | "act" | "lane"; readonly id: number }[] = [];
  const follow = (stretch: number): void => {
    todo.push({ kind: "lane", id: stretch });
    const { from } = stretches[stretch]!;
    if (from >= 0) todo.push({ kind: "open", id: from });
  };
  for (let end = stretches.length - 1; end >= 0; end--) {
    if (stretches[end]!.to === devices.length) follow(end);
  }
  // light ends in a mesh as well, all of whose outputs are dark
  for (let d = devices.length - 1; d >= 0; d--)
    if (devices[d]!.outputs.length === 0) todo.push({ kind: "open", id: d });
  while (todo.length > 0) {
    const { kind, id } = todo.pop()!;
    if (kind === "lane") {
      if (down[id] === 0) lanes.push(id);
      down[id] = 1;
    } else if (kind === "act") {
      act(id);
    } else if (opened[id] === 0) {
      opened[id] = 1;
      todo.push({ kind: "act", id });
      const { inputs } = devices[id]!;
      for (let i = inputs.length - 1; i >= 0; i--) follow(inputs[i]!);
    }
  }
  return withPorts(floor, sequence, lanes);
}

/**
 * The same with the lanes of every sender and of every receiver side by side. Where senders are summed two by two, every second bundle is
 * turned upside down, so that equal lanes of both meet from the inside out. O(n log n).
 */
export function byOwners(floor: Floor): Placement {
  const { devices, stretches } = floor;
  const { sequence, lanes } = byWayOfLight(floor);
  const rank = ranksOf(lanes);
  /** Of a stretch whose light is that of senders alone: the port that it came from first. */
  const origin = new Int32Array(stretches.length).fill(-1);
  /** Of a stretch that leads to receivers alone: the first of those ports. */
  const goal = new Int32Array(stretches.length).fill(-1);
  stretches.forEach(({ sender, receiver }, stretch) => {
    if (sender >= 0) origin[stretch] = stretch;
    if (receiver >= 0) goal[stretch] = stretch;
  });
  for (const d of sequence) {
    const { kind, inputs, outputs } = devices[d]!;
    if (kind === "mesh" && outputs.length === 1 && inputs.every((it) => origin[it]! >= 0)) {
      origin[outputs[0]!] = origin[inputs[0]!]!;
    }
  }
  for (const d of [...sequence].reverse()) {
    const { kind, inputs, outputs } = devices[d]!;
    if (kind === "mesh" && inputs.length === 1 && outputs.length > 0 && outputs.every((it) => goal[it]! >= 0)) {
      goal[inputs[0]!] = goal[outputs[0]!]!;
    }
  }
  const bundled = (key: Int32Array, ownerOf: (stretch: number) => number): number[] => {
    const mine = lanes.filter((stretch) => key[stretch]! >= 0);
    const owners = [...new Set(mine.map((stretch) => ownerOf(key[stretch]!)))].sort((a, b) => a - b);
    const turned = new Map(owners.map((owner, i) => [owner, { at: i, sign: isOdd(i) ? -1 : 1 }]));
    return mine.sort((a, b) => {
      const x = turned.get(ownerOf(key[a]!))!;
      const y = turned.get(ownerOf(key[b]!))!;
      return x.at - y.at || x.sign * (rank[key[a]!]! - rank[key[b]!]!) || rank[a]! - rank[b]!;
    });
  };
  const start = withPorts(floor, sequence, [
    ...bundled(origin, (stretch) => stretches[stretch]!.sender),
    ...lanes.filter((stretch) => origin[stretch]! < 0 && goal[stretch]! < 0),
    ...bundled(goal, (stretch) => stretches[stretch]!.receiver).filter((stretch) => origin[stretch]! < 0),
  ]);
  return newState(floor, start, true).placement();
}

/** Whether a number has an odd number of ones. */
function isOdd(number: number): boolean {
  let odd = false;
  for (let rest = number; rest > 0; rest &= rest - 1) odd = !odd;
  return odd;
}

/** Ports in the order of their stretches. */
function withPorts({ devices, stretches }: Floor, sequence: readonly number[], lanes: readonly number[]): Placement {
  return {
    sequence,
    lanes,
    left: lanes.filter((stretch) => stretches[stretch]!.sender >= 0),
    right: lanes.filter((stretch) => stretches[stretch]!.to === devices.length && stretches[stretch]!.receiver >= 0),
  };
}
