import type { Cluster } from "../../dsl/index.ts";
import type { Collective } from "../algorithms/halves.ts";
import { largestDivisor } from "../generators/grids.ts";
import { chakraCollective } from "./chakra.ts";

/** A file of an export: its name in the directory, and text or bytes. */
export interface ExportFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** That the analytical network counts for a message through a Switch. */
const hopsOfSwitch = 2;

/** Names of ASTRA-sim's own implementations, one for each dimension of the network. */
const implementations: Readonly<Record<string, readonly string[]>> = {
  ring: ["ring"],
  "halving-doubling": ["halvingDoubling"],
  "double-binary-tree": ["doubleBinaryTree"],
  "hierarchical-ring": ["ring", "ring"],
};

export const astraSimAlgorithms: readonly string[] = Object.keys(implementations);

/**
 * Input of ASTRA-sim 2.0 with the analytical network: network.yml, system.json, remote_memory.json and one
 * workload.<rank>.et for each rank. Bandwidth in units of 2^30 bytes/s, latency in ns, as that backend reads them.
 * It charges a message hops x latency + bytes / bandwidth, and two hops in a Switch (node, switch, node): `latency` is
 * half of that of the cluster, which is from end to end. With congestion each hop stores and forwards, so that the bytes count twice.
 * Null for algorithms that it does not implement; their transfers go into `chakraTraces`.
 */
export function astraSimFiles(
  algorithm: string,
  cluster: Cluster,
  workers: number,
  bytes: number,
  collective: Collective = "all-reduce",
): readonly ExportFile[] | null {
  const perDimension = implementations[algorithm];
  if (perDimension === undefined) return null;
  const group = largestDivisor(workers, cluster.group);
  const counts = perDimension.length === 1 ? [workers] : [group, workers / group];
  const rates = perDimension.length === 1 ? [cluster.rate] : [cluster.groupRate, cluster.rate];
  const network = [
    `topology: [ ${counts.map(() => "Switch").join(", ")} ]`,
    `npus_count: [ ${counts.join(", ")} ]`,
    `bandwidth: [ ${rates.map((rate) => decimal(rate / 8 / 2 ** 30)).join(", ")} ]  # GB/s`,
    `latency: [ ${counts.map(() => decimal((cluster.latency / hopsOfSwitch) * 1e9)).join(", ")} ]  # ns`,
    "",
  ];
  const system = {
    "scheduling-policy": "LIFO",
    "endpoint-delay": 0,
    "active-chunks-per-dimension": 1,
    "preferred-dataset-splits": 1,
    "all-reduce-implementation": perDimension,
    "all-gather-implementation": perDimension,
    "reduce-scatter-implementation": perDimension,
    "all-to-all-implementation": perDimension.map(() => "direct"),
    "collective-optimization": "localBWAware",
    "local-mem-bw": Number(decimal(cluster.reduction / 8 / 1e9)),
    "boost-mode": 0,
  };
  // The simulator counts an all-gather by what a rank has before, the others by all of it.
  const size = collective === "all-gather" ? Math.ceil(bytes / workers) : bytes;
  const trace = chakraCollective(`${collective.replace("-", "_")}_${workers}npus_${size}B`, size, collective);
  return [
    { name: "network.yml", content: network.join("\n") },
    { name: "system.json", content: `${JSON.stringify(system, null, 2)}\n` },
    { name: "remote_memory.json", content: `${JSON.stringify({ "memory-type": "NO_MEMORY_EXPANSION" }, null, 2)}\n` },
    ...Array.from({ length: workers }, (_, rank) => ({ name: `workload.${rank}.et`, content: trace })),
  ];
}

/** With a decimal point even when whole, for readers that tell floats from integers. */
function decimal(value: number): string {
  const text = String(Number(value.toPrecision(9)));
  return /^\d+$/.test(text) ? `${text}.0` : text;
}
