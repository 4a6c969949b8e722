import type { ElementRange, PhasedSchedule, Route, Transfer } from "../schedule/schedule.ts";
import { inNetworkTree } from "./in-network.ts";
import { chunkStart, phase, phased, type Ring, ringPhase, workersFrom } from "./phased.ts";
import { arc, aroundMiddles } from "./wrht.ts";

/** The largest divisor of `workers` up to `most`: 1 for primes above it. */
export function largestDivisor(workers: number, most: number): number {
  for (let divisor = Math.min(most, workers); divisor > 1; divisor--) if (workers % divisor === 0) return divisor;
  return 1;
}

/** Rings of as many consecutive workers each, over the whole buffer. */
function consecutive(workers: number, length: number, count: number): readonly Ring[] {
  const range = { start: 0, end: length };
  return workersFrom(0, workers / count, count).map((first) => ({ members: workersFrom(first, count), range }));
}

/** What a ring leaves member i of its `count` ones with: the sum of chunk i + 1. */
function shardOf(length: number, count: number, i: number): ElementRange {
  const chunk = (i + 1) % count;
  return { start: chunkStart(length, count, chunk), end: chunkStart(length, count, chunk + 1) };
}

/**
 * Reduce-scatter on a ring inside each group of `group` consecutive workers, a tree of reducing switches for each shard across
 * the groups, all-gather inside.
 */
export function hierarchicalTree(
  name: string,
  workers: number,
  length: number,
  group: number,
  radix: number,
): PhasedSchedule {
  const members = workers / group;
  const trees = Array.from({ length: group }, (_, column) => {
    const { start, end } = shardOf(length, group, column);
    return { start, tree: inNetworkTree(name, members, end - start, radix) };
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
  const groups = consecutive(workers, length, group);
  return phased({
    name,
    workers,
    switches: group * switches,
    length,
    phases: [
      ringPhase(" in groups", "reduce", groups),
      phase("up and down", phases[0]!.steps, across, { streamed: true }),
      ringPhase(" in groups", "copy", groups),
    ],
  });
}

/**
 * Reduce-scatter on rings along rows of `columns` consecutive workers, all-reduce of each shard on a ring along the columns, all-gather
 * along the rows. Of a hierarchical ring the rows are the groups; on a torus all transfers go to neighbours (Mikami et al., arXiv
 * 1811.05233). Worker row * columns + column; shard s of the buffer is finished in column s - 1.
 */
export function gridRing(name: string, workers: number, length: number, columns: number): PhasedSchedule {
  const rows = consecutive(workers, length, columns);
  const inColumns = workersFrom(0, columns).map((column) => ({
    members: workersFrom(column, workers / columns, columns),
    range: shardOf(length, columns, column),
  }));
  const phases = [
    ringPhase(" in rows", "reduce", rows),
    ringPhase(" in columns", "reduce", inColumns),
    ringPhase(" in columns", "copy", inColumns),
    ringPhase(" in rows", "copy", rows),
  ];
  return phased({ name, workers, switches: 0, length, phases });
}

/**
 * H-Ring on an optical ring (Ueno and Yokota 2019, as counted by Dai et al., arXiv 2207.10982): a ring all-reduce inside
 * each group of `group` consecutive workers, one of the groups' middle workers, and the whole sum from these to their
 * groups at once: ceil(2 (group^2 + N) / group) - 3 steps. A ring takes one wavelength in each direction, the last step
 * half as many as a group has workers.
 */
export function hRing(workers: number, length: number, group: number): PhasedSchedule {
  const groups = workers / group;
  const inGroups = consecutive(workers, length, group);
  const ofGroups = [{ members: workersFrom(group >> 1, groups, group), range: { start: 0, end: length } }];
  // Inside a group the way back to its first worker goes down; around all groups it goes on up.
  const within = (closing: boolean): Route => arc(closing ? "down" : "up", 0);
  const around = (): Route => arc("up", 0);
  const members = inGroups.map((ring) => ring.members);
  const phases = [
    ringPhase(" in groups", "reduce", inGroups, within),
    ringPhase(" in groups", "copy", inGroups, within),
    ringPhase(" of groups", "reduce", ofGroups, around),
    ringPhase(" of groups", "copy", ofGroups, around),
    phase("return", groups > 1 && group > 1 ? 1 : 0, () => aroundMiddles(members, "copy", length)),
  ].filter(({ steps }) => steps > 0);
  return phased({ name: "h-ring", workers, switches: 0, length, phases });
}
