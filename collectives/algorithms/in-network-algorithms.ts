import type { Cluster } from "../../dsl/index.ts";
import { hierarchicalTree, largestDivisor } from "../generators/grids.ts";
import { inNetworkTree, nvlinkSharp, treeLevels } from "../generators/in-network.ts";
import { withExchange } from "../timing/exponents.ts";
import { framed, framesRefused } from "../timing/frames.ts";
import { nvls, opticalUnits, reducingTree, sharp, switchml } from "../timing/networks.ts";
import { type Algorithm, usual } from "./algorithm.ts";

const optincInputs = [
  ...["latency", "rate", "reduction", "dtype"],
  ...["unit", "pass", "precision", "levels", "symbol-rate", "copies", "block", "exponent"].map(
    (name) => `optinc ${name}`,
  ),
];

/** Elements as words of the circuit's precision, after the exponents of their blocks. */
const onWords: Pick<Algorithm, "model" | "bits" | "retimed"> = {
  model: opticalUnits,
  bits: (cluster) => cluster.optinc.precision ?? usual.bits(cluster),
  retimed: withExchange,
};

const inOneDomain: readonly Algorithm[] = [
  {
    ...usual,
    name: "tree",
    summary: "electrical switches that reduce at line rate",
    inputs: ["latency", "rate", "dtype", "hop-latency", "tree radix", "tree duplex"],
    build: ({ tree }, workers, length) => inNetworkTree("tree", workers, length, tree.radix),
    model: reducingTree,
  },
  {
    ...usual,
    name: "sharp",
    summary: "InfiniBand switches that reduce (SHARP)",
    inputs: ["latency", "rate", "dtype", "hop-latency", "sharp radix", "sharp efficiency"],
    build: (cluster, workers, length) => inNetworkTree("sharp", workers, length, cluster.sharp.radix),
    model: sharp,
  },
  {
    ...usual,
    name: "switchml",
    summary: "a programmable switch that adds packets of 32-bit integers in slots (SwitchML)",
    inputs: [
      ...["latency", "rate", "hop-latency"],
      ...["workers", "slots", "elements", "header", "round-trip"].map((name) => `switchml ${name}`),
    ],
    refuses: (cluster, workers) =>
      workers <= cluster.switchml.workers ? null : `its switch serves ${cluster.switchml.workers} workers`,
    build: (cluster, workers, length) => inNetworkTree("switchml", workers, length, cluster.switchml.workers),
    model: (cluster) => switchml(cluster),
    bits: () => 32,
  },
  {
    ...usual,
    name: "nvls",
    summary: "GPUs on switches that reduce (NVLink SHARP)",
    inputs: ["dtype", ...["domain", "rate", "efficiency", "latency"].map((name) => `nvls ${name}`)],
    refuses: (cluster, workers) =>
      workers <= cluster.nvls.domain ? null : `one NVLink domain has ${cluster.nvls.domain} GPUs`,
    build: (_, workers, length) => nvlinkSharp(workers, length),
    model: nvls,
  },
  {
    ...usual,
    name: "optinc",
    summary: "one photonic unit that averages",
    inputs: optincInputs,
    refuses: ({ optinc }, workers) =>
      workers <= optinc.unit ? null : `one unit serves ${optinc.unit} workers; see optinc-cascade`,
    build: ({ optinc }, workers, length) => inNetworkTree("optinc", workers, length, optinc.unit),
    ...onWords,
  },
  {
    ...usual,
    name: "optinc-cascade",
    summary: "a tree of photonic units, two levels or more",
    inputs: optincInputs,
    refuses: ({ optinc }, workers) =>
      treeLevels(workers, optinc.unit).length > 1 ? null : `one unit serves ${workers} workers; see optinc`,
    build: ({ optinc }, workers, length) => inNetworkTree("optinc-cascade", workers, length, optinc.unit),
    ...onWords,
  },
];

const framedInputs = [
  ...["frame", "preamble", "guard", "checksum", "fec", "word-error-rate", "skew", "arrival"].map(
    (name) => `round ${name}`,
  ),
];

/** Units with what their rows leave out. */
const framedUnits: Algorithm = {
  ...usual,
  name: "optinc-framed",
  summary: "photonic units with frames, checks, repeats and the alignment of servers",
  inputs: [...optincInputs, ...framedInputs],
  refuses: framesRefused,
  build: ({ optinc }, workers, length) => inNetworkTree("optinc-framed", workers, length, optinc.unit),
  ...onWords,
  retimed: (cluster, workers, elements, walked) =>
    withExchange(cluster, workers, elements, framed(cluster, workers, elements, walked)),
};

/** Groups of workers that add over links of their own before the switches of `name` add across the groups. */
function behindLinks(name: string, radixOf: (cluster: Cluster) => number): Algorithm {
  const across = inOneDomain.find((row) => row.name === name)!;
  const groupOf = (cluster: Cluster, workers: number): number => largestDivisor(workers, cluster.group);
  return {
    ...across,
    name: `hierarchical-${name}`,
    summary: `groups that add over links of their own, then ${across.summary}`,
    inputs: [...new Set([...across.inputs, "dtype", "reduction", "group", "group-rate"])],
    refuses: (cluster, workers) => {
      const group = groupOf(cluster, workers);
      if (group < 2) return `no groups of 2 to ${cluster.group} workers divide ${workers}`;
      if (group === workers) return `${workers} workers are one group`;
      // Photonic units cascade.
      return name === "optinc" ? null : across.refuses(cluster, workers / group);
    },
    build: (cluster, workers, length) =>
      hierarchicalTree(`hierarchical-${name}`, workers, length, groupOf(cluster, workers), radixOf(cluster)),
    model: (cluster, workers) => ({
      ...across.model(cluster, workers),
      group: { size: groupOf(cluster, workers), bitsPerS: cluster.groupRate },
    }),
    wire: (cluster, workers) => {
      const [inside, outside] = [usual.bits(cluster), across.bits(cluster)];
      return ({ src, dst }) => (src < workers && dst < workers ? inside : outside);
    },
    retimed:
      across.retimed &&
      ((cluster, workers, elements, walked, bits) => {
        const group = groupOf(cluster, workers);
        return across.retimed!(cluster, workers / group, Math.ceil(elements / group), walked, bits);
      }),
  };
}

/** Switches and circuits that add on the way. */
export const inNetworkRows: readonly Algorithm[] = [
  ...inOneDomain,
  framedUnits,
  behindLinks("sharp", ({ sharp: { radix } }) => radix),
  behindLinks("switchml", ({ switchml: { workers } }) => workers),
  behindLinks("optinc", ({ optinc: { unit } }) => unit),
];
