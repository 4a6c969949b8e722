import { checkSchedule, type ScheduleFault, type StepSequence, type Transfer } from "../../collectives/index.ts";

/**
 * Whether the schedule is an all-reduce of every input: transfers only add and replace, so what a worker holds is a
 * sum of the workers' inputs with whole multiplicities, and all of these must end at one. Returns the faults of form
 * and the first wrong multiplicity of each worker. Cost: workers x (elements moved, with each uncut range as one).
 */
export function proveAllReduce(schedule: StepSequence): readonly ScheduleFault[] {
  const form = checkSchedule(schedule);
  if (form.length > 0) return form;
  const { workers, switches, length } = schedule;
  const steps = [...schedule.steps];

  const cuts = new Set<number>([0, length]);
  for (const step of steps) {
    for (const { range } of step.transfers) cuts.add(range.start).add(range.end);
  }
  const bounds = [...cuts].sort((a, b) => a - b);
  const segmentAt = new Map(bounds.map((bound, segment) => [bound, segment]));
  const segments = bounds.length - 1;
  const transfersOf: Transfer[][][] = Array.from({ length: segments }, () => []);
  steps.forEach((step, index) => {
    for (const transfer of step.transfers) {
      const last = segmentAt.get(transfer.range.end)!;
      for (let segment = segmentAt.get(transfer.range.start)!; segment < last; segment++) {
        const perStep = transfersOf[segment]!;
        perStep[index] ??= [];
        perStep[index].push(transfer);
      }
    }
  });

  const faults = new Map<number, ScheduleFault>();
  for (let segment = 0; segment < segments; segment++) {
    const held = multiplicities(workers, switches, transfersOf[segment]!);
    held.slice(0, workers).forEach((counts, worker) => {
      const from = counts.findIndex((count) => count !== 1);
      if (from < 0 || faults.has(worker)) return;
      const element = bounds[segment]!;
      const message = `worker ${worker} ends with ${counts[from]} times the input of worker ${from} at element ${element}`;
      faults.set(worker, { kind: "contribution", message, step: null, worker, element });
    });
  }
  return [...faults.values()];
}

/** How often each node's final value of one segment contains each worker's input: [workers + switches][workers]. */
function multiplicities(
  workers: number,
  switches: number,
  steps: readonly (readonly Transfer[])[],
): readonly Float64Array[] {
  const held = Array.from({ length: workers + switches }, (_, node) => {
    const own = new Float64Array(workers);
    if (node < workers) own[node] = 1;
    return own;
  });
  // forEach skips the steps that do not touch the segment; they are holes.
  steps.forEach((transfers) => {
    const inFlight = transfers.map(({ src }) => held[src]!.slice());
    transfers.forEach(({ dst, op }, index) => {
      const payload = inFlight[index]!;
      const target = held[dst]!;
      if (op === "copy") target.set(payload);
      else for (let from = 0; from < workers; from++) target[from]! += payload[from]!;
    });
  });
  return held;
}
