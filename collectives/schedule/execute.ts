import { checkSchedule, transferFault } from "./form.ts";
import type { ScheduleFault, Step, StepSequence } from "./schedule.ts";

export interface ExecutionReport {
  /** What each worker holds at the end: [workers][length]. */
  readonly buffers: readonly Float64Array[];
  /** False if a sum was not an integer of at most 53 bits, so that floating point may have rounded it. */
  readonly exact: boolean;
}

/**
 * Runs the schedule on a copy of the workers' buffers ([workers][length]): each node has memory of its own and learns
 * of the others only through the transfers. Switches start at zero.
 *
 * @throws RangeError if the buffers do not fit the schedule or a transfer is malformed (`checkSchedule`)
 */
export function executeSchedule(schedule: StepSequence, inputs: readonly Float64Array[]): ExecutionReport {
  if (inputs.length !== schedule.workers || inputs.some((input) => input.length !== schedule.length)) {
    throw new RangeError(`${schedule.name} wants ${schedule.workers} buffers of ${schedule.length} elements`);
  }
  const nodes = schedule.workers + schedule.switches;
  const buffers = inputs.map((input) => input.slice());
  for (let node = schedule.workers; node < nodes; node++) buffers.push(new Float64Array(schedule.length));
  let exact = true;
  let at = 0;
  for (const step of schedule.steps) {
    let total = 0;
    for (const transfer of step.transfers) {
      const fault = transferFault(schedule, transfer, at);
      if (fault !== null && fault.kind !== "self") throw new RangeError(fault.message);
      total += transfer.range.end - transfer.range.start;
    }
    if (!exchange(step, total, buffers)) exact = false;
    at += 1;
  }
  return { buffers: buffers.slice(0, schedule.workers), exact };
}

/** One simultaneous exchange of `total` elements, in place. False if a sum left the safe integers. */
function exchange({ transfers }: Step, total: number, buffers: readonly Float64Array[]): boolean {
  // All payloads in one array: a ring of 1024 workers has two million of them.
  const inFlight = new Float64Array(total);
  let at = 0;
  for (const { src, range } of transfers) {
    inFlight.set(buffers[src]!.subarray(range.start, range.end), at);
    at += range.end - range.start;
  }
  let exact = true;
  at = 0;
  for (const { dst, range, op } of transfers) {
    const target = buffers[dst]!.subarray(range.start, range.end);
    const arrived = inFlight.subarray(at, at + target.length);
    at += target.length;
    switch (op) {
      case "copy":
        target.set(arrived);
        break;
      case "reduce":
        if (!addTo(target, arrived)) exact = false;
        break;
      default:
        op satisfies never;
    }
  }
  return exact;
}

/** False if a sum left the safe integers. */
function addTo(target: Float64Array, arrived: Float64Array): boolean {
  let exact = true;
  for (let i = 0; i < target.length; i++) {
    const sum = target[i]! + arrived[i]!;
    target[i] = sum;
    if (!isSafe(sum)) exact = false;
  }
  return exact;
}

/** Number.isSafeInteger, with a cheap test first for the many small ones. */
function isSafe(value: number): boolean {
  return (value | 0) === value || Number.isSafeInteger(value);
}

/**
 * Whether the executed schedule was an all-reduce of these integers: well-formed, every sum exact, and every worker
 * ending with the sum of all inputs, which is computed here by BigInt without the schedule. The first wrong
 * element of each worker is reported.
 */
export function checkAllReduce(
  schedule: StepSequence,
  inputs: readonly Float64Array[],
  report: ExecutionReport,
): readonly ScheduleFault[] {
  const faults = [...checkSchedule(schedule)];
  inputs.forEach((input, worker) => {
    const element = firstUnsafe(input);
    if (element < input.length) {
      const message = `worker ${worker} starts with ${input[element]} at element ${element}, not an exact integer`;
      faults.push({ kind: "input", message, step: null, worker, element });
    }
  });
  if (faults.some(({ kind }) => kind === "input")) return faults;
  if (!report.exact) {
    const message = "a partial sum was not an integer of at most 53 bits";
    faults.push({ kind: "inexact", message, step: null, worker: null, element: null });
  }

  const doubtful = doubtfulElements(inputs, report.buffers);
  const wrong = new Set<number>();
  for (const element of doubtful) {
    if (wrong.size === schedule.workers) break;
    let sum = 0n;
    for (const input of inputs) sum += BigInt(input[element]!);
    for (let worker = 0; worker < schedule.workers; worker++) {
      const got = report.buffers[worker]?.[element];
      if (wrong.has(worker) || (Number.isSafeInteger(got) && BigInt(got!) === sum)) continue;
      wrong.add(worker);
      const message = `worker ${worker} ends with ${got} at element ${element}, the sum is ${sum}`;
      faults.push({ kind: "sum", message, step: null, worker, element });
    }
  }
  return faults;
}

function firstUnsafe(input: Float64Array): number {
  let element = 0;
  while (element < input.length && isSafe(input[element]!)) element++;
  return element;
}

/**
 * Elements of which some worker ends with another number than the sum in doubles, or whose sum is not exact in them: whole numbers
 * add up exactly as long as every sum on the way is a safe one.
 */
function doubtfulElements(inputs: readonly Float64Array[], buffers: readonly Float64Array[]): readonly number[] {
  const sums = new Float64Array(inputs[0]?.length ?? 0);
  for (const input of inputs) {
    for (let i = 0; i < sums.length; i++) {
      const sum = sums[i]! + input[i]!;
      sums[i] = Math.abs(sum) <= Number.MAX_SAFE_INTEGER ? sum : Number.NaN;
    }
  }
  const doubtful = new Set<number>();
  for (const buffer of buffers) for (let i = 0; i < sums.length; i++) if (buffer[i] !== sums[i]) doubtful.add(i);
  return [...doubtful].sort((a, b) => a - b);
}
