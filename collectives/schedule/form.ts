import type { ScheduleFault, StepSequence, Transfer } from "./schedule.ts";

/**
 * Faults of form: workers out of range, transfers to oneself, ranges that are empty or outside the buffer, and
 * transfers of one step whose outcome would depend on their order or that send the same elements twice.
 */
export function checkSchedule(schedule: StepSequence): readonly ScheduleFault[] {
  const faults: ScheduleFault[] = [];
  let index = 0;
  for (const step of schedule.steps) {
    const wellFormed: Transfer[] = [];
    for (const transfer of step.transfers) {
      const fault = transferFault(schedule, transfer, index);
      if (fault === null) wellFormed.push(transfer);
      else faults.push(fault);
    }
    for (const fault of collisions(wellFormed, index)) faults.push(fault);
    index++;
  }
  return faults;
}

/** The fault of one transfer by itself, or null. */
export function transferFault(schedule: StepSequence, transfer: Transfer, step: number): ScheduleFault | null {
  const { src, dst, range } = transfer;
  const nodes = schedule.workers + schedule.switches;
  for (const worker of [src, dst]) {
    if (!Number.isInteger(worker) || worker < 0 || worker >= nodes) {
      const message = `step ${step}: worker ${worker} is not one of ${nodes}`;
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
  const sole = new Map<number, Transfer>();
  const byDestination = new Map<number, Transfer[]>();
  for (const transfer of transfers) {
    const first = sole.get(transfer.dst);
    const group = byDestination.get(transfer.dst);
    if (first === undefined) sole.set(transfer.dst, transfer);
    else if (group === undefined) byDestination.set(transfer.dst, [first, transfer]);
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
