import type { Cluster } from "../../dsl/index.ts";
import { halvingDoubling, recursiveDoubling } from "../generators/doubling.ts";
import { gridRing, largestDivisor } from "../generators/grids.ts";
import { rerouted } from "../generators/phased.ts";
import { ring } from "../generators/ring.ts";
import { binomial, doubleBinaryTree, doubleBinaryTreeHeight } from "../generators/trees.ts";
import type { PhasedSchedule } from "../schedule/schedule.ts";
import { ncclTime } from "../timing/nccl.ts";
import { ecmp, fatTree, grouped } from "../timing/networks.ts";
import { type Algorithm, electricalInputs, usual } from "./algorithm.ts";

const ncclInputs = ["rate", "dtype", "group", "group-rate", "nccl protocol"];
const fatTreeInputs = [
  ...electricalInputs,
  "hop-latency",
  ...["rack", "oversubscription", "placement", "routing", "channels", "seed", "seeds"].map(
    (name) => `fat-tree ${name}`,
  ),
];
const onFatTree = {
  ...usual,
  inputs: fatTreeInputs,
  model: fatTree,
  draws: (cluster: Cluster): readonly Cluster[] => {
    const { seed, seeds, routing, placement } = cluster.fatTree;
    // Without a hash the seed only scatters.
    const drawn = routing === "hash" || placement === "scattered" ? seeds : 1;
    return Array.from({ length: drawn }, (_, i) => ({ ...cluster, fatTree: { ...cluster.fatTree, seed: seed + i } }));
  },
} as const;

/** Workers that add, on electrical switches that forward. */
export const electricalRows: readonly Algorithm[] = [
  {
    ...usual,
    name: "ring",
    summary: "reduce-scatter and all-gather around a ring, on switches that never block",
    inputs: electricalInputs,
    build: (_, workers, length) => ring(workers, length),
  },
  {
    ...usual,
    name: "recursive-doubling",
    summary: "whole buffers exchanged at doubling distances",
    inputs: electricalInputs,
    build: (_, workers, length) => recursiveDoubling(workers, length),
  },
  {
    ...usual,
    name: "halving-doubling",
    summary: "recursive halving, then doubling",
    inputs: electricalInputs,
    build: (_, workers, length) => halvingDoubling(workers, length),
  },
  {
    ...usual,
    name: "binomial",
    summary: "binomial reduce, then broadcast",
    inputs: electricalInputs,
    build: (_, workers, length) => binomial(workers, length),
  },
  {
    ...usual,
    name: "double-binary-tree",
    summary: "two binary trees with half of the buffer each, as pipelines",
    inputs: [...electricalInputs, "chunks"],
    build: (cluster, workers, length, bits) =>
      doubleBinaryTree(workers, length, cluster.chunks ?? bestChunks(cluster, workers, length * bits)),
  },
  {
    ...usual,
    name: "hierarchical-ring",
    summary: "rings inside groups, rings of shards across them",
    inputs: [...electricalInputs, "group", "group-rate"],
    refuses: ({ group }, workers) =>
      largestDivisor(workers, group) > 1 ? null : `no groups of 2 to ${group} workers divide ${workers}`,
    build: ({ group }, workers, length) =>
      gridRing("hierarchical-ring", workers, length, largestDivisor(workers, group)),
    model: (cluster, workers) => grouped(cluster, largestDivisor(workers, cluster.group)),
  },
  {
    ...usual,
    name: "torus",
    summary: "rings along the rows and columns of a torus, as square as can be",
    inputs: electricalInputs,
    refuses: (_, workers) => (columnsOf(workers) > 1 ? null : `${workers} workers fill no rectangle`),
    build: (_, workers, length) => gridRing("torus", workers, length, columnsOf(workers)),
  },
  {
    ...usual,
    name: "nccl-ring",
    summary: "NCCL's ring, timed as its tuner does",
    inputs: ncclInputs,
    build: (_, workers, length) => ring(workers, length),
    retimed: (...timed) => ncclTime("ring", ...timed),
  },
  {
    ...usual,
    name: "nccl-tree",
    summary: "NCCL's double binary tree, timed as its tuner does",
    inputs: ncclInputs,
    build: (_, workers, length) => doubleBinaryTree(workers, length, 1),
    retimed: (...timed) => ncclTime("tree", ...timed),
  },
  {
    ...onFatTree,
    name: "fat-tree",
    summary: "a ring on leaves and spines, flows hashed to spines",
    build: (cluster, workers, length) => routed("fat-tree", cluster, ring(workers, length)),
  },
  {
    ...onFatTree,
    name: "fat-tree-halving-doubling",
    summary: "halving-doubling on leaves and spines, flows hashed to spines",
    build: (cluster, workers, length) => routed("fat-tree-halving-doubling", cluster, halvingDoubling(workers, length)),
  },
];

function columnsOf(workers: number): number {
  return largestDivisor(workers, Math.floor(Math.sqrt(workers)));
}

function routed(name: string, cluster: Cluster, schedule: PhasedSchedule): PhasedSchedule {
  const { switches, routeOf } = ecmp(cluster, schedule.workers);
  return rerouted(schedule, name, switches, routeOf);
}

/**
 * Pipeline chunks that minimise the time of a double binary tree, (chunks + 2 height - 1) (a + n / chunks (2 / rate + 1 / reduction)),
 * for `n` bits on `p` workers, with the latency a in seconds.
 */
export function bestChunks(cluster: Cluster, p: number, n: number): number {
  const { latency: a, rate, reduction } = cluster;
  const fill = 2 * doubleBinaryTreeHeight(p) - 1;
  if (a === 0) return 4096;
  return Math.min(4096, Math.max(1, Math.round(Math.sqrt((fill * n * (2 / rate + 1 / reduction)) / a))));
}
