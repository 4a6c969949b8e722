import type { Phase, PhasedSchedule, Route, Transfer, TransferOp } from "../schedule/schedule.ts";
import { inNetworkTree } from "./in-network.ts";
import { chunkStart, phase, phased, push, requireSize } from "./phased.ts";

/** The largest divisor of `workers` up to `most`: 1 for primes above it. */
export function largestDivisor(workers: number, most: number): number {
  for (let divisor = Math.min(most, workers); divisor > 1; divisor--) if (workers % divisor === 0) return divisor;
  return 1;
}

/** A step of the rings along rows of `columns` workers, on shards of the buffer. */
function inRows(
  workers: number,
  length: number,
  columns: number,
  firstShard: number,
  op: TransferOp,
): readonly Transfer[] {
  const transfers: Transfer[] = [];
  for (let src = 0; src < workers; src++) {
    const column = src % columns;
    const index = modulo(column + firstShard, columns);
    const bounds = [chunkStart(length, columns, index), chunkStart(length, columns, index + 1)] as const;
    push(transfers, op, src, src - column + ((column + 1) % columns), ...bounds);
  }
  return transfers;
}

/**
 * Reduce-scatter on a ring inside each group of `group` consecutive workers, a tree of reducing switches for each shard across
 * the groups, all-gather inside.
 *
 * @throws RangeError unless group divides workers, both positive integers, and length >= 0 is one
 */
export function hierarchicalTree(
  name: string,
  workers: number,
  length: number,
  group: number,
  radix: number,
): PhasedSchedule {
  requireSize(`a ${name}`, workers, length);
  if (!Number.isInteger(group) || group < 1 || workers % group !== 0) {
    throw new RangeError(`${workers} workers in groups of ${group}`);
  }
  const members = workers / group;
  const trees = Array.from({ length: group }, (_, column) => {
    const start = chunkStart(length, group, (column + 1) % group);
    const size = chunkStart(length, group, ((column + 1) % group) + 1) - start;
    return { start, tree: inNetworkTree(name, members, size, radix) };
  });
  const { switches, phases } = trees[0]!.tree;
  const across = (index: number): readonly Transfer[] =>
    trees.flatMap(({ start, tree }, column) => {
      const node = (own: number): number =>
        own < members ? own * group + column : workers + column * switches + own - members;
      return tree.phases[0]!.at(index).transfers.map((transfer) => {
        const range = { start: start + transfer.range.start, end: start + transfer.range.end };
        return { ...transfer, src: node(transfer.src), dst: node(transfer.dst), range };
      });
    });
  const alike = length >= group;
  const ringStep = (shard: number, op: TransferOp): readonly Transfer[] => inRows(workers, length, group, shard, op);
  return phased({
    name,
    workers,
    switches: group * switches,
    length,
    phases: [
      phase("reduce-scatter in groups", group - 1, (round) => ringStep(-round, "reduce"), { alike }),
      phase("up and down", phases[0]!.steps, across, { streamed: true }),
      phase("all-gather in groups", group - 1, (round) => ringStep(1 - round, "copy"), { alike }),
    ],
  });
}

/**
 * Reduce-scatter on rings along rows of `columns` consecutive workers, all-reduce of each shard on a ring along the columns, all-gather
 * along the rows. Of a hierarchical ring the rows are the groups; on a torus all transfers go to neighbours (Mikami et al., arXiv
 * 1811.05233). Worker row * columns + column; shard s of the buffer is finished in column s - 1.
 *
 * @throws RangeError unless columns divides workers, both positive integers, and length >= 0 is one
 */
export function gridRing(name: string, workers: number, length: number, columns: number): PhasedSchedule {
  requireSize(`a ${name}`, workers, length);
  if (!Number.isInteger(columns) || columns < 1 || workers % columns !== 0) {
    throw new RangeError(`${workers} workers in rows of ${columns}`);
  }
  const rows = workers / columns;
  const shard = (index: number): number => chunkStart(length, columns, index);

  const inColumns = (firstPiece: number, op: TransferOp): readonly Transfer[] => {
    const transfers: Transfer[] = [];
    for (let src = 0; src < workers; src++) {
      const [row, column] = [Math.floor(src / columns), src % columns];
      const start = shard((column + 1) % columns);
      const size = shard(((column + 1) % columns) + 1) - start;
      const piece = modulo(row + firstPiece, rows);
      const bounds = [start + chunkStart(size, rows, piece), start + chunkStart(size, rows, piece + 1)] as const;
      push(transfers, op, src, (src + columns) % workers, ...bounds);
    }
    return transfers;
  };
  const alike = length >= workers + columns;
  const phases: readonly Phase[] = [
    phase("reduce-scatter in rows", columns - 1, (round) => inRows(workers, length, columns, -round, "reduce"), {
      alike,
    }),
    phase("reduce-scatter in columns", rows - 1, (round) => inColumns(-round, "reduce"), { alike }),
    phase("all-gather in columns", rows - 1, (round) => inColumns(1 - round, "copy"), { alike }),
    phase("all-gather in rows", columns - 1, (round) => inRows(workers, length, columns, 1 - round, "copy"), { alike }),
  ];
  return phased({ name, workers, switches: 0, length, phases });
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/**
 * H-Ring on an optical ring (Ueno and Yokota 2019, as counted by Dai et al., arXiv 2207.10982): a ring all-reduce inside
 * each group of `group` consecutive workers, one of the groups' middle workers, and the whole sum from these to their
 * groups at once: ceil(2 (group^2 + N) / group) - 3 steps. A ring takes one wavelength in each direction, the last step
 * half as many as a group has workers.
 *
 * @throws RangeError unless group divides workers, both positive integers, and length >= 0 is one
 */
export function hRing(workers: number, length: number, group: number): PhasedSchedule {
  requireSize("an H-Ring", workers, length);
  if (!Number.isInteger(group) || group < 1 || workers % group !== 0) {
    throw new RangeError(`${workers} workers in groups of ${group}`);
  }
  const groups = workers / group;
  const middle = group >> 1;
  const lit = (direction: "up" | "down", wavelength: number): Route => ({
    kind: "arc",
    direction,
    firstWavelength: wavelength,
    wavelengths: 1,
  });
  const ringStep = (members: readonly number[], firstChunk: number, op: TransferOp, closed: boolean): Transfer[] => {
    const transfers: Transfer[] = [];
    const count = members.length;
    members.forEach((src, i) => {
      const chunk = modulo(i + firstChunk, count);
      const bounds = [chunkStart(length, count, chunk), chunkStart(length, count, chunk + 1)] as const;
      // Inside a group the way back to its first worker goes down; around all groups it goes on up.
      const back = i + 1 === count && !closed;
      push(transfers, op, src, members[(i + 1) % count]!, ...bounds, lit(back ? "down" : "up", 0));
    });
    return transfers;
  };
  const membersOf = (index: number): readonly number[] => Array.from({ length: group }, (_, i) => index * group + i);
  const leaders = Array.from({ length: groups }, (_, index) => index * group + middle);
  const inGroups = (firstChunk: number, op: TransferOp): readonly Transfer[] =>
    Array.from({ length: groups }, (_, index) => ringStep(membersOf(index), firstChunk, op, false)).flat();
  const toMembers = (): readonly Transfer[] => {
    const transfers: Transfer[] = [];
    for (const leader of leaders) {
      for (let offset = -middle; offset < group - middle; offset++) {
        if (offset === 0) continue;
        const route = lit(offset < 0 ? "down" : "up", Math.abs(offset) - 1);
        push(transfers, "copy", leader, leader + offset, 0, length, route);
      }
    }
    return transfers;
  };
  const alike = length >= group;
  const phases: readonly Phase[] = [
    phase("reduce-scatter in groups", group - 1, (round) => inGroups(-round, "reduce"), { alike }),
    phase("all-gather in groups", group - 1, (round) => inGroups(1 - round, "copy"), { alike }),
    phase("reduce-scatter of groups", groups - 1, (round) => ringStep(leaders, -round, "reduce", true), {
      alike: length >= groups,
    }),
    phase("all-gather of groups", groups - 1, (round) => ringStep(leaders, 1 - round, "copy", true), {
      alike: length >= groups,
    }),
    phase("return", groups > 1 && group > 1 ? 1 : 0, toMembers),
  ].filter(({ steps }) => steps > 0);
  return phased({ name: "h-ring", workers, switches: 0, length, phases });
}
