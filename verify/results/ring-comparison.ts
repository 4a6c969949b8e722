import {
  allReduceMean,
  type MeanReport,
  type MeanSpec,
  ringAllReduceMean,
  ringSchedule,
} from "../../collectives/index.ts";
import type { AllReduceReport } from "./results.ts";

/**
 * Executes a ring all-reduce on the workers' words ([workers][elements]) and counts the elements at which some worker ends
 * with another word than `wanted` ([elements]).
 */
export function compareRing(
  words: readonly ArrayLike<number>[],
  wanted: ArrayLike<number>,
  spec: MeanSpec,
): AllReduceReport {
  const workers = words.length;
  const schedule = ringSchedule(workers, wanted.length);
  const received = wordsOf(allReduceMean(schedule, words, spec));
  let differing = 0;
  for (let at = 0; at < wanted.length; at++) if (received.some((row) => row[at] !== wanted[at])) differing++;
  return {
    algorithm: "ring",
    elements: wanted.length,
    differing,
    steps: schedule.steps.length,
    transfers: schedule.steps.reduce((sum, step) => sum + step.transfers.length, 0),
    sentPerElement: (2 * (workers - 1)) / workers,
  };
}

/** What every worker holds after an executed ring all-reduce of these words, [workers][elements]. */
export function ringWords(words: readonly ArrayLike<number>[], spec: MeanSpec): readonly Float64Array[] {
  return wordsOf(ringAllReduceMean(words, spec));
}

function wordsOf({ words, faults }: MeanReport): readonly Float64Array[] {
  if (faults.length > 0) throw new Error(`the ring schedule is not an all-reduce: ${faults[0]!.kind}`);
  return words;
}
