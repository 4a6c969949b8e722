import type { Cluster } from "../../dsl/index.ts";
import { treeLevels } from "../generators/in-network.ts";
import { uplinksOf } from "./networks.ts";
import type { Timing } from "./timing.ts";
import { type UnitFigures, unitTrees } from "./unit.ts";

/** Joules of one all-reduce, by what takes them. */
export interface Energy {
  readonly totalJ: number;
  /** Network adapters of the workers. */
  readonly adaptersJ: number;
  /** Optical transceivers, two a link. */
  readonly transceiversJ: number;
  /** Ports of electrical switches. */
  readonly switchesJ: number;
  /** Photonic units, with their lasers, drivers and the workers' modulators. */
  readonly circuitJ: number;
}

/** What is on while an all-reduce lasts. */
interface Devices {
  readonly adapters: number;
  readonly transceivers: number;
  readonly switchPorts: number;
  /** Rate of each of them, in bit/s. */
  readonly rate: number;
}

/** Electrical switches that a row has beyond one that joins all workers: links between switches. */
function innerLinks(algorithm: string, cluster: Cluster, workers: number): number | null {
  const between = (radix: number): number => treeLevels(workers, radix).reduce((sum, count) => sum + count, 0) - 1;
  switch (algorithm) {
    case "tree":
      return between(cluster.tree.radix);
    case "sharp":
      return between(cluster.sharp.radix);
    case "switchml":
      return 0;
    case "fat-tree":
    case "fat-tree-halving-doubling":
      return Math.ceil(workers / cluster.fatTree.rack) * uplinksOf(cluster, workers);
    default:
      return null;
  }
}

const onWaveguides = ["wrht", "h-ring", "optical-ring", "sip-ring"];
const granted = ["oddl", "oddl-ring"];
/** Rings and trees on one electrical switch for all workers. */
const onOneSwitch = ["ring", "recursive-doubling", "halving-doubling", "binomial", "double-binary-tree", "torus"];

/**
 * Every device draws its power at full rate while the all-reduce lasts, at the figures of the cluster's `energy` block. Links
 * of light have a transceiver at each end; circuits of light pass no electrical switch, and setting them up costs nothing
 * here. Null where a figure is missing: NVLink, and photonic units without a compiled circuit.
 */
export function energyOf(
  algorithm: string,
  cluster: Cluster,
  workers: number,
  timing: Timing,
  lit: number,
  unit: { readonly figures: UnitFigures; readonly exchangeS: number } | null,
): Energy | null {
  const { rate } = cluster;
  const plain: Devices = { adapters: workers, transceivers: 2 * workers, switchPorts: workers, rate };
  const inner = innerLinks(algorithm, cluster, workers);
  if (inner !== null) {
    const ports = { transceivers: 2 * (workers + inner), switchPorts: workers + 2 * inner };
    return drawn(cluster, timing.totalS, { ...plain, ...ports });
  }
  if (onOneSwitch.includes(algorithm)) return drawn(cluster, timing.totalS, plain);
  if (granted.includes(algorithm)) {
    return drawn(cluster, timing.totalS, { ...plain, transceivers: workers, switchPorts: 0 });
  }
  if (onWaveguides.includes(algorithm)) {
    const wavelength = algorithm === "sip-ring" ? cluster.sipRing.wavelengthRate : cluster.optical.wavelengthRate;
    const light = { adapters: workers, transceivers: workers, switchPorts: 0, rate: lit * wavelength };
    return drawn(cluster, timing.totalS, light);
  }
  const watts = unit?.figures.watts ?? null;
  const trees = algorithm.startsWith("optinc") ? unitTrees(algorithm, cluster, workers) : null;
  if (trees === null || unit === null || watts === null) return null;
  const units = trees.tree.reduce((sum, count) => sum + count, 0) * trees.trees;
  const exchange = drawn(cluster, unit.exchangeS, plain);
  // The units' budget has the workers' modulators and receivers in it.
  const words = drawn(cluster, timing.totalS - unit.exchangeS, { ...plain, transceivers: 0, switchPorts: 0 });
  const circuitJ = watts * units * (timing.totalS - unit.exchangeS);
  return {
    totalJ: exchange.totalJ + words.totalJ + circuitJ,
    adaptersJ: exchange.adaptersJ + words.adaptersJ,
    transceiversJ: exchange.transceiversJ,
    switchesJ: exchange.switchesJ,
    circuitJ,
  };
}

function drawn({ energy }: Cluster, seconds: number, { adapters, transceivers, switchPorts, rate }: Devices): Energy {
  const bits = rate * seconds;
  const adaptersJ = adapters * energy.adapter * bits;
  const transceiversJ = transceivers * energy.transceiver * bits;
  const switchesJ = switchPorts * energy.switchPort * bits;
  return { totalJ: adaptersJ + transceiversJ + switchesJ, adaptersJ, transceiversJ, switchesJ, circuitJ: 0 };
}
