import type { Cluster } from "../../dsl/index.ts";
import { phase, phased } from "../generators/phased.ts";
import type { Transfer } from "../schedule/schedule.ts";
import { ecmp, fatTree, grantedCircuits } from "./networks.ts";
import { timeSchedule } from "./timing.ts";

/**
 * Seconds until every flow of a step has ended that the rings of several jobs take at once on one network of `workers`:
 * job j has the workers from j * `each` on, where the placement puts them, and each sends `bits` to the next. On a fat tree
 * flows share links; a circuit has its ports, which no other job's flows enter, after its set-up.
 */
export function inOneStep(
  cluster: Cluster,
  workers: number,
  jobs: readonly number[],
  { each, bits, on }: { readonly each: number; readonly bits: number; readonly on: "fat-tree" | "circuits" },
): number {
  const routing = on === "fat-tree" ? ecmp(cluster, workers) : null;
  const transfers = jobs.flatMap((job) =>
    Array.from({ length: each }, (_, i): Transfer => {
      const first = job * each;
      const ends = { src: first + i, dst: first + ((i + 1) % each) };
      const transfer: Transfer = { ...ends, range: { start: 0, end: 1 }, op: "copy", route: null };
      return { ...transfer, route: routing?.routeOf(transfer) ?? null };
    }),
  );
  const phases = [phase("at once", 1, () => transfers)];
  const schedule = phased({ name: "jobs", workers, switches: routing?.switches ?? 0, length: 1, phases });
  const model = routing === null ? grantedCircuits(cluster) : fatTree(cluster, workers);
  const { setupS, transmissionS } = timeSchedule(schedule, bits, model);
  return setupS + transmissionS;
}
