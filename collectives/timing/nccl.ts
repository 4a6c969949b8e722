import type { Cluster } from "../../dsl/index.ts";
import { largestDivisor } from "../generators/grids.ts";
import type { Timing } from "./timing.ts";

/**
 * What NCCL's tuner expects of an all-reduce (NVIDIA/nccl, src/graph/tuning.cc, commit 5067397c, `ncclTopoTuneModel` and
 * `ncclTopoGetAlgoTime`): a latency that grows with the hops and not with the chunks, and bytes over a bandwidth. Left
 * out: its caps a channel and `treeCorrectionFactor`, which need a machine, and the latency of a network card.
 */
type Protocol = "ll" | "ll128" | "simple";

interface ProtocolFigures {
  /** Us: of a launch, of a hop over NVLink, of a hop over the network. */
  readonly baseUs: number;
  readonly nvlinkUs: number;
  readonly networkUs: number;
  /** Share of the bandwidth that is data: on one machine, on several. */
  readonly share: readonly [number, number];
}

const figures: Readonly<Record<"ring" | "tree", Readonly<Record<Protocol, ProtocolFigures>>>> = {
  ring: {
    ll: { baseUs: 6.6, nvlinkUs: 0.6, networkUs: 2.7, share: [0.5, 0.5] },
    ll128: { baseUs: 14, nvlinkUs: 1.9, networkUs: 4, share: [0.92, 0.92] },
    simple: { baseUs: 8.4, nvlinkUs: 3.4, networkUs: 14, share: [1, 1] },
  },
  tree: {
    ll: { baseUs: 6.8, nvlinkUs: 0.6, networkUs: 5, share: [0.92 / 3.8, 0.92 / 3.8] },
    ll128: { baseUs: 14, nvlinkUs: 1.25, networkUs: 8.5, share: [(0.92 * 7) / 9, (0.92 * 120) / 128] },
    simple: { baseUs: 8.4, nvlinkUs: 4, networkUs: 14, share: [0.92, 0.92] },
  },
};

/** Us that posting to the network takes, three times with `simple`; and what a ring between machines adds to long buffers. */
const [postUs, plateau] = [1, 1.4] as const;

/** The time of one protocol, or of the fastest; machines are groups of the cluster, with a port of its rate for each worker. */
export function ncclTime(
  kind: "ring" | "tree",
  cluster: Cluster,
  workers: number,
  elements: number,
  walked: Timing,
  bits: number,
): Timing {
  const { protocol } = cluster.nccl;
  const tried = protocol === "fastest" ? (["ll", "ll128", "simple"] as const) : [protocol];
  const times = tried.map((each) => timeOf(kind, each, cluster, workers, elements * bits, walked));
  return times.reduce((a, b) => (b.totalS < a.totalS ? b : a));
}

function timeOf(
  kind: "ring" | "tree",
  protocol: Protocol,
  cluster: Cluster,
  workers: number,
  bits: number,
  walked: Timing,
): Timing {
  const { baseUs, nvlinkUs, networkUs, share } = figures[kind][protocol];
  const perMachine = largestDivisor(workers, cluster.group);
  const machines = workers / perMachine;
  // A ring runs through every port of a machine once, over the links of its group in between.
  const busBits =
    machines === 1
      ? cluster.groupRate
      : perMachine === 1
        ? cluster.rate
        : Math.min(cluster.groupRate, perMachine * cluster.rate);
  const dataBits = busBits * share[machines === 1 ? 0 : 1];
  let latencyUs = baseUs;
  let bandwidth = dataBits / 2;
  switch (kind) {
    case "ring": {
      const steps = 2 * (workers - 1);
      const between = machines === 1 ? 0 : 2 * (machines - 1);
      const post = machines === 1 ? 0 : protocol === "simple" ? 3 * postUs : postUs;
      // With one worker a machine nothing hides a hop: its latency is the tree's.
      const hopUs = perMachine === 1 ? figures.tree[protocol].networkUs : networkUs;
      latencyUs += (steps - between) * Math.max(nvlinkUs, post) + between * hopUs;
      if (protocol === "simple" && machines > 1 && bits / 8 / workers >= 64) latencyUs *= plateau;
      bandwidth = (dataBits * workers) / steps;
      break;
    }
    case "tree":
      latencyUs += 2 * ((perMachine - 1) * nvlinkUs + Math.floor(Math.log2(machines)) * networkUs);
      break;
    default:
      kind satisfies never;
  }
  const [latencyS, transmissionS] = [latencyUs * 1e-6, bits / bandwidth];
  return { ...walked, totalS: latencyS + transmissionS, setupS: 0, latencyS, transmissionS, reductionS: 0 };
}
