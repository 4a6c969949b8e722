import type { Cluster } from "../dsl/index.ts";
import { halvingDoubling, recursiveDoubling } from "./doubling.ts";
import { bestChunks } from "./formulas.ts";
import { hierarchicalRing, largestDivisor, torusRing } from "./grids.ts";
import { inNetworkTree, treeLevels } from "./in-network.ts";
import type { LinkModel } from "./link-model.ts";
import {
  ecmp,
  electrical,
  fatTree,
  grantedCircuits,
  grouped,
  opticalRing,
  opticalUnits,
  reducingTree,
  sipRing,
} from "./networks.ts";
import { rerouted } from "./phased.ts";
import { ring } from "./ring.ts";
import type { PhasedSchedule } from "./schedule.ts";
import { binomial, doubleBinaryTree } from "./trees.ts";
import { wrht } from "./wrht.ts";

/** An all-reduce on the network that it is meant for. */
export interface Algorithm {
  readonly name: string;
  readonly summary: string;
  /** Settings of the cluster that its time hangs on, as `ClusterInput.path`; a test moves every one. */
  readonly inputs: readonly string[];
  /** Why it is not defined for so many workers; null when it is. */
  refuses(cluster: Cluster, workers: number): string | null;
  /** @throws RangeError where `refuses` gives a reason; `bits` of an element decide the number of chunks of a pipeline */
  build(cluster: Cluster, workers: number, length: number, bits: number): PhasedSchedule;
  model(cluster: Cluster, workers: number): LinkModel;
  /** Wavelengths that exist on the ring of waveguides; null without one. */
  wavelengths(cluster: Cluster): number | null;
}

const electricalInputs = ["latency", "rate", "reduction", "dtype"];
const opticalInputs = ["latency", "reduction", "dtype", "optical wavelength-rate", "optical reconfiguration"];
const lossInputs = ["optical coupling-loss", "optical passing-loss", "optical loss-budget"];
const always = (): null => null;
const noWavelengths = (): null => null;

export const algorithms: readonly Algorithm[] = [
  {
    name: "ring",
    summary: "reduce-scatter and all-gather around a ring, on switches that never block",
    inputs: electricalInputs,
    refuses: always,
    build: (_, workers, length) => ring(workers, length),
    model: electrical,
    wavelengths: noWavelengths,
  },
  {
    name: "recursive-doubling",
    summary: "whole buffers exchanged at doubling distances",
    inputs: electricalInputs,
    refuses: always,
    build: (_, workers, length) => recursiveDoubling(workers, length),
    model: electrical,
    wavelengths: noWavelengths,
  },
  {
    name: "halving-doubling",
    summary: "recursive halving, then doubling",
    inputs: electricalInputs,
    refuses: always,
    build: (_, workers, length) => halvingDoubling(workers, length),
    model: electrical,
    wavelengths: noWavelengths,
  },
  {
    name: "binomial",
    summary: "binomial reduce, then broadcast",
    inputs: electricalInputs,
    refuses: always,
    build: (_, workers, length) => binomial(workers, length),
    model: electrical,
    wavelengths: noWavelengths,
  },
  {
    name: "double-binary-tree",
    summary: "two binary trees with half of the buffer each, as pipelines",
    inputs: [...electricalInputs, "chunks"],
    refuses: always,
    build: (cluster, workers, length, bits) =>
      doubleBinaryTree(workers, length, cluster.chunks ?? bestChunks(cluster, workers, length * bits)),
    model: electrical,
    wavelengths: noWavelengths,
  },
  {
    name: "hierarchical-ring",
    summary: "rings inside groups, rings of shards across them",
    inputs: [...electricalInputs, "group", "group-rate"],
    refuses: ({ group }, workers) =>
      largestDivisor(workers, group) > 1 ? null : `no groups of 2 to ${group} workers divide ${workers}`,
    build: ({ group }, workers, length) => hierarchicalRing(workers, length, largestDivisor(workers, group)),
    model: (cluster, workers) => grouped(cluster, largestDivisor(workers, cluster.group)),
    wavelengths: noWavelengths,
  },
  {
    name: "torus",
    summary: "rings along the rows and columns of a torus, as square as can be",
    inputs: electricalInputs,
    refuses: (_, workers) => (columnsOf(workers) > 1 ? null : `${workers} workers fill no rectangle`),
    build: (_, workers, length) => torusRing(workers, length, columnsOf(workers)),
    model: electrical,
    wavelengths: noWavelengths,
  },
  {
    name: "tree",
    summary: "electrical switches that reduce (SHARP, SwitchML)",
    inputs: ["latency", "rate", "dtype", "hop-latency", "tree radix", "tree duplex"],
    refuses: always,
    build: ({ tree }, workers, length) => inNetworkTree("tree", workers, length, tree.radix),
    model: reducingTree,
    wavelengths: noWavelengths,
  },
  {
    name: "optinc",
    summary: "one photonic unit that averages",
    inputs: ["latency", "rate", "dtype", "optinc unit", "optinc pass"],
    refuses: ({ optinc }, workers) =>
      workers <= optinc.unit ? null : `one unit serves ${optinc.unit} workers; see optinc-cascade`,
    build: ({ optinc }, workers, length) => inNetworkTree("optinc", workers, length, optinc.unit),
    model: opticalUnits,
    wavelengths: noWavelengths,
  },
  {
    name: "optinc-cascade",
    summary: "a tree of photonic units, two levels or more",
    inputs: ["latency", "rate", "dtype", "optinc unit", "optinc pass"],
    refuses: ({ optinc }, workers) =>
      treeLevels(workers, optinc.unit).length > 1 ? null : `one unit serves ${workers} workers; see optinc`,
    build: ({ optinc }, workers, length) => inNetworkTree("optinc-cascade", workers, length, optinc.unit),
    model: opticalUnits,
    wavelengths: noWavelengths,
  },
  {
    name: "wrht",
    summary: "wavelength-reused hierarchical tree on an optical ring",
    inputs: [...opticalInputs, ...lossInputs, "optical wavelengths", "optical finish"],
    refuses: always,
    build: ({ optical: { wavelengths, finish } }, workers, length) =>
      wrht(workers, length, { wavelengths, group: null, allToAll: finish === "all-to-all" }),
    model: opticalRing,
    wavelengths: ({ optical }) => optical.wavelengths,
  },
  {
    name: "optical-ring",
    summary: "a ring on one wavelength of the optical ring, as WRHT's authors count it",
    inputs: [...opticalInputs, ...lossInputs],
    refuses: always,
    build: (_, workers, length) => onWavelengths("optical-ring", workers, length, 1),
    model: opticalRing,
    wavelengths: ({ optical }) => optical.wavelengths,
  },
  {
    name: "sip-ring",
    summary: "a ring whose neighbours own several wavelengths (SiP-ML)",
    inputs: [
      "latency",
      "reduction",
      "dtype",
      "sip-ring wavelengths",
      "sip-ring wavelength-rate",
      "sip-ring reconfiguration",
      "sip-ring reconfigure",
      ...lossInputs,
    ],
    refuses: always,
    build: ({ sipRing: { wavelengths } }, workers, length) => onWavelengths("sip-ring", workers, length, wavelengths),
    model: sipRing,
    wavelengths: ({ sipRing: { wavelengths } }) => wavelengths,
  },
  {
    name: "oddl",
    summary: "halving-doubling on circuits granted a flow",
    inputs: [...electricalInputs, "oddl reconfiguration", "oddl control"],
    refuses: always,
    build: (_, workers, length) => rerouted(halvingDoubling(workers, length), "oddl", 0, () => null),
    model: grantedCircuits,
    wavelengths: noWavelengths,
  },
  {
    name: "oddl-ring",
    summary: "a ring on circuits granted a flow",
    inputs: [...electricalInputs, "oddl reconfiguration", "oddl control"],
    refuses: always,
    build: (_, workers, length) => rerouted(ring(workers, length), "oddl-ring", 0, () => null),
    model: grantedCircuits,
    wavelengths: noWavelengths,
  },
  {
    name: "fat-tree",
    summary: "a ring on leaves and spines, flows hashed to spines",
    inputs: [...electricalInputs, "hop-latency", ...fatTreeInputs()],
    refuses: always,
    build: (cluster, workers, length) => onFatTree("fat-tree", cluster, ring(workers, length)),
    model: fatTree,
    wavelengths: noWavelengths,
  },
  {
    name: "fat-tree-halving-doubling",
    summary: "halving-doubling on leaves and spines, flows hashed to spines",
    inputs: [...electricalInputs, "hop-latency", ...fatTreeInputs()],
    refuses: always,
    build: (cluster, workers, length) =>
      onFatTree("fat-tree-halving-doubling", cluster, halvingDoubling(workers, length)),
    model: fatTree,
    wavelengths: noWavelengths,
  },
];

export function findAlgorithm(name: string): Algorithm | null {
  return algorithms.find((algorithm) => algorithm.name === name) ?? null;
}

function fatTreeInputs(): readonly string[] {
  return ["rack", "oversubscription", "placement", "seed"].map((name) => `fat-tree ${name}`);
}

function columnsOf(workers: number): number {
  return largestDivisor(workers, Math.floor(Math.sqrt(workers)));
}

function onWavelengths(name: string, workers: number, length: number, wavelengths: number): PhasedSchedule {
  return rerouted(ring(workers, length), name, 0, () => ({
    kind: "arc",
    direction: "up",
    firstWavelength: 0,
    wavelengths,
  }));
}

function onFatTree(name: string, cluster: Cluster, schedule: PhasedSchedule): PhasedSchedule {
  const { switches, routeOf } = ecmp(cluster, schedule.workers);
  return rerouted(schedule, name, switches, routeOf);
}
