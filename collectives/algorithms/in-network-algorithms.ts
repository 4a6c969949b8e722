import { inNetworkTree, nvlinkSharp, treeLevels } from "../generators/in-network.ts";
import { withExchange } from "../timing/exponents.ts";
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

/** Switches and circuits that add on the way. */
export const inNetworkRows: readonly Algorithm[] = [
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
    model: switchml,
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
