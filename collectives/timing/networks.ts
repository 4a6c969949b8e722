import type { Cluster } from "../../dsl/index.ts";
import type { PathRoute, Transfer } from "../schedule/schedule.ts";
import type { LinkModel } from "./link-model.ts";

/** Link models of the networks that a cluster declares. */

/** Every worker's port on switches that never block. */
export function electrical(cluster: Cluster): LinkModel {
  return {
    latencyS: cluster.latency,
    hopLatencyS: 0,
    portBitsPerS: cluster.rate,
    duplex: "full",
    linkBitsPerS: cluster.rate,
    wavelengthBitsPerS: Number.POSITIVE_INFINITY,
    group: null,
    reductionBitsPerS: cluster.reduction,
    circuits: null,
  };
}

/** As `electrical`, with ports of their own inside a group of `size`. */
export function grouped(cluster: Cluster, size: number): LinkModel {
  return { ...electrical(cluster), group: { size, bitsPerS: cluster.groupRate } };
}

/** Switches that reduce at line rate. */
export function reducingTree(cluster: Cluster): LinkModel {
  return { ...electrical(cluster), hopLatencyS: cluster.hopLatency, duplex: cluster.tree.duplex };
}

/** Light passes a unit, or a tree of them, without stopping; words come at the rate of the port or of the units, whichever is less. */
export function opticalUnits(cluster: Cluster): LinkModel {
  const portBitsPerS = wordBitsPerS(cluster);
  return { ...electrical(cluster), hopLatencyS: cluster.optinc.pass, portBitsPerS, linkBitsPerS: portBitsPerS };
}

/** Bits of words that a worker sends in a second. A unit takes a word of every worker in a symbol, on as many lanes as a word has symbols. */
export function wordBitsPerS(cluster: Cluster): number {
  const { precision, symbolRate } = cluster.optinc;
  return precision === null ? cluster.rate : Math.min(cluster.rate, unitCopies(cluster) * symbolRate * precision);
}

/** Units side by side, each for its share of the words; 1 where elements travel as they are. */
export function unitCopies({ rate, optinc: { precision, symbolRate, copies } }: Cluster): number {
  return precision === null ? 1 : (copies ?? Math.max(1, Math.ceil(rate / (symbolRate * precision))));
}

/** A ring of waveguides whose micro-rings are set before every step (Dai et al., arXiv 2207.10982). */
export function opticalRing(cluster: Cluster): LinkModel {
  const { wavelengthRate, reconfiguration } = cluster.optical;
  const circuits = { setupS: reconfiguration, when: "step", exclusivePorts: false } as const;
  return { ...electrical(cluster), wavelengthBitsPerS: wavelengthRate, circuits };
}

/** SiP-Ring: neighbours hold wavelengths (Khani et al., SIGCOMM 2021). */
export function sipRing(cluster: Cluster): LinkModel {
  const { wavelengthRate, reconfiguration, reconfigure } = cluster.sipRing;
  const when = reconfigure === "once" ? "changed" : "step";
  const circuits = { setupS: reconfiguration, when, exclusivePorts: false } as const;
  return { ...electrical(cluster), wavelengthBitsPerS: wavelengthRate, circuits };
}

/** ODDL: a circuit a flow at the full rate of the port, after the guard of its grant (Li et al., JOCN 16, 342, 2024). */
export function grantedCircuits(cluster: Cluster): LinkModel {
  const setupS = cluster.oddl.reconfiguration + cluster.oddl.control;
  return { ...electrical(cluster), circuits: { setupS, when: "changed", exclusivePorts: true } };
}

/** SHARP: as `reducingTree`, at the share of the rate that streaming aggregation reaches. */
export function sharp(cluster: Cluster): LinkModel {
  const portBitsPerS = cluster.rate * cluster.sharp.efficiency;
  return { ...electrical(cluster), hopLatencyS: cluster.hopLatency, portBitsPerS, linkBitsPerS: portBitsPerS };
}

/** SwitchML: words at the rate of the port less the headers, or of the packets that the slots let travel at once. */
export function switchml(cluster: Cluster, bits = 32): LinkModel {
  const { slots, elements, header, roundTrip } = cluster.switchml;
  const payload = bits * elements;
  const portBitsPerS = Math.min((cluster.rate * payload) / (payload + header), (slots * payload) / roundTrip);
  return { ...electrical(cluster), hopLatencyS: cluster.hopLatency, portBitsPerS, linkBitsPerS: portBitsPerS };
}

/** NVLink SHARP: every transfer out of a GPU starts with half of the latency, so that both ways have all of it. */
export function nvls(cluster: Cluster): LinkModel {
  const { rate, efficiency, latency } = cluster.nvls;
  return { ...electrical(cluster), latencyS: latency / 2, portBitsPerS: rate * efficiency };
}

/** Leaves and spines that forward. Every link has the rate of a port; with adaptive routing the spines are one, with all of their links. */
export function fatTree(cluster: Cluster, workers: number): LinkModel {
  const links = cluster.fatTree.routing === "adaptive" ? uplinksOf(cluster, workers) : 1;
  return { ...electrical(cluster), hopLatencyS: cluster.hopLatency, linkBitsPerS: cluster.rate * links };
}

/** Uplinks of a leaf. */
export function uplinksOf({ fatTree: { rack, oversubscription } }: Cluster, workers: number): number {
  return Math.max(1, Math.round(Math.min(rack, workers) / oversubscription));
}

export interface FatTreeRouting {
  /** Leaves, then spines, numbered after the workers. */
  readonly switches: number;
  routeOf(transfer: Transfer): PathRoute;
}

/**
 * Equal-cost multipath: a flow keeps the spine that the hash of its ends and channel picks; two flows of a leaf with the
 * same spine share its uplink. A leaf has rack / oversubscription uplinks, rounded, at least one. With adaptive routing
 * packets take all spines alike, which one spine with all their links stands for.
 */
export function ecmp(cluster: Cluster, workers: number): FatTreeRouting {
  const { rack, placement, routing, channels, seed } = cluster.fatTree;
  const leaves = Math.ceil(workers / rack);
  const spines = routing === "adaptive" ? 1 : uplinksOf(cluster, workers);
  const host = placement === "racks" ? null : shuffled(workers, seed);
  const leafOf = (worker: number): number => Math.floor((host?.[worker] ?? worker) / rack);
  return {
    switches: leaves + spines,
    routeOf({ src, dst }) {
      const [from, to] = [leafOf(src), leafOf(dst)];
      if (from === to) return { kind: "path", ways: [[workers + from]] };
      const ways = Array.from({ length: spines === 1 ? 1 : channels }, (_, channel) => {
        // The first channel has the hash of the ends alone.
        const spine = Math.floor(mixed(src, dst + channel * workers, seed) * spines);
        return [workers + from, workers + leaves + spine, workers + to];
      });
      return { kind: "path", ways };
    },
  };
}

/** A permutation of 0..count - 1 by Fisher and Yates. */
function shuffled(count: number, seed: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(mixed(last, 0x51ed, seed) * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

/** Three integers to a number in [0, 1), by the finaliser of MurmurHash3. */
export function mixed(a: number, b: number, c: number): number {
  let hash = 0;
  for (const part of [a, b, c]) {
    hash = Math.imul(hash ^ part, 0x9e3779b1) ^ part;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
  }
  return (hash >>> 0) / 2 ** 32;
}
