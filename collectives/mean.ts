import { ringSchedule } from "./generators/ring.ts";
import { checkAllReduce, type ExecutionReport, executeSchedule } from "./schedule/execute.ts";
import type { ScheduleFault, StepSequence } from "./schedule/schedule.ts";

/** Which words travel, and how their mean becomes a word again. */
export interface MeanSpec {
  /** 1..32; signed words lie in [-2^(bits-1), 2^(bits-1) - 1], unsigned ones in [0, 2^bits - 1]. */
  readonly bits: number;
  readonly signed: boolean;
  /** Ties of half-up go to the larger word, ties of half-even to the even word (not the even offset-binary code); with none the sum is the result. */
  readonly rounding: "floor" | "half-up" | "half-even" | "none";
}

export interface MeanReport {
  /** The rounded mean as each worker ends up with it: [workers][length]. They are equal if there is no fault. */
  readonly words: readonly Float64Array[];
  readonly execution: ExecutionReport;
  readonly faults: readonly ScheduleFault[];
}

/**
 * Q(sum / workers), or the sum where nothing is rounded, for an integer sum, by quotient and remainder; exact for every |sum| <= 2^53.
 *
 * @throws RangeError if the sum is not such an integer or workers is not a positive one
 */
export function roundedMean(sum: number, workers: number, rounding: MeanSpec["rounding"]): number {
  if (!Number.isSafeInteger(sum) || !Number.isSafeInteger(workers) || workers < 1) {
    throw new RangeError(`the mean of ${workers} words with sum ${sum}`);
  }
  const [quotient, remainder] = (sum | 0) === sum ? divideSmall(sum, workers) : divide(sum, workers);
  const tie = remainder === workers - remainder;
  switch (rounding) {
    case "floor":
      return quotient;
    case "half-up":
      return tie || remainder > workers - remainder ? quotient + 1 : quotient;
    case "half-even":
      if (tie) return quotient % 2 === 0 ? quotient : quotient + 1;
      return remainder > workers - remainder ? quotient + 1 : quotient;
    case "none":
      return sum;
  }
}

function divide(sum: number, workers: number): readonly [quotient: number, remainder: number] {
  const truncated = sum % workers;
  const remainder = truncated < 0 ? truncated + workers : truncated;
  return [(sum - remainder) / workers, remainder];
}

/** The same of 32 bits, faster: their quotient in doubles is off by less than it is from the next whole number. */
function divideSmall(sum: number, workers: number): readonly [quotient: number, remainder: number] {
  const quotient = Math.floor(sum / workers) + 0;
  return [quotient, sum - quotient * workers];
}

/** Executes the schedule on words [workers][length], then rounds every worker's mean. Words outside the range of `spec` are faults of kind `input`. */
export function allReduceMean(
  schedule: StepSequence,
  words: readonly ArrayLike<number | bigint>[],
  spec: MeanSpec,
): MeanReport {
  const inputs = words.map((row) => (row instanceof Float64Array ? row : Float64Array.from(row, Number)));
  const execution = executeSchedule(schedule, inputs);
  const faults = [...wordFaults(inputs, spec), ...checkAllReduce(schedule, inputs, execution)];
  const [first, ...others] = execution.buffers;
  const means = first === undefined ? [] : [meansOf(first, schedule.workers, spec.rounding)];
  for (const sums of others) {
    // Equal sums have equal means: worker 0 has divided already.
    const row = means[0]!.slice();
    for (let i = 0; i < row.length; i++) {
      if (sums[i] !== first![i]) row[i] = meanOf(sums[i]!, schedule.workers, spec.rounding);
    }
    means.push(row);
  }
  return { words: means, execution, faults };
}

function meansOf(sums: Float64Array, workers: number, rounding: MeanSpec["rounding"]): Float64Array {
  const means = new Float64Array(sums.length);
  for (let i = 0; i < means.length; i++) means[i] = meanOf(sums[i]!, workers, rounding);
  return means;
}

function meanOf(sum: number, workers: number, rounding: MeanSpec["rounding"]): number {
  return Number.isSafeInteger(sum) ? roundedMean(sum, workers, rounding) : Number.NaN;
}

/** `allReduceMean` over `ringSchedule`. */
export function ringAllReduceMean(words: readonly ArrayLike<number | bigint>[], spec: MeanSpec): MeanReport {
  return allReduceMean(ringSchedule(words.length, words[0]?.length ?? 0), words, spec);
}

function wordFaults(inputs: readonly Float64Array[], spec: MeanSpec): readonly ScheduleFault[] {
  const smallest = spec.signed ? -(2 ** (spec.bits - 1)) : 0;
  const largest = smallest + 2 ** spec.bits - 1;
  return inputs.flatMap((input, worker) => {
    const element = firstOutside(input, smallest, largest);
    if (element === input.length) return [];
    const kind = `${spec.signed ? "a signed" : "an unsigned"} word of ${spec.bits} bits`;
    const message = `worker ${worker} starts with ${input[element]} at element ${element}, not ${kind}`;
    return [{ kind: "input", message, step: null, worker, element } as const];
  });
}

function firstOutside(input: Float64Array, smallest: number, largest: number): number {
  let element = 0;
  while (element < input.length && input[element]! >= smallest && input[element]! <= largest) element++;
  return element;
}
