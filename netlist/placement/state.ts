import type { Placement } from "../circuit/circuit.ts";
import type { Floor } from "./floor.ts";

/** A wire that leads a neuron's light over this many lanes is as bad as one crossing of waveguides. */
const LANES_A_CROSSING = 20;

type Accept = (change: number) => boolean;

/** A placement that can be changed. Every change says what it adds to crossings and wires, and is taken back unless accepted: then 0, or null. */
export interface State {
  /** Puts a stretch right above or below another. */
  readonly moveStretch: (stretch: number, beside: number, below: boolean, accept: Accept) => number;
  /** The device at this turn and the next one change turns; null where they cannot or it was not accepted. */
  readonly swapTurns: (turn: number, accept: Accept) => number | null;
  /** Two owners of ports that are neighbours on one side change places; `which` in [0, 1) chooses them. */
  readonly swapOwners: (side: "left" | "right", which: number, accept: Accept) => number;
  readonly placement: () => Placement;
  /** Comparisons so far. */
  readonly work: () => number;
}

/** `byOwner`: ports of one owner stand side by side; otherwise every port stands where its stretch lies. */
export function newState({ devices, stretches }: Floor, start: Placement, byOwner: boolean): State {
  const count = devices.length;
  const order = Int32Array.from(start.lanes);
  const index = new Int32Array(order.length);
  /** Numbers in the order of the lanes, with room between them. */
  const height = new Float64Array(order.length);
  const renumber = (): void => {
    order.forEach((stretch, at) => {
      height[stretch] = at;
      index[stretch] = at;
    });
  };
  renumber();
  const sequence = Int32Array.from(start.sequence);
  /** When a device has its turn; behind the last: when light arrives at the right edge. */
  const turnOf = new Int32Array(count + 1).fill(count);
  sequence.forEach((device, turn) => {
    turnOf[device] = turn;
  });
  const from = Int32Array.from(stretches, (it) => it.from);
  const to = Int32Array.from(stretches, (it) => it.to);
  const own = devices.map(({ inputs, outputs }) => Int32Array.from([...inputs, ...outputs]));
  const weight = Float64Array.from(devices, ({ kind }) => (kind === "neuron" ? 1 / LANES_A_CROSSING : 1));
  const lowest = new Float64Array(count);
  const highest = new Float64Array(count);
  const sides = {
    left: ownersOf(
      byOwner,
      Int32Array.from(stretches, (it) => it.sender),
      height,
    ),
    right: ownersOf(
      byOwner,
      Int32Array.from(stretches, (it) => it.receiver),
      height,
    ),
  };
  const owned = [sides.left, sides.right].filter(({ members }) => members.length > 0);
  /** In quarters: a variable that is no integer would be allocated at each change. */
  let work = 0;

  /** Between which turns a stretch is lit. */
  const begins = Int32Array.from(from, (device) => (device < 0 ? -1 : turnOf[device]!));
  const ends = Int32Array.from(to, (device) => turnOf[device]!);
  const setTurn = (device: number, turn: number): void => {
    sequence[turn] = device;
    turnOf[device] = turn;
    for (const stretch of devices[device]!.outputs) begins[stretch] = turn;
    for (const stretch of devices[device]!.inputs) ends[stretch] = turn;
  };
  const spread = (device: number): void => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const stretch of own[device]!) {
      low = Math.min(low, height[stretch]!);
      high = Math.max(high, height[stretch]!);
    }
    lowest[device] = low;
    highest[device] = high;
  };
  for (let device = 0; device < count; device++) spread(device);
  /** What it costs that a stretch of this height passes a device: the fewer of the device's stretches below and above it. */
  const passing = (device: number, at: number): number => {
    if (!(at > lowest[device]! && at < highest[device]!)) return 0;
    const mine = own[device]!;
    if (mine.length <= 3) return weight[device]!;
    let below = 0;
    for (const stretch of mine) if (height[stretch]! < at) below++;
    return weight[device]! * Math.min(below, mine.length - below);
  };
  const twisted = (device: number): number => {
    const { kind, inputs, outputs } = devices[device]!;
    if (kind === "neuron" || inputs.length + outputs.length < 4) return 0;
    let inverted = 0;
    let pairs = 0;
    for (const side of [inputs, outputs]) {
      for (let i = 0; i < side.length; i++) {
        for (let j = i + 1; j < side.length; j++) {
          pairs++;
          if (height[side[i]!]! > height[side[j]!]!) inverted++;
        }
      }
    }
    work += 4 * pairs;
    return Math.min(inverted, pairs - inverted);
  };
  const isOwn = new Uint8Array(order.length);
  /** All that a device costs: what passes it, and its own lanes that change places. */
  const costOf = (device: number): number => {
    const mine = own[device]!;
    const turn = turnOf[device]!;
    let cost = twisted(device);
    let first = order.length;
    let last = -1;
    for (const stretch of mine) {
      isOwn[stretch] = 1;
      first = Math.min(first, index[stretch]!);
      last = Math.max(last, index[stretch]!);
    }
    for (let at = first + 1; at < last; at++) {
      const stretch = order[at]!;
      if (isOwn[stretch] === 0 && begins[stretch]! < turn && ends[stretch]! > turn) {
        cost += passing(device, height[stretch]!);
      }
    }
    for (const stretch of mine) isOwn[stretch] = 0;
    work += 4 * (last - first + mine.length);
    return cost;
  };
  /** Crossings at the edges of one stretch with those of other owners. */
  const edgeCost = (stretch: number): number => {
    let cost = 0;
    for (const { ownerOf, place, members } of owned) {
      const owner = ownerOf[stretch]!;
      if (owner < 0) continue;
      for (const other of members) {
        if (ownerOf[other] === owner) continue;
        const above = place.get(ownerOf[other]!)! < place.get(owner)!;
        if (above !== height[other]! < height[stretch]!) cost++;
      }
      work += 4 * members.length;
    }
    return cost;
  };
  const costOfEnds = (stretch: number): number =>
    (from[stretch]! < 0 ? 0 : costOf(from[stretch]!)) +
    (to[stretch]! === count ? 0 : costOf(to[stretch]!)) +
    edgeCost(stretch);
  const spreadEnds = (stretch: number): void => {
    if (from[stretch]! >= 0) spread(from[stretch]!);
    if (to[stretch]! < count) spread(to[stretch]!);
  };
  const reorder = (here: number, there: number): void => {
    const stretch = order[here]!;
    if (here < there) order.copyWithin(here, here + 1, there + 1);
    else order.copyWithin(there + 1, there, here);
    order[there] = stretch;
    for (let at = Math.min(here, there); at <= Math.max(here, there); at++) index[order[at]!] = at;
    work += Math.abs(here - there);
  };

  return {
    work: () => work / 4,
    moveStretch(stretch, beside, below, accept) {
      const here = index[stretch]!;
      const target = index[beside]!;
      const next = order[below ? target + 1 : target - 1];
      if (next === stretch) return 0;
      const old = height[stretch]!;
      const side = next === undefined ? height[beside]! + (below ? 2 : -2) : height[next]!;
      const fresh = (height[beside]! + side) / 2;
      let change = 0;
      for (let turn = begins[stretch]! + 1; turn < ends[stretch]!; turn++) {
        change += passing(sequence[turn]!, fresh) - passing(sequence[turn]!, old);
      }
      work += 4 * (ends[stretch]! - begins[stretch]!);
      change -= costOfEnds(stretch);
      const there = target + (below ? 1 : 0) - (target > here ? 1 : 0);
      reorder(here, there);
      height[stretch] = fresh;
      spreadEnds(stretch);
      change += costOfEnds(stretch);
      if (accept(change)) {
        // halves of halves run out of digits
        if (Math.abs(fresh - side) < 1e-6) {
          renumber();
          for (let device = 0; device < count; device++) spread(device);
          work += 4 * order.length;
        }
        return change;
      }
      reorder(there, here);
      height[stretch] = old;
      spreadEnds(stretch);
      return 0;
    },
    swapTurns(turn, accept) {
      const first = sequence[turn]!;
      const second = sequence[turn + 1]!;
      let change = 0;
      for (const stretch of devices[first]!.outputs) {
        if (to[stretch] === second) return null;
        change -= passing(second, height[stretch]!);
      }
      for (const stretch of devices[first]!.inputs) change += passing(second, height[stretch]!);
      for (const stretch of devices[second]!.inputs) change -= passing(first, height[stretch]!);
      for (const stretch of devices[second]!.outputs) change += passing(first, height[stretch]!);
      work += 4 * (own[first]!.length + own[second]!.length);
      if (!accept(change)) return null;
      setTurn(second, turn);
      setTurn(first, turn + 1);
      return change;
    },
    swapOwners(side, which, accept) {
      const { owners, place, ownerOf, members } = sides[side];
      if (owners.length < 2) return 0;
      const at = Math.floor(which * (owners.length - 1));
      const [upper, lower] = [owners[at]!, owners[at + 1]!];
      const lowers = members.filter((stretch) => ownerOf[stretch] === lower);
      let change = 0;
      for (const a of members) {
        if (ownerOf[a] !== upper) continue;
        for (const b of lowers) change += height[a]! < height[b]! ? 1 : -1;
        work += 4 * lowers.length;
      }
      work += 4 * members.length;
      if (!accept(change)) return 0;
      owners[at] = lower;
      owners[at + 1] = upper;
      place.set(lower, at);
      place.set(upper, at + 1);
      return change;
    },
    placement() {
      const ports = (side: Owners, is: (stretch: number) => boolean): number[] =>
        [...order]
          .filter(is)
          .sort((a, b) => (side.place.get(side.ownerOf[a]!) ?? 0) - (side.place.get(side.ownerOf[b]!) ?? 0));
      return {
        sequence: [...sequence],
        lanes: [...order],
        left: ports(sides.left, (stretch) => stretches[stretch]!.sender >= 0),
        right: ports(sides.right, (stretch) => to[stretch] === count && stretches[stretch]!.receiver >= 0),
      };
    },
  };
}

/** The owners of the ports of one side, from top to bottom; none where ports stand where they like. */
interface Owners {
  readonly owners: number[];
  readonly place: Map<number, number>;
  readonly ownerOf: Int32Array;
  readonly members: Int32Array;
}

function ownersOf(byOwner: boolean, ownerOf: Int32Array, height: Float64Array): Owners {
  if (!byOwner) return { owners: [], place: new Map(), ownerOf, members: new Int32Array(0) };
  const members = Int32Array.from(ownerOf.keys()).filter((stretch) => ownerOf[stretch]! >= 0);
  const sums = new Map<number, { sum: number; count: number }>();
  for (const stretch of members) {
    const { sum, count } = sums.get(ownerOf[stretch]!) ?? { sum: 0, count: 0 };
    sums.set(ownerOf[stretch]!, { sum: sum + height[stretch]!, count: count + 1 });
  }
  const mean = (owner: number): number => sums.get(owner)!.sum / sums.get(owner)!.count;
  const owners = [...sums.keys()].sort((a, b) => mean(a) - mean(b) || a - b);
  return { owners, place: new Map(owners.map((owner, at) => [owner, at])), ownerOf, members };
}
