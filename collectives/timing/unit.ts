import { type Cluster, measured } from "../../dsl/index.ts";
import { largestDivisor } from "../generators/grids.ts";
import { treeLevels } from "../generators/in-network.ts";
import { unitCopies } from "./networks.ts";

/** What a compiled circuit and a technology say of one photonic unit. */
export interface UnitFigures {
  readonly circuit: string;
  readonly technology: string;
  readonly workers: number;
  readonly bits: number;
  readonly levels: number;
  readonly symbolRateBd: number;
  readonly mzis: number;
  /** Null, here and below, where the technology does not say; `fails` then has the reason. */
  readonly latencyS: number | null;
  /** Of the worst path of light. */
  readonly lossDb: number | null;
  /** Of the worst word, or the mean over sampled ones. */
  readonly wordErrorRate: number | null;
  /** Electrical power, lasers included. */
  readonly watts: number | null;
  /** Chips without a wrong word; null where none were drawn. */
  readonly yield: { readonly share: number; readonly chips: number } | null;
  /** What it does not keep; empty for a circuit that can be built as it is. */
  readonly fails: readonly string[];
}

/** The units behind a row of `optinc` or `optinc-cascade`. */
export interface UnitOutcome {
  /**
   * compiled: every figure is that of the circuit; estimated: units of a cascade keep the fraction of a mean, which the
   * compiled one rounds away, so that theirs are larger; assumed: no circuit is named.
   */
  readonly standing: "compiled" | "estimated" | "assumed";
  /** Of the tree and all its copies. */
  readonly units: number;
  /** Of one worker: symbols of a word times copies. */
  readonly lanes: number;
  readonly symbolRateBd: number;
  /** Of all units. */
  readonly mzis: number | null;
  /** Of light through the units of one way. */
  readonly latencyS: number;
  /** Of one unit. */
  readonly lossDb: number | null;
  /** Of a word, which passes every unit of a tree. */
  readonly wordErrorRate: number | null;
  /** Of one unit. */
  readonly yield: UnitFigures["yield"];
  readonly exchangeS: number;
  readonly fails: readonly string[];
}

/** The cluster with a unit as compiled; inputs say where its figures are from. */
export function withUnit(cluster: Cluster, unit: UnitFigures): Cluster {
  const { workers, bits: precision, levels, symbolRateBd: symbolRate, latencyS } = unit;
  const values: Readonly<Record<string, string>> = {
    "optinc unit": `${workers}`,
    "optinc precision": `${precision} bits`,
    "optinc levels": `${levels}`,
    "optinc symbol-rate": measured(symbolRate, "Bd"),
    ...(latencyS === null ? {} : { "optinc pass": measured(latencyS, "s") }),
    ...(unit.wordErrorRate === null ? {} : { "round word-error-rate": `${Number(unit.wordErrorRate.toPrecision(3))}` }),
  };
  const inputs = cluster.inputs.map((input) => {
    const value = values[input.path];
    return value === undefined ? input : { path: input.path, value, from: "circuit" as const };
  });
  const pass = latencyS ?? cluster.optinc.pass;
  const optinc = { ...cluster.optinc, unit: workers, precision, levels, symbolRate, pass };
  const round = { ...cluster.round, wordErrorRate: unit.wordErrorRate ?? cluster.round.wordErrorRate };
  return { ...cluster, inputs, optinc, round };
}

/** Levels of the trees of units in a row, and how many there are side by side; null for rows without units. */
export function unitTrees(
  algorithm: string,
  cluster: Cluster,
  workers: number,
): { readonly tree: readonly number[]; readonly trees: number } | null {
  const groups = algorithm === "hierarchical-optinc" ? largestDivisor(workers, cluster.group) : 1;
  if (groups === 1 && !algorithm.startsWith("optinc")) return null;
  return { tree: treeLevels(workers / groups, cluster.optinc.unit), trees: groups * unitCopies(cluster) };
}

/** `cluster` as `withUnit` gives it. Null for rows without units, and where elements travel as they are: nothing is said of units then. */
export function unitOutcome(
  algorithm: string,
  cluster: Cluster,
  unit: UnitFigures | null,
  workers: number,
  exchangeS: number,
): UnitOutcome | null {
  const { precision, levels, symbolRate, pass } = cluster.optinc;
  const found = unitTrees(algorithm, cluster, workers);
  if (precision === null || found === null) return null;
  const { tree, trees } = found;
  const inTree = tree.reduce((sum, count) => sum + count, 0);
  const wrong = unit?.wordErrorRate ?? null;
  return {
    standing: unit === null ? "assumed" : inTree > 1 ? "estimated" : "compiled",
    units: inTree * trees,
    lanes: Math.ceil(precision / Math.log2(levels)) * unitCopies(cluster),
    symbolRateBd: symbolRate,
    mzis: unit === null ? null : unit.mzis * inTree * trees,
    latencyS: (2 * tree.length - 1) * pass,
    lossDb: unit?.lossDb ?? null,
    wordErrorRate: wrong === null ? null : -Math.expm1(inTree * Math.log1p(-Math.min(1, wrong))),
    yield: unit?.yield ?? null,
    exchangeS,
    fails: unit?.fails ?? [],
  };
}
