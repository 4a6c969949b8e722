import type { Phase, PhasedSchedule, Route, Schedule, Step, Transfer } from "../schedule/schedule.ts";

/** A schedule of phases; its steps are those of the phases, one after another. */
export function phased(parts: Omit<PhasedSchedule, "steps">): PhasedSchedule {
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

/** Adds a transfer unless it is empty: chunks are when the buffer is shorter than their number. */
export function push(
  transfers: Transfer[],
  op: Transfer["op"],
  src: number,
  dst: number,
  start: number,
  end: number,
  route: Route | null = null,
): void {
  if (start < end) transfers.push({ src, dst, range: { start, end }, op, route });
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

/** Workers and length of every builder. @throws RangeError unless workers >= 1 and length >= 0 are integers */
export function requireSize(what: string, workers: number, length: number): void {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`${what} of ${workers} workers`);
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`a buffer of ${length} elements`);
}

/** Start of chunk c of `parts` consecutive ones, whose sizes differ by at most one; with length < parts some are empty. */
export function chunkStart(length: number, parts: number, chunk: number): number {
  const small = Math.floor(length / parts);
  return chunk * small + Math.min(chunk, length - small * parts);
}
