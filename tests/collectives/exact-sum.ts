import { expect } from "vitest";
import { checkAllReduce, executeSchedule, findAlgorithm } from "../../collectives/index.ts";
import type { Cluster } from "../../dsl/index.ts";
import { stepCount } from "./step-count.ts";
import { randomWords } from "./words.ts";

/** The algorithm, executed on random words of so many workers, leaves their sum with each of them. */
export function expectExactSum(name: string, cluster: Cluster, workers: number): void {
  const length = workers > 200 ? workers + 3 : 2 * workers + 3;
  const inputs = randomWords(workers, length, 32, true, workers);
  // Not materialised: 1024 workers' steps are made on demand.
  const schedule = findAlgorithm(name)!.build(cluster, workers, length, 32);
  const report = executeSchedule(schedule, inputs);
  expect(checkAllReduce(schedule, inputs, report)).toEqual([]);
  expect([...schedule.steps]).toHaveLength(stepCount(schedule));
  if (workers > 128) return;
  for (let i = 0; i < length; i++) {
    const sum = inputs.reduce((total, input) => total + input[i]!, 0);
    for (const buffer of report.buffers) if (buffer[i] !== sum) expect(buffer[i]).toBe(sum);
  }
}
