import { type Cluster, dtypeBits } from "../../dsl/index.ts";
import { type Algorithm, findAlgorithm } from "../algorithms/algorithms.ts";
import { phasesOf, scatterOf } from "../algorithms/halves.ts";
import { timeOn } from "../comparison/compare.ts";
import type { TransferOp } from "../schedule/schedule.ts";
import { timeSchedule } from "../timing/timing.ts";

/** Seconds of the two halves of an all-reduce. */
export interface Halves {
  readonly reduceScatterS: number;
  readonly allGatherS: number;
}

/**
 * Reduce-scatter and all-gather of `elements`, as sharded training needs them. What adds in the network has nothing to add
 * in an all-gather: that is the electrical ring's. Null for algorithms without halves.
 */
export function halvesOf(algorithm: Algorithm, cluster: Cluster, workers: number, elements: number): Halves | null {
  if (scatterOf(algorithm) === "whole") {
    const { timing } = timeOn(algorithm, cluster, workers, { name: "", elements });
    const ring = halvesOf(findAlgorithm("ring")!, cluster, workers, elements)!;
    return { reduceScatterS: timing.totalS, allGatherS: ring.allGatherS };
  }
  if (scatterOf(algorithm) === "none") return null;
  const bits = dtypeBits[cluster.dtype]!;
  const drawn = algorithm.draws(cluster).map((each) => {
    const schedule = algorithm.build(each, workers, elements, bits);
    const half = (op: TransferOp): number =>
      timeSchedule(phasesOf(schedule, op), bits, algorithm.model(each, workers)).totalS;
    return { reduceScatterS: half("reduce"), allGatherS: half("copy") };
  });
  const mean = (part: (halves: Halves) => number): number =>
    drawn.reduce((sum, halves) => sum + part(halves), 0) / drawn.length;
  return { reduceScatterS: mean((it) => it.reduceScatterS), allGatherS: mean((it) => it.allGatherS) };
}
