/**
 * An all-reduce algorithm as data: what is sent where, step by step. The same schedule is executed on words
 * (`executeSchedule`), counted symbolically (`proveAllReduce`) and, under a link model, timed.
 */
export interface Schedule {
  readonly name: string;
  readonly workers: number;
  /** Elements in each worker's buffer. */
  readonly length: number;
  readonly steps: readonly Step[];
}

/** Transfers that happen at the same time: every source is read before any destination is written. */
export interface Step {
  readonly transfers: readonly Transfer[];
}

export interface Transfer {
  readonly src: number;
  readonly dst: number;
  readonly range: ElementRange;
  /** reduce adds to what the destination holds, copy replaces it. */
  readonly op: TransferOp;
  /** The light path that the transfer occupies; null where the network is not modelled. */
  readonly route: OpticalRoute | null;
}

export type TransferOp = "reduce" | "copy";

/** Half-open, in elements; never empty. */
export interface ElementRange {
  readonly start: number;
  readonly end: number;
}

export interface OpticalRoute {
  /** Nodes passed, from source to destination, both included. */
  readonly path: readonly number[];
  readonly wavelength: number;
}

/** What is wrong with a schedule or its result. `step`, `worker` and `element` are null where they do not apply. */
export interface ScheduleFault {
  readonly kind:
    | "worker"
    | "self"
    | "range"
    | "sent-twice"
    | "overwritten"
    | "contribution"
    | "inexact"
    | "sum"
    | "input";
  readonly message: string;
  readonly step: number | null;
  readonly worker: number | null;
  readonly element: number | null;
}

/**
 * Bounds of `parts` consecutive chunks of `length` elements whose sizes differ by at most one: chunk c is
 * [bounds[c], bounds[c + 1]). With length < parts some chunks are empty.
 */
export function chunkBounds(length: number, parts: number): readonly number[] {
  const small = Math.floor(length / parts);
  const larger = length - small * parts;
  return Array.from({ length: parts + 1 }, (_, chunk) => chunk * small + Math.min(chunk, larger));
}

/**
 * Faults of form: workers out of range, transfers to oneself, ranges that are empty or outside the buffer, and
 * transfers of one step whose outcome would depend on their order or that send the same elements twice.
 */
export function checkSchedule(schedule: Schedule): readonly ScheduleFault[] {
  const faults: ScheduleFault[] = [];
  schedule.steps.forEach((step, index) => {
    const wellFormed: Transfer[] = [];
    for (const transfer of step.transfers) {
      const fault = transferFault(schedule, transfer, index);
      if (fault === null) wellFormed.push(transfer);
      else faults.push(fault);
    }
    faults.push(...collisions(wellFormed, index));
  });
  return faults;
}

function transferFault(schedule: Schedule, transfer: Transfer, step: number): ScheduleFault | null {
  const { src, dst, range } = transfer;
  for (const worker of [src, dst]) {
    if (!Number.isInteger(worker) || worker < 0 || worker >= schedule.workers) {
      const message = `step ${step}: worker ${worker} is not one of ${schedule.workers}`;
      return { kind: "worker", message, step, worker, element: null };
    }
  }
  if (src === dst) {
    return { kind: "self", message: `step ${step}: worker ${src} sends to itself`, step, worker: src, element: null };
  }
  const inside = Number.isInteger(range.start) && Number.isInteger(range.end) && range.start >= 0;
  if (!inside || range.end > schedule.length || range.start >= range.end) {
    const message = `step ${step}: [${range.start}, ${range.end}) is empty or outside ${schedule.length} elements`;
    return { kind: "range", message, step, worker: src, element: range.start };
  }
  return null;
}

/** Pairs of one step that write the same element of the same worker; two reduces from different sources may. */
function collisions(transfers: readonly Transfer[], step: number): readonly ScheduleFault[] {
  const faults: ScheduleFault[] = [];
  const byDestination = new Map<number, Transfer[]>();
  for (const transfer of transfers) {
    const group = byDestination.get(transfer.dst);
    if (group === undefined) byDestination.set(transfer.dst, [transfer]);
    else group.push(transfer);
  }
  for (const [worker, group] of byDestination) {
    group.sort((a, b) => a.range.start - b.range.start);
    group.forEach((first, position) => {
      for (let next = position + 1; next < group.length; next++) {
        const second = group[next]!;
        if (second.range.start >= first.range.end) break;
        const element = second.range.start;
        const place = { step, worker, element } as const;
        if (first.src === second.src) {
          const message = `step ${step}: worker ${first.src} sends element ${element} to worker ${worker} twice`;
          faults.push({ kind: "sent-twice", message, ...place });
        } else if (first.op === "copy" || second.op === "copy") {
          const message = `step ${step}: a copy and another transfer write element ${element} of worker ${worker}`;
          faults.push({ kind: "overwritten", message, ...place });
        }
      }
    });
  }
  return faults;
}
