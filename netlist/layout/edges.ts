import type { PortTree } from "./board.ts";

/** Edge couplers, from the edge of the chip. */
export const FIBRE_UM = 100;

/** Of fibres in an array, side by side: the usual pitch, 127 um (docs/reference/technology.md). */
export const FIBRE_PITCH_UM = 127;

/** From the outermost rows to the couplers of a long edge: splitters of carriers and rows of pads lie between. */
export const EDGE_UM = 1000;

/** Where a tree of ports meets other light, with nothing on one side of it but trees that have not met yet. */
export interface Meeting extends PortTree {
  /** The device where it does, in front of which its own devices can be drawn. */
  readonly device: number;
  readonly above: boolean;
  /** Ports of the trees between it and the long edge. */
  readonly outside: readonly number[];
}

/** Ports whose light enters from the upper or the lower edge, from the inside out, and the devices that join it. */
export interface Entry extends PortTree {
  readonly device: number;
  readonly above: boolean;
  /** Where the first of them may enter. */
  readonly fromX: number;
}

/** What takes a long edge of the chip. */
export interface EdgePorts {
  readonly entries: readonly Entry[];
  /** Output stretches, as soon as nothing is lit outside of them. */
  readonly exits: ReadonlySet<number>;
}

/** The way from a lane to a long edge is shorter. */
const LEAST_RUN_UM = 2 * EDGE_UM;

/** Outputs that would run along the chip for long, `runsUm`, and `entriesOf`. */
export function edgePorts(
  meetings: readonly Meeting[],
  spareUm: ReadonlyMap<number, number>,
  runsUm: ReadonlyMap<number, number>,
): EdgePorts {
  const exits = [...runsUm].flatMap(([stretch, um]) => (um > LEAST_RUN_UM ? [stretch] : []));
  return { entries: entriesOf(meetings, spareUm), exits: new Set(exits) };
}

/**
 * What had better enter from a long edge, near where it is needed: it would run along the chip for longer than it is to the edge. All that
 * lies outside of it has to enter still later. `spareUm` is how far each port could begin to the right with nothing else moved.
 */
function entriesOf(meetings: readonly Meeting[], spareUm: ReadonlyMap<number, number>): readonly Entry[] {
  const entries: Entry[] = [];
  const sideOf = new Map<number, boolean>();
  for (const { outside, above, stretches, ...rest } of meetings.toReversed()) {
    const latestX = stretches.reduce((least, it, i) => {
      const behind = stretches.length - 1 - i;
      return Math.min(least, FIBRE_UM + spareUm.get(it)! + behind * FIBRE_PITCH_UM);
    }, Number.POSITIVE_INFINITY);
    const fromX = Math.floor(latestX) - (stretches.length - 1) * FIBRE_PITCH_UM;
    if (fromX < LEAST_RUN_UM || outside.some((it) => sideOf.get(it) !== above)) continue;
    for (const it of stretches) sideOf.set(it, above);
    entries.push({ ...rest, stretches, above, fromX });
  }
  return entries.reverse();
}
