import { clusterRow, dtypeBits, modelParameters } from "../language/cluster.ts";
import type { Report } from "../report/collector.ts";
import type { Statement } from "../text/ast.ts";
import { type DeclaredInput, type Reader, readDeclaration, reader } from "./declaration.ts";
import type { Names } from "./names.ts";
import type { BlockReading } from "./written.ts";

/** A checked `cluster` block: times in s, rates in bit/s, losses in dB; defaults are filled in. */
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
  readonly optical: {
    readonly wavelengths: number;
    readonly wavelengthRate: number;
    readonly reconfiguration: number;
    readonly finish: "all-to-all" | "tree";
    readonly couplingLoss: number;
    readonly passingLoss: number;
    readonly lossBudget: number;
  };
  readonly sipRing: {
    readonly wavelengths: number;
    readonly wavelengthRate: number;
    readonly reconfiguration: number;
    readonly reconfigure: "once" | "every-step";
  };
  readonly oddl: { readonly reconfiguration: number; readonly control: number };
  readonly optinc: { readonly unit: number; readonly pass: number };
  readonly tree: { readonly radix: number; readonly duplex: "full" | "half" };
  readonly fatTree: {
    readonly rack: number;
    readonly oversubscription: number;
    readonly placement: "racks" | "scattered";
    readonly seed: number;
  };
  /** Every setting, as written or by default, so that a result can name what it hangs on. */
  readonly inputs: readonly ClusterInput[];
}

/** Elements of one gradient and what they belong to. */
export interface Gradient {
  readonly name: string;
  readonly elements: number;
}

export type ClusterInput = DeclaredInput;

/** A cluster of defaults. */
export function defaultCluster(workers: number): Cluster {
  return { ...toCluster("defaults", { settings: new Map(), blocks: new Map() }, ""), workers };
}

/** One cluster statement; what is wrong goes to the report, and null comes back if its form is no block. */
export function readCluster(statement: Statement, text: string, names: Names, report: Report): Cluster | null {
  const declaration = readDeclaration(statement, clusterRow, text, names, report);
  return declaration === null ? null : toCluster(declaration.name, declaration.reading, text);
}

function toCluster(name: string, reading: BlockReading, text: string): Cluster {
  const inputs: ClusterInput[] = [];
  const root = reader(clusterRow, reading, text, "", inputs);
  const inner = (block: string): Reader => {
    const row = clusterRow.blocks.find((candidate) => candidate.name === block)!;
    const written = reading.blocks.get(block)?.value?.reading ?? { settings: new Map(), blocks: new Map() };
    return reader(row, written, text, `${block} `, inputs);
  };
  const [optical, sip, oddl, optinc, tree, fatTree] = [
    inner("optical"),
    inner("sip-ring"),
    inner("oddl"),
    inner("optinc"),
    inner("tree"),
    inner("fat-tree"),
  ];
  const rate = root.number("rate");
  return {
    name,
    workers: root.optional("workers") ?? 0,
    rate,
    latency: root.number("latency"),
    hopLatency: root.number("hop-latency"),
    reduction: root.number("reduction"),
    dtype: root.word("dtype"),
    gradients: readGradients(root),
    computeShare: root.optional("compute-share"),
    group: root.number("group"),
    groupRate: root.optional("group-rate") ?? rate,
    chunks: root.optional("chunks"),
    optical: {
      wavelengths: optical.number("wavelengths"),
      wavelengthRate: optical.number("wavelength-rate"),
      reconfiguration: optical.number("reconfiguration"),
      finish: optical.word("finish") as "all-to-all" | "tree",
      couplingLoss: optical.number("coupling-loss"),
      passingLoss: optical.number("passing-loss"),
      lossBudget: optical.number("loss-budget"),
    },
    sipRing: {
      wavelengths: sip.number("wavelengths"),
      wavelengthRate: sip.number("wavelength-rate"),
      reconfiguration: sip.number("reconfiguration"),
      reconfigure: sip.word("reconfigure") as "once" | "every-step",
    },
    oddl: { reconfiguration: oddl.number("reconfiguration"), control: oddl.number("control") },
    optinc: { unit: optinc.number("unit"), pass: optinc.number("pass") },
    tree: { radix: tree.number("radix"), duplex: tree.word("duplex") as "full" | "half" },
    fatTree: {
      rack: fatTree.number("rack"),
      oversubscription: fatTree.number("oversubscription"),
      placement: fatTree.word("placement") as "racks" | "scattered",
      seed: fatTree.number("seed"),
    },
    inputs,
  };
}

function readGradients(root: Reader): readonly Gradient[] {
  const elements = root.optional("parameters");
  const models = root.names("models") ?? (elements === null ? ["resnet50"] : []);
  const counted = elements === null ? [] : [{ name: `${elements}`, elements }];
  return [...models.map((name) => ({ name, elements: modelParameters[name]! })), ...counted];
}

export { dtypeBits, modelParameters };
