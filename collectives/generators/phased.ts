import type {
  ElementRange,
  Phase,
  PhasedSchedule,
  Route,
  Schedule,
  Step,
  Transfer,
  TransferOp,
} from "../schedule/schedule.ts";

/**
 * A schedule of phases; its steps are those of the phases, one after another. Every generator ends here.
 *
 * @throws RangeError unless workers >= 1 and length >= 0 are integers
 */
export function phased(parts: Omit<PhasedSchedule, "steps">): PhasedSchedule {
  const { name, workers, length } = parts;
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`${name} of ${workers} workers`);
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`a buffer of ${length} elements`);
  const steps: Iterable<Step> = {
    *[Symbol.iterator]() {
      for (const phase of parts.phases) {
        for (let index = 0; index < phase.steps; index++) yield phase.at(index);
      }
    },
  };
  return { ...parts, steps };
}

/** The same schedule with all its steps in memory. */
export function materialise({ name, workers, switches, length, steps }: PhasedSchedule): Schedule {
  return { name, workers, switches, length, steps: [...steps] };
}

/** A phase whose steps are not alike and not streamed, unless `more` says otherwise. */
export function phase(
  name: string,
  steps: number,
  at: (index: number) => readonly Transfer[],
  more: Partial<Pick<Phase, "alike" | "streamed">> = {},
): Phase {
  return { name, steps, alike: false, streamed: false, ...more, at: (index) => ({ transfers: at(index) }) };
}

type Send = (op: TransferOp, src: number, dst: number, start: number, end: number, route?: Route | null) => void;

/** The transfers that `fill` sends, without empty ones: chunks are when the buffer is shorter than their number. */
export function sent(fill: (send: Send) => void): Transfer[] {
  const transfers: Transfer[] = [];
  fill((op, src, dst, start, end, route = null) => {
    if (start < end) transfers.push({ src, dst, range: { start, end }, op, route });
  });
  return transfers;
}

/** Workers in a ring, and the part of the buffer that they share. */
export interface Ring {
  readonly members: readonly number[];
  readonly range: ElementRange;
}

/**
 * A phase of rings of as many members, each with as many chunks of its range: in every round each member sends a chunk to the next
 * one. `reduce` scatters sums, after which member i holds that of chunk i + 1, `copy` gathers them. `routeOf` takes whether a
 * transfer closes its ring.
 */
export function ringPhase(
  where: string,
  op: TransferOp,
  rings: readonly Ring[],
  routeOf: (closing: boolean) => Route | null = () => null,
): Phase {
  const count = rings[0]?.members.length ?? 1;
  const at = (round: number): readonly Transfer[] =>
    sent((send) => {
      for (const { members, range } of rings) {
        const bound = (chunk: number): number => range.start + chunkStart(range.end - range.start, count, chunk);
        members.forEach((src, i) => {
          const chunk = (i - round + (op === "copy" ? 1 : 0) + count) % count;
          const closing = i + 1 === count;
          send(op, src, members[closing ? 0 : i + 1]!, bound(chunk), bound(chunk + 1), routeOf(closing));
        });
      }
    }).sort((a, b) => a.src - b.src);
  // With empty chunks the steps differ in who sends.
  const alike = rings.every(({ range }) => range.end - range.start >= count);
  return phase(`${op === "reduce" ? "reduce-scatter" : "all-gather"}${where}`, count - 1, at, { alike });
}

/** Workers by number, from `first` in steps of `stride`. */
export function workersFrom(first: number, count: number, stride = 1): readonly number[] {
  return Array.from({ length: count }, (_, i) => first + i * stride);
}

/** A whole buffer up an edge of a tree to be added, or down it. */
export function alongEdge(
  send: Send,
  op: TransferOp,
  child: number,
  parent: number,
  length: number,
  route: Route | null = null,
): void {
  const [src, dst] = op === "reduce" ? [child, parent] : [parent, child];
  send(op, src, dst, 0, length, route);
}

/** The same steps on another network: every transfer gets the route that `routeOf` names. */
export function rerouted(
  schedule: PhasedSchedule,
  name: string,
  extraSwitches: number,
  routeOf: (transfer: Transfer) => Route | null,
): PhasedSchedule {
  const phases = schedule.phases.map((old): Phase => {
    const at = (index: number): Step => ({
      transfers: old.at(index).transfers.map((transfer) => {
        const { src, dst, range, op } = transfer;
        return { src, dst, range, op, route: routeOf(transfer) };
      }),
    });
    return { ...old, at };
  });
  return phased({ ...schedule, name, switches: schedule.switches + extraSwitches, phases });
}

/** Start of chunk c of `parts` consecutive ones, whose sizes differ by at most one; with length < parts some are empty. */
export function chunkStart(length: number, parts: number, chunk: number): number {
  const small = Math.floor(length / parts);
  return chunk * small + Math.min(chunk, length - small * parts);
}
