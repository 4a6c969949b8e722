import type { Cluster, DeclaredInput } from "../../dsl/index.ts";
import { type Algorithm, findAlgorithm } from "../algorithms/algorithms.ts";
import { type Choice, chosenOn } from "../algorithms/equal-words.ts";
import { type Collective, collectiveOf, scatterOf } from "../algorithms/halves.ts";
import { timeOn } from "../comparison/compare.ts";
import type { Refusal } from "../comparison/report.ts";
import type { Timing } from "../timing/timing.ts";
import { unitTrees } from "../timing/unit.ts";
import { bucketsOf, type LayerTime, lastEnd, layerTimes } from "./compute.ts";
import { layersOf } from "./layers.ts";

/** data: every worker has all parameters; sharded: each has a share of them, and gathers those of a bucket when it needs them. */
export type Sharding = "data" | "sharded";

/** One model on so many workers. */
export interface IterationBlock {
  readonly model: string;
  readonly workers: number;
  readonly parameters: number;
  readonly forwardS: number;
  readonly backwardS: number;
  readonly layers: number;
  /** Layers that wait for their memory. */
  readonly memoryBound: number;
  readonly buckets: number;
  readonly rows: readonly IterationRow[];
}

export interface IterationRow {
  readonly algorithm: string;
  readonly outcome: IterationOutcome | Refusal;
}

export interface IterationOutcome {
  readonly kind: "timed";
  /** All transfers, one after another. */
  readonly communicationS: number;
  /** Compute, then communication of everything at once. */
  readonly plainS: number;
  /** Buckets under the passes that do not need them. */
  readonly overlappedS: number;
  /** What overlap leaves of communication to wait for. */
  readonly exposedS: number;
  /** Of the plain iteration. */
  readonly communicationShare: number;
  /** Both over those of the electrical ring. */
  readonly plainRatio: number;
  readonly overlappedRatio: number;
}

export interface Iterations {
  readonly cluster: string;
  readonly dtype: string;
  readonly sharding: Sharding;
  /** As a comparison has them. */
  readonly wordBits: number | null;
  readonly batch: number;
  readonly blocks: readonly IterationBlock[];
  /** Models of the cluster whose layers are not known. */
  readonly unknown: readonly string[];
  readonly inputs: readonly DeclaredInput[];
}

export interface IterationOptions extends Choice {
  readonly sharding: Sharding;
}

/** Inputs of every iteration, as `DeclaredInput.path`. */
const iterationInputs = ["batch", "sequence", "compute", "utilization", "memory", "bucket"].map(
  (name) => `iteration ${name}`,
);

/** Iterations of the cluster's models with every algorithm: compute by layers, gradients by buckets. */
export function compareIterations(declared: Cluster, options: IterationOptions): Iterations {
  const { workers, sharding } = options;
  const { cluster, algorithms, ring, wordBits } = chosenOn(declared, options);
  const models = cluster.gradients.map(({ name }) => name);
  const known = models.filter((name) => layersOf[name] !== undefined);
  const blocks = known.flatMap((model) =>
    workers.map((p) => blockOf(cluster, model, p, [ring, ...algorithms], sharding)),
  );
  const used = new Set([...iterationInputs, ...[ring, ...algorithms].flatMap(({ inputs }) => inputs)]);
  return {
    cluster: cluster.name,
    dtype: cluster.dtype,
    sharding,
    wordBits,
    batch: cluster.iteration.batch,
    blocks,
    unknown: models.filter((name) => layersOf[name] === undefined),
    inputs: cluster.inputs.filter(({ path }) => used.has(path)),
  };
}

function blockOf(
  cluster: Cluster,
  model: string,
  workers: number,
  [reference, ...algorithms]: readonly [Algorithm, ...Algorithm[]],
  sharding: Sharding,
): IterationBlock {
  const times = layerTimes(cluster, layersOf[model]!(cluster.iteration.sequence));
  const [parameters, forwardS, backwardS] = totals(times);
  const timed = (algorithm: Algorithm): Timed | null =>
    sharding === "data" ? replicated(algorithm, cluster, workers, times) : sharded(algorithm, cluster, workers, times);
  const ring = timed(reference)!;
  const rows = algorithms.map((algorithm): IterationRow => {
    const { name } = algorithm;
    const refused = algorithm.refuses(cluster, workers);
    if (refused !== null) return { algorithm: name, outcome: { kind: "refused", reason: refused } };
    const found = timed(algorithm);
    const reason = "it has no reduce-scatter of its own";
    if (found === null) return { algorithm: name, outcome: { kind: "refused", reason } };
    const { communicationS, plainS, overlappedS } = found;
    const outcome: IterationOutcome = {
      kind: "timed",
      communicationS,
      plainS,
      overlappedS,
      exposedS: overlappedS - 3 * forwardS,
      communicationShare: communicationS / plainS,
      plainRatio: plainS / ring.plainS,
      overlappedRatio: overlappedS / ring.overlappedS,
    };
    return { algorithm: name, outcome };
  });
  return {
    model,
    workers,
    parameters,
    forwardS,
    backwardS,
    layers: times.length,
    memoryBound: times.filter(({ bound }) => bound === "memory").length,
    buckets: bucketsOf(cluster, times).length,
    rows,
  };
}

type Timed = Pick<IterationOutcome, "communicationS" | "plainS" | "overlappedS">;

/** Data parallelism: buckets follow each other as soon as the backward pass has filled them; `wordsS` of all of them together. */
export function replicated(
  algorithm: Algorithm,
  cluster: Cluster,
  workers: number,
  times: readonly LayerTime[],
): Timed & { readonly wordsS: number } {
  const known = new Map<number, Timing>();
  const reduced = (elements: number): Timing => {
    const found = known.get(elements) ?? timeOn(algorithm, cluster, workers, { name: "", elements }).timing;
    known.set(elements, found);
    return found;
  };
  // Words of light leave the electrical network free for the exponents of the next bucket.
  const isLight = unitTrees(algorithm.name, cluster, workers) !== null;
  const [parameters, forwardS, backwardS] = totals(times);
  const buckets = bucketsOf(cluster, times).map(({ elements, readyS }) => {
    const { totalS, exponentsS } = reduced(elements);
    return { readyS, takesS: totalS, aheadS: isLight ? exponentsS : 0 };
  });
  const communicationS = reduced(parameters).totalS;
  return {
    communicationS,
    plainS: forwardS + backwardS + communicationS,
    overlappedS: forwardS + Math.max(backwardS, lastEnd(buckets)),
    wordsS: buckets.reduce((sum, { takesS, aheadS }) => sum + takesS - aheadS, 0),
  };
}

/**
 * Sharded parameters (ZeRO stage 3, fully sharded data parallelism): each bucket's parameters are gathered before its
 * forward and again before its backward pass, as far ahead as the network comes, and its gradients scattered behind the next
 * bucket's parameters. All share the ports; memory bounds nothing.
 */
function sharded(algorithm: Algorithm, cluster: Cluster, workers: number, times: readonly LayerTime[]): Timed | null {
  const buckets = bucketsOf(cluster, times);
  const known = new Map<number, Halves | null>();
  const halves = buckets.map(({ elements }) => {
    if (!known.has(elements)) known.set(elements, halvesOf(algorithm, cluster, workers, elements));
    return known.get(elements)!;
  });
  if (halves.some((half) => half === null)) return null;
  const [, forwardS, backwardS] = totals(times);
  const communicationS = halves.reduce((sum, half) => sum + 2 * half!.allGatherS + half!.reduceScatterS, 0);
  // Backward time of each bucket; forward takes half of it, from the last bucket to the first.
  const spans = buckets.map(({ readyS }, i) => readyS - (buckets[i - 1]?.readyS ?? 0));
  let [network, worker] = [0, 0];
  for (let i = buckets.length - 1; i >= 0; i--) {
    network += halves[i]!.allGatherS;
    worker = Math.max(worker, network) + spans[i]! / 2;
  }
  const waiting: number[] = [];
  buckets.forEach((_, i) => {
    network += halves[i]!.allGatherS;
    worker = Math.max(worker, network) + spans[i]!;
    waiting.push(worker);
    // Gradients of the bucket before travel behind the next one's parameters.
    if (i > 0) network = Math.max(network, waiting[i - 1]!) + halves[i - 1]!.reduceScatterS;
  });
  const last = buckets.length - 1;
  const overlappedS = Math.max(network, waiting[last]!) + halves[last]!.reduceScatterS;
  return { communicationS, plainS: forwardS + backwardS + communicationS, overlappedS };
}

/** Seconds of the two halves of an all-reduce. */
interface Halves {
  readonly reduceScatterS: number;
  readonly allGatherS: number;
}

/**
 * Reduce-scatter and all-gather of `elements`, as sharded training needs them. What adds in the network has nothing to add
 * in an all-gather: that is the electrical ring's. Null for algorithms without halves.
 */
function halvesOf(algorithm: Algorithm, cluster: Cluster, workers: number, elements: number): Halves | null {
  const scatter = scatterOf(algorithm);
  if (scatter === "none") return null;
  const secondsOf = (on: Algorithm, collective: Collective): number =>
    timeOn(collectiveOf(on, collective), cluster, workers, { name: "", elements }).timing.totalS;
  const gathers = scatter === "half" ? algorithm : findAlgorithm("ring")!;
  return { reduceScatterS: secondsOf(algorithm, "reduce-scatter"), allGatherS: secondsOf(gathers, "all-gather") };
}

function totals(times: readonly LayerTime[]): readonly [parameters: number, forwardS: number, backwardS: number] {
  const sum = (part: (time: LayerTime) => number): number => times.reduce((total, time) => total + part(time), 0);
  return [sum(({ layer }) => layer.parameters), sum((time) => time.forwardS), sum((time) => time.backwardS)];
}
