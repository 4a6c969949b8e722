import { type Arrival, type Clocks, CONSTANT, newClocks, type Optics } from "../../netlist/index.ts";

/** What a lane passes between two devices. */
export interface Piece {
  readonly crossings: number;
  readonly lengthUm: number;
}

/** A mesh as its lanes see it: light comes on modes[0..cols), leaves on modes[0..rows). */
export interface Station {
  readonly modes: readonly number[];
  readonly cols: number;
  readonly rows: number;
  /** From any input to any output. */
  readonly delayS: number;
}

/** Stations one after the other, then neurons side by side. */
export interface Stage {
  readonly stations: readonly Station[];
  readonly neurons: readonly number[];
}

/** A mode that carries light from the start; constant light has no time at which it has to arrive. */
export interface Source {
  readonly mode: number;
  readonly constant: boolean;
}

export interface PlacedStation {
  /** In front of each of `modes`, null where no light comes. */
  readonly inputs: readonly (Piece | null)[];
  /** Behind each of modes[0..rows), up to the next device; null where no device follows. */
  readonly outputs: readonly (Piece | null)[];
}

export interface PlacedNeuron {
  readonly before: Piece;
  readonly after: Piece | null;
}

export interface Placement {
  readonly stages: readonly {
    readonly stations: readonly PlacedStation[];
    readonly neurons: readonly PlacedNeuron[];
  }[];
  /** In front of each of the ends. */
  readonly ends: readonly Piece[];
}

export const NOTHING: Piece = { crossings: 0, lengthUm: 0 };

/** A wait shorter than this is rounding. */
const ROUNDING_S = 1e-20;

/**
 * The simplest placement: lanes lie side by side in the order of their mode numbers. For a mesh its lanes move beside the
 * first one, over all lit lanes between, and back to their places behind it; what starts in a mesh moves from there to its
 * place. Where lanes of different arrival times meet, the earlier ones get delay lines, if `optics` asks for it. Two never
 * wait: constant light, and symbols that have met nothing yet, as their transmitters can send them later. O(n log n) in the lanes
 * of all stages.
 */
export function placeLanes(
  modes: number,
  sources: readonly Source[],
  stages: readonly Stage[],
  ends: readonly number[],
  optics: Optics,
): Placement {
  const lanes = laneTable(modes, optics);
  const clocks = newClocks();
  for (const { mode, constant } of sources) {
    lanes.start(mode, constant ? CONSTANT : clocks.fresh(), 0, 0, () => {});
  }
  const placed = stages.map(({ stations, neurons }) => ({
    stations: stations.map((station) => placeStation(lanes, clocks, station, optics)),
    neurons: neurons.map((mode) => {
      if (!lanes.isLit(mode)) return { before: NOTHING, after: null };
      const { piece, arrival, tell } = lanes.take(mode);
      tell(piece);
      const neuron: { before: Piece; after: Piece | null } = { before: piece, after: null };
      lanes.start(mode, later(arrival, optics.neuronDelayS), 0, 0, (after) => {
        neuron.after = after;
      });
      return neuron;
    }),
  }));
  const last = ends.map((mode) => {
    if (!lanes.isLit(mode)) return NOTHING;
    const { piece, tell } = lanes.take(mode);
    tell(piece);
    return piece;
  });
  return { stages: placed, ends: last };
}

function placeStation(
  lanes: LaneTable,
  clocks: Clocks,
  { modes, cols, rows, delayS }: Station,
  optics: Optics,
): PlacedStation {
  const anchor = modes[0]!;
  const arrivals = modes.slice(0, cols).map((mode, i) => {
    if (!lanes.isLit(mode)) return null;
    const over = i === 0 ? 0 : lanes.cross(anchor, mode);
    const { piece, arrival, tell } = lanes.take(mode);
    const lengthUm = piece.lengthUm + over * optics.lanePitchUm;
    return {
      piece: { crossings: piece.crossings + over, lengthUm },
      arrival: later(arrival, over * (optics.crossingDelayS + optics.lanePitchUm * optics.delaySPerUm)),
      tell,
    };
  });
  const meeting = clocks.meet(arrivals.map((it) => it?.arrival ?? CONSTANT));
  const inputs = arrivals.map((it, i): Piece | null => {
    if (it === null) return null;
    const waitS = meeting.waitsS[i]!;
    const waits = optics.matchDelays && optics.delaySPerUm > 0 && waitS > Math.max(ROUNDING_S, optics.shortestWaitS);
    const lengthUm = it.piece.lengthUm + (waits ? waitS / optics.delaySPerUm : 0);
    const piece = { crossings: it.piece.crossings, lengthUm };
    it.tell(piece);
    return piece;
  });
  const outputs = new Array<Piece | null>(rows).fill(null);
  // the outermost lane leaves first
  for (let i = rows - 1; i >= 0; i--) {
    const mode = modes[i]!;
    const over = i === 0 ? 0 : lanes.cross(anchor, mode);
    const travelUm = over * optics.lanePitchUm;
    lanes.start(mode, later(meeting.arrival, delayS), over, travelUm, (after) => {
      outputs[i] = after;
    });
  }
  return { inputs, outputs };
}

function later({ clock, atS }: Arrival, byS: number): Arrival {
  return { clock, atS: atS + byS };
}

interface TakenLane {
  readonly piece: Piece;
  readonly arrival: Arrival;
  /** Tells the device from which the light comes what it passes before the next one. */
  readonly tell: (piece: Piece) => void;
}

interface LaneTable {
  readonly isLit: (mode: number) => boolean;
  /** Lit lanes strictly between two places, each of which is crossed. */
  readonly cross: (from: number, to: number) => number;
  /** Takes a lit lane off its place; `piece` is what it passed since it started there, `arrival` is behind that. */
  readonly take: (mode: number) => TakenLane;
  /** Puts light on a place, with crossings and length on the way to it that nothing has taken yet. */
  readonly start: (
    mode: number,
    arrival: Arrival,
    crossings: number,
    lengthUm: number,
    tell: (piece: Piece) => void,
  ) => void;
}

function laneTable(modes: number, { crossingDelayS, delaySPerUm }: Optics): LaneTable {
  const lit = new Uint8Array(modes);
  const litUpTo = prefixSums(modes);
  /** Crossings of a place are the sum of the steps up to it. */
  const crossed = prefixSums(modes + 1);
  const crossedBefore = new Float64Array(modes);
  const lengthUm = new Float64Array(modes);
  const arrivals = new Array<Arrival>(modes).fill(CONSTANT);
  const listeners = new Array<((piece: Piece) => void) | null>(modes).fill(null);
  return {
    isLit: (mode) => lit[mode] === 1,
    cross(from, to) {
      const low = Math.min(from, to);
      const high = Math.max(from, to);
      const between = high - low < 2 ? 0 : litUpTo.upTo(high - 1) - litUpTo.upTo(low);
      if (between > 0) {
        crossed.add(low + 1, 1);
        crossed.add(high, -1);
      }
      return between;
    },
    take(mode) {
      const piece = { crossings: crossed.upTo(mode) - crossedBefore[mode]!, lengthUm: lengthUm[mode]! };
      lit[mode] = 0;
      litUpTo.add(mode, -1);
      const arrival = later(arrivals[mode]!, piece.crossings * crossingDelayS + piece.lengthUm * delaySPerUm);
      return { piece, arrival, tell: listeners[mode]! };
    },
    start(mode, arrival, crossings, length, tell) {
      if (lit[mode] === 0) litUpTo.add(mode, 1);
      lit[mode] = 1;
      crossedBefore[mode] = crossed.upTo(mode) - crossings;
      lengthUm[mode] = length;
      arrivals[mode] = arrival;
      listeners[mode] = tell;
    },
  };
}

/** Sums of the entries 0..at, each change and each sum in O(log n). */
function prefixSums(size: number): { add: (at: number, by: number) => void; upTo: (at: number) => number } {
  const tree = new Float64Array(size + 1);
  return {
    add(at, by) {
      for (let i = at + 1; i <= size; i += i & -i) tree[i] = tree[i]! + by;
    },
    upTo(at) {
      let sum = 0;
      for (let i = at + 1; i > 0; i -= i & -i) sum += tree[i]!;
      return sum;
    },
  };
}
