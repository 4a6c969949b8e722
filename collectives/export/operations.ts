import type { Route, StepSequence } from "../schedule/schedule.ts";

/** What one worker does for a transfer, in an order that needs no global steps. */
export interface Operation {
  readonly kind: "send" | "receive" | "receive-reduce";
  readonly peer: number;
  /** In elements of the schedule. */
  readonly start: number;
  readonly end: number;
  /** The how many-th transfer from its source to its destination. */
  readonly tag: number;
  readonly step: number;
  readonly route: Route | null;
  /** Indices of the worker's own operations that must be over, because they touch the same elements. */
  readonly after: readonly number[];
}

/**
 * A schedule of synchronous steps as one list of operations for each worker, ordered by data: a send waits for what
 * wrote its elements; a receive waits for what wrote them and for what still had to read them, sends of the same step
 * included. Nodes from `programs` on have no program. By default only workers have one, and switches that reduce are refused.
 *
 * @throws RangeError if the schedule has transfers from or to nodes without a program
 */
export function operationsOf(
  schedule: StepSequence,
  programs: number = schedule.workers,
): readonly (readonly Operation[])[] {
  const lists: Operation[][] = Array.from({ length: programs }, () => []);
  // For each worker, elements as disjoint segments: the operation that wrote them last and those that read them since.
  const cuts = new Set<number>([0, schedule.length]);
  for (const { transfers } of schedule.steps) {
    for (const { src, dst, range } of transfers) {
      if (src >= programs || dst >= programs) throw new RangeError("a switch has no program");
      cuts.add(range.start).add(range.end);
    }
  }
  const segmentAt = new Map([...cuts].sort((a, b) => a - b).map((cut, segment) => [cut, segment]));
  const state = lists.map(() => new Map<number, { writer: number; readers: number[] }>());
  const tags = new Map<number, number>();
  const touch = (worker: number, start: number, end: number, writes: boolean, index: number): number[] => {
    const after = new Set<number>();
    for (let segment = segmentAt.get(start)!; segment < segmentAt.get(end)!; segment++) {
      const old = state[worker]!.get(segment) ?? { writer: -1, readers: [] };
      if (old.writer >= 0) after.add(old.writer);
      if (writes) {
        for (const reader of old.readers) after.add(reader);
        state[worker]!.set(segment, { writer: index, readers: [] });
      } else state[worker]!.set(segment, { writer: old.writer, readers: [...old.readers, index] });
    }
    return [...after].sort((a, b) => a - b);
  };
  let step = 0;
  for (const { transfers } of schedule.steps) {
    const tagged = transfers.map((transfer) => {
      const pair = transfer.src * programs + transfer.dst;
      const tag = tags.get(pair) ?? 0;
      tags.set(pair, tag + 1);
      return { ...transfer, tag };
    });
    for (const { src, dst, range, tag, route } of tagged) {
      const list = lists[src]!;
      const { start, end } = range;
      const after = touch(src, start, end, false, list.length);
      list.push({ kind: "send", peer: dst, start, end, tag, step, route, after });
    }
    for (const { src, dst, range, op, tag, route } of tagged) {
      const list = lists[dst]!;
      const { start, end } = range;
      const after = touch(dst, start, end, true, list.length);
      const kind = op === "reduce" ? "receive-reduce" : "receive";
      list.push({ kind, peer: src, start, end, tag, step, route, after });
    }
    step++;
  }
  return lists;
}
