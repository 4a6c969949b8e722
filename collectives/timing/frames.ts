import { type Cluster, dtypeBits } from "../../dsl/index.ts";
import { treeLevels } from "../generators/in-network.ts";
import { wordBitsPerS } from "./networks.ts";
import type { Timing } from "./timing.ts";

/** Words as they travel in light when errors are found: frames with a preamble, a guard time and checksum words. */
export interface Frames {
  readonly count: number;
  /** Of one frame, with all that comes with it. */
  readonly frameS: number;
  /** Probability that a frame has a wrong word. */
  readonly wrong: number;
  /** Latency of a pass: message and light. */
  readonly passS: number;
}

/** More wrong frames than these are not repeated but refused. */
const mostWrong = 0.9;

/**
 * Frames of `round frame` words on the units of a tree, each of which turns a word wrong by itself:
 * wrong = 1 - (1 - word-error-rate)^(units (frame + checksum)).
 */
export function framesOf(cluster: Cluster, workers: number, elements: number): Frames {
  const { frame, preamble, guard, checksum, fec, wordErrorRate } = cluster.round;
  const { unit, pass, symbolRate, precision } = cluster.optinc;
  const tree = treeLevels(workers, unit);
  const units = tree.reduce((sum, count) => sum + count, 0);
  const wordS = (precision ?? dtypeBits[cluster.dtype]!) / wordBitsPerS(cluster);
  return {
    count: Math.ceil(elements / frame),
    frameS: (1 + fec) * (frame + checksum) * wordS + preamble / symbolRate + guard,
    wrong: -Math.expm1(units * (frame + checksum) * Math.log1p(-wordErrorRate)),
    passS: cluster.latency + (2 * tree.length - 1) * pass,
  };
}

export function framesRefused(cluster: Cluster, workers: number): string | null {
  const { wrong } = framesOf(cluster, workers, 1);
  if (wrong <= mostWrong) return null;
  return `${(100 * wrong).toFixed(0)} % of its frames have a wrong word, and repeating them does not end`;
}

/** Expected largest of `count` geometric numbers of tries, each of which fails with probability `wrong`. */
export function expectedPasses(wrong: number, count: number): number {
  let passes = 0;
  for (let failed = 1; failed > 1e-18 / count; failed *= wrong) passes -= Math.expm1(count * Math.log1p(-failed));
  return passes;
}

/**
 * Expected lateness of the last of so many workers (order statistics): skew x (1 + 1/2 + ... + 1/p) where lateness is exponential,
 * 2 skew p / (p + 1) where it is uniform from 0 to 2 skew.
 */
export function expectedLast({ round: { skew, arrival } }: Cluster, workers: number): number {
  if (arrival === "uniform") return (2 * skew * workers) / (workers + 1);
  let harmonic = 0;
  for (let i = workers; i > 0; i--) harmonic += 1 / i;
  return skew * harmonic;
}

/** Expected time of the words in frames: all workers arrive, wrong frames are repeated in another pass. */
export function framed(cluster: Cluster, workers: number, elements: number, walked: Timing): Timing {
  const { count, frameS, wrong, passS } = framesOf(cluster, workers, elements);
  const latencyS = expectedLast(cluster, workers) + expectedPasses(wrong, count) * passS;
  const transmissionS = (count * frameS) / (1 - wrong);
  return { ...walked, totalS: latencyS + transmissionS, latencyS, transmissionS };
}
