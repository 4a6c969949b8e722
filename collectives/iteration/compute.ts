import { type Cluster, dtypeBits } from "../../dsl/index.ts";
import { layersOf, type ModelLayer } from "./layers.ts";

/** Seconds of one layer on one worker. */
export interface LayerTime {
  readonly layer: ModelLayer;
  readonly forwardS: number;
  readonly backwardS: number;
  /** What bounds its forward pass. */
  readonly bound: "compute" | "memory";
}

/**
 * Roofline of each layer for the batch of a worker: 2 FLOP a multiply-accumulate at the share of the rate that layers
 * reach, or its parameters and activations, as `dtype`, once through memory, whichever takes longer. The backward pass
 * takes both twice: the gradients of what came in, and of the parameters.
 */
export function layerTimes(cluster: Cluster, layers: readonly ModelLayer[]): readonly LayerTime[] {
  const { batch, compute, utilization, memory } = cluster.iteration;
  const bits = dtypeBits[cluster.dtype]!;
  return layers.map((layer): LayerTime => {
    const computeS = (2 * layer.macs * batch) / (compute * utilization);
    const memoryS = ((layer.parameters + batch * layer.activations) * bits) / memory;
    const forwardS = Math.max(computeS, memoryS);
    return { layer, forwardS, backwardS: 2 * forwardS, bound: computeS >= memoryS ? "compute" : "memory" };
  });
}

/** Compute of an iteration of each model of the cluster whose layers are known, in seconds. */
export function computeTimes(cluster: Cluster): Readonly<Record<string, number>> {
  const known = cluster.gradients.filter(({ name }) => layersOf[name] !== undefined);
  const computeS = known.map(({ name }) => {
    const times = layerTimes(cluster, layersOf[name]!(cluster.iteration.sequence));
    return [name, times.reduce((sum, { forwardS, backwardS }) => sum + forwardS + backwardS, 0)];
  });
  return Object.fromEntries(computeS);
}

/** Gradients that are reduced at once, of layers that follow each other in the backward pass. */
export interface Bucket {
  readonly elements: number;
  /** End of the backward pass of its layers, after the forward pass. */
  readonly readyS: number;
}

/** Layers from the last to the first, gathered until a bucket has its size; a layer is never cut. */
export function bucketsOf(cluster: Cluster, times: readonly LayerTime[]): readonly Bucket[] {
  const most = cluster.iteration.bucket / dtypeBits[cluster.dtype]!;
  const buckets: Bucket[] = [];
  let [elements, readyS] = [0, 0];
  for (const { layer, backwardS } of times.toReversed()) {
    readyS += backwardS;
    elements += layer.parameters;
    if (elements < most) continue;
    buckets.push({ elements, readyS });
    elements = 0;
  }
  if (elements > 0) buckets.push({ elements, readyS });
  return buckets;
}

/**
 * End of transfers that wait for what they carry and for each other, in order; seconds. `aheadS` of each is on a network of its own, where
 * it may run under the transfers before.
 */
export function lastEnd(
  transfers: readonly { readonly readyS: number; readonly takesS: number; readonly aheadS: number }[],
): number {
  let [ahead, end] = [0, 0];
  for (const { readyS, takesS, aheadS } of transfers) {
    ahead = Math.max(ahead, readyS) + aheadS;
    end = Math.max(ahead, end) + takesS - aheadS;
  }
  return end;
}
