import type { Cluster } from "../../dsl/index.ts";
import { type Algorithm, findAlgorithm } from "../algorithms/algorithms.ts";
import { type Collective, collectiveOf, scatterOf } from "../algorithms/halves.ts";
import { timeOn } from "../comparison/compare.ts";

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
  const scatter = scatterOf(algorithm);
  if (scatter === "none") return null;
  const secondsOf = (on: Algorithm, collective: Collective): number =>
    timeOn(collectiveOf(on, collective), cluster, workers, { name: "", elements }).timing.totalS;
  const gathers = scatter === "half" ? algorithm : findAlgorithm("ring")!;
  return { reduceScatterS: secondsOf(algorithm, "reduce-scatter"), allGatherS: secondsOf(gathers, "all-gather") };
}
