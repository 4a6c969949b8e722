import { bestChunks } from "../../collectives/algorithms/electrical-algorithms.ts";
import { largestDivisor } from "../../collectives/generators/grids.ts";
import { treeLevels } from "../../collectives/generators/in-network.ts";
import { doubleBinaryTreeHeight } from "../../collectives/generators/trees.ts";
import type { Cluster } from "../../dsl/index.ts";
import { wrhtSteps } from "./wrht-steps.ts";

/** Closed formulas of the literature, s, for n bits on p workers: a is the latency, b = 1 / rate, c = 1 / reduction; chunks may be fractions. */
type Formula = (cluster: Cluster, p: number, n: number) => number;

interface Symbols {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** floor(lg p), the largest power of two in p, and whether it is p. */
  readonly k: number;
  readonly core: number;
  readonly power: boolean;
}

function symbols(cluster: Cluster, p: number): Symbols {
  const k = Math.floor(Math.log2(p));
  return { a: cluster.latency, b: 1 / cluster.rate, c: 1 / cluster.reduction, k, core: 2 ** k, power: 2 ** k === p };
}

const ringFormula: Formula = (cluster, p, n) => {
  const { a, b, c } = symbols(cluster, p);
  return 2 * (p - 1) * a + ((2 * n * (p - 1)) / p) * b + ((n * (p - 1)) / p) * c;
};

const doublingFormula: Formula = (cluster, p, n) => {
  const { a, b, c, k, power } = symbols(cluster, p);
  return power ? k * (a + n * b + n * c) : (k + 2) * (a + n * b) + (k + 1) * n * c;
};

const halvingFormula: Formula = (cluster, p, n) => {
  const { a, b, c, k, core, power } = symbols(cluster, p);
  const share = (core - 1) / core;
  if (power) return 2 * k * a + 2 * n * share * b + n * share * c;
  return (2 * k + 2) * a + (2 * share + 2) * n * b + n * (1 + share) * c;
};

/** Rings in rows of g and columns of p / g; `near` is 1 / rate inside a row. */
function gridFormula({ a, b, c }: Symbols, p: number, n: number, g: number, near: number): number {
  const rows = p / g;
  const inRows = 2 * (g - 1) * a + ((n * (g - 1)) / g) * (2 * near + c);
  return inRows + 2 * (rows - 1) * a + ((n * (rows - 1)) / p) * (2 * b + c);
}

/** Set-ups of `oddl`: the last partner of halving is the first of doubling, so that this circuit stays. */
function oddlSetups({ k, power }: Symbols): number {
  return 2 * k - 1 + (power ? 0 : 2);
}

/** Words through `passes` units, after the exponents of their blocks. */
function wordsFormula(cluster: Cluster, p: number, n: number, passes: number): number {
  const { a, b } = symbols(cluster, p);
  const { pass, precision, symbolRate, copies, block, exponent } = cluster.optinc;
  if (precision === null) return a + n * b + passes * pass;
  const unit = 1 / (symbolRate * precision);
  const word = copies === null ? b : Math.max(b, unit / copies);
  const exponents = Math.ceil(n / precision / block) * exponent;
  const exchanges = [doublingFormula, halvingFormula, ringFormula].map((formula) => formula(cluster, p, exponents));
  return Math.min(...exchanges) + a + n * word + passes * pass;
}

export const formulas: Readonly<Record<string, Formula>> = {
  ring: ringFormula,
  "recursive-doubling": doublingFormula,
  "halving-doubling": halvingFormula,
  binomial: (cluster, p, n) => {
    const { a, b, c } = symbols(cluster, p);
    const depth = Math.ceil(Math.log2(p));
    return 2 * depth * (a + n * b) + depth * n * c;
  },
  // Every step at the load of a full pipeline: an upper bound, since the first and last steps carry less.
  "double-binary-tree": (cluster, p, n) => {
    const { a, b, c } = symbols(cluster, p);
    const chunks = cluster.chunks ?? bestChunks(cluster, p, n);
    return (chunks + 2 * doubleBinaryTreeHeight(p) - 1) * (a + (n / chunks) * (2 * b + c));
  },
  "hierarchical-ring": (cluster, p, n) =>
    gridFormula(symbols(cluster, p), p, n, largestDivisor(p, cluster.group), 1 / cluster.groupRate),
  torus: (cluster, p, n) => {
    const s = symbols(cluster, p);
    return gridFormula(s, p, n, largestDivisor(p, Math.floor(Math.sqrt(p))), s.b);
  },
  tree: (cluster, p, n) => {
    const { a, b } = symbols(cluster, p);
    const depth = treeLevels(p, cluster.tree.radix).length;
    return a + (2 * depth - 1) * cluster.hopLatency + (cluster.tree.duplex === "half" ? 2 : 1) * n * b;
  },
  sharp: (cluster, p, n) => {
    const { a, b } = symbols(cluster, p);
    const depth = treeLevels(p, cluster.sharp.radix).length;
    return a + (2 * depth - 1) * cluster.hopLatency + (n * b) / cluster.sharp.efficiency;
  },
  switchml: (cluster, p, n) => {
    const { a, b } = symbols(cluster, p);
    const { slots, elements, header, roundTrip } = cluster.switchml;
    const packets = n / (32 * elements);
    return a + cluster.hopLatency + packets * Math.max((32 * elements + header) * b, roundTrip / slots);
  },
  nvls: ({ nvls: { latency, rate, efficiency } }, p, n) => latency + (n * (1 + 1 / p)) / (rate * efficiency),
  optinc: (cluster, p, n) => wordsFormula(cluster, p, n, 1),
  "optinc-cascade": (cluster, p, n) => wordsFormula(cluster, p, n, 2 * treeLevels(p, cluster.optinc.unit).length - 1),
  wrht: (cluster, p, n) => {
    const { a, c } = symbols(cluster, p);
    const { wavelengths, wavelengthRate, reconfiguration, finish } = cluster.optical;
    const { steps, added } = wrhtSteps(p, wavelengths, finish);
    return steps * (a + n / wavelengthRate + reconfiguration) + added * n * c;
  },
  "h-ring": (cluster, p, n) => {
    const { a, c } = symbols(cluster, p);
    const { wavelengths, wavelengthRate, reconfiguration } = cluster.optical;
    const g = largestDivisor(p, Math.min(cluster.group, 2 * wavelengths + 1));
    const rings = p / g;
    const [near, far] = [(g - 1) / g, (rings - 1) / rings];
    const returned = rings > 1 ? 1 : 0;
    const steps = 2 * (g - 1) + 2 * (rings - 1) + returned;
    return (
      steps * (a + reconfiguration) + ((2 * near + 2 * far + returned) * n) / wavelengthRate + (near + far) * n * c
    );
  },
  "optical-ring": (cluster, p, n) => {
    const { a, c } = symbols(cluster, p);
    const { wavelengthRate, reconfiguration } = cluster.optical;
    return 2 * (p - 1) * (a + n / (p * wavelengthRate) + reconfiguration) + ((n * (p - 1)) / p) * c;
  },
  "sip-ring": (cluster, p, n) => {
    const { a, c } = symbols(cluster, p);
    const { wavelengths, wavelengthRate, reconfiguration, reconfigure } = cluster.sipRing;
    const steps = 2 * (p - 1);
    const setups = reconfigure === "once" ? 1 : steps;
    return steps * (a + n / (p * wavelengths * wavelengthRate)) + setups * reconfiguration + ((n * (p - 1)) / p) * c;
  },
  oddl: (cluster, p, n) => {
    const guard = cluster.oddl.reconfiguration + cluster.oddl.control;
    return halvingFormula(cluster, p, n) + oddlSetups(symbols(cluster, p)) * guard;
  },
  "oddl-ring": (cluster, p, n) => ringFormula(cluster, p, n) + cluster.oddl.reconfiguration + cluster.oddl.control,
};
