import { clusterRow, modelParameters } from "../language/cluster.ts";
import type { Report } from "../report/collector.ts";
import type { Statement } from "../text/ast.ts";
import { camelCase, type DeclaredInput, readDeclaration, valuesOf } from "./declaration.ts";
import type { Names } from "./names.ts";
import { settingsOf } from "./settings.ts";
import { warnOfFatTree } from "./unused-settings.ts";
import type { BlockReading } from "./written.ts";

type Numbers<Name extends string> = Readonly<Record<Name, number>>;

/** A checked `cluster` block: times in s, sizes in bits, rates in bit/s, losses in dB, energies in J/bit; defaults are filled in. */
export interface Cluster {
  readonly name: string;
  readonly workers: number;
  readonly rate: number;
  readonly latency: number;
  readonly hopLatency: number;
  readonly reduction: number;
  readonly dtype: string;
  readonly gradients: readonly Gradient[];
  /** Null when iterations are not compared. */
  readonly computeShare: number | null;
  readonly group: number;
  readonly groupRate: number;
  /** Null for the number that is fastest. */
  readonly chunks: number | null;
  readonly optical: Numbers<
    "wavelengths" | "wavelengthRate" | "reconfiguration" | "couplingLoss" | "passingLoss" | "lossBudget"
  > & { readonly finish: "all-to-all" | "tree" };
  readonly sipRing: Numbers<"wavelengths" | "wavelengthRate" | "reconfiguration"> & {
    readonly reconfigure: "once" | "every-step";
  };
  readonly oddl: Numbers<"reconfiguration" | "control">;
  readonly optinc: Numbers<"unit" | "pass" | "levels" | "symbolRate" | "block" | "exponent"> & {
    /** Bits of a word; null where elements travel as they are. Other settings but `unit` and `pass` count only with it. */
    readonly precision: number | null;
    /** Null for as many as fill the rate of a port. */
    readonly copies: number | null;
  };
  /** Frames, errors, late and absent workers; fractions are of one. */
  readonly round: Numbers<
    | "frame"
    | "preamble"
    | "guard"
    | "checksum"
    | "fec"
    | "wordErrorRate"
    | "skew"
    | "drop"
    | "resend"
    | "absent"
    | "timeout"
  > & { readonly arrival: "exponential" | "uniform" };
  readonly jobs: Numbers<"units" | "contexts" | "every" | "iterations" | "heater" | "mtbf" | "repair"> & {
    readonly overlap: "off" | "on";
  };
  readonly sharp: Numbers<"radix" | "efficiency">;
  readonly switchml: Numbers<"workers" | "slots" | "elements" | "header" | "roundTrip">;
  readonly nvls: Numbers<"domain" | "rate" | "efficiency" | "latency">;
  readonly nccl: { readonly protocol: "fastest" | "ll" | "ll128" | "simple" };
  readonly iteration: Numbers<"batch" | "sequence" | "compute" | "utilization" | "memory" | "bucket">;
  readonly energy: Numbers<"transceiver" | "adapter" | "switchPort">;
  readonly tree: Numbers<"radix"> & { readonly duplex: "full" | "half" };
  readonly fatTree: Numbers<"rack" | "oversubscription" | "channels" | "seed" | "seeds"> & {
    readonly placement: "racks" | "scattered";
    readonly routing: "hash" | "adaptive";
  };
  /** Every setting, as written or by default, so that a result can name what it depends on. */
  readonly inputs: readonly DeclaredInput[];
}

/** Elements of one gradient and what they belong to. */
export interface Gradient {
  readonly name: string;
  readonly elements: number;
}

/** A cluster of defaults. */
export function defaultCluster(workers: number): Cluster {
  return { ...toCluster("defaults", { settings: new Map(), blocks: new Map() }, ""), workers };
}

/** One cluster statement; what is wrong goes to the report, and null comes back if its form is no block. */
export function readCluster(statement: Statement, names: Names, report: Report): Cluster | null {
  const declaration = readDeclaration(statement, clusterRow, names, report);
  if (declaration === null || !declaration.isSound) return null;
  const { name, reading } = declaration;
  const cluster = toCluster(name, reading, report.text);
  warnOfFatTree(settingsOf(reading, "fat-tree"), cluster.fatTree, report);
  return cluster;
}

/** Settings of the cluster itself that are not its own fields. */
interface Derived {
  readonly workers: number | null;
  readonly models: readonly string[] | null;
  readonly parameters: number | null;
  readonly groupRate: number | null;
}

function toCluster(name: string, reading: BlockReading, text: string): Cluster {
  const inputs: DeclaredInput[] = [];
  const root = valuesOf<Cluster & Derived>(clusterRow, reading.settings, text, "", inputs);
  const { models, parameters, workers, groupRate, ...own } = root;
  const inner = clusterRow.blocks.map((row) => {
    return [camelCase(row.name), valuesOf(row, settingsOf(reading, row.name), text, `${row.name} `, inputs)];
  });
  return {
    ...own,
    ...Object.fromEntries(inner),
    name,
    workers: workers ?? 0,
    gradients: gradientsOf(models, parameters),
    groupRate: groupRate ?? own.rate,
    inputs,
  };
}

function gradientsOf(written: readonly string[] | null, elements: number | null): readonly Gradient[] {
  const models = written ?? (elements === null ? ["resnet50"] : []);
  const counted = elements === null ? [] : [{ name: `${elements}`, elements }];
  return [...models.map((name) => ({ name, elements: modelParameters[name]! })), ...counted];
}
