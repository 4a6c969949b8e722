import type { Cluster } from "../../dsl/index.ts";
import { halvingDoubling, recursiveDoubling } from "../generators/doubling.ts";
import { ring } from "../generators/ring.ts";
import type { PhasedSchedule } from "../schedule/schedule.ts";
import { electrical } from "./networks.ts";
import { type Timing, timeSchedule } from "./timing.ts";

/**
 * All-reduce of the blocks' largest exponents over the electrical network, which words of fixed point wait for: the fastest
 * of recursive doubling, halving-doubling and the ring, on `exponent` bits a block. A maximum costs what a sum does.
 * Null where elements travel as they are. `sentBits` are those of exponents.
 */
export function fastestExchange(
  cluster: Cluster,
  workers: number,
  elements: number,
): { readonly schedule: PhasedSchedule; readonly timing: Timing } | null {
  const { precision, block, exponent } = cluster.optinc;
  if (precision === null) return null;
  const blocks = Math.ceil(elements / block);
  const tried = [recursiveDoubling(workers, blocks), halvingDoubling(workers, blocks), ring(workers, blocks)];
  const times = tried.map((schedule) => ({ schedule, timing: timeSchedule(schedule, exponent, electrical(cluster)) }));
  return times.reduce((a, b) => (b.timing.totalS < a.timing.totalS ? b : a));
}

/** The words' time after that of their exponents, part by part. */
export function withExchange(cluster: Cluster, workers: number, elements: number, words: Timing): Timing {
  const exchange = fastestExchange(cluster, workers, elements)?.timing;
  if (exchange === undefined) return words;
  const parts = ["totalS", "latencyS", "transmissionS", "reductionS", "steps", "sentBits"] as const;
  const sums = parts.map((part) => [part, words[part] + exchange[part]]);
  return { ...words, ...Object.fromEntries(sums), exponentsS: exchange.totalS };
}
