import type { Cluster } from "../dsl/index.ts";
import { ecmp, fatTree } from "./networks.ts";
import { phase, phased } from "./phased.ts";
import type { Transfer } from "./schedule.ts";
import { timeSchedule } from "./timing.ts";

/**
 * Seconds until every flow of a step has ended that the rings of several jobs take at once on one fat-tree of `workers`:
 * job j has the workers from j * `each` on, where the placement puts them, and each sends one element of a bit to the next.
 */
export function inOneStep(cluster: Cluster, workers: number, jobs: readonly number[], each: number): number {
  const { switches, routeOf } = ecmp(cluster, workers);
  const transfers = jobs.flatMap((job) =>
    Array.from({ length: each }, (_, i): Transfer => {
      const first = job * each;
      const ends = { src: first + i, dst: first + ((i + 1) % each) };
      const transfer: Transfer = { ...ends, range: { start: 0, end: 1 }, op: "copy", route: null };
      return { ...transfer, route: routeOf(transfer) };
    }),
  );
  const phases = [phase("at once", 1, () => transfers)];
  const schedule = phased({ name: "jobs", workers, switches, length: 1, phases });
  return timeSchedule(schedule, 1, fatTree(cluster, workers)).transmissionS;
}
