import { clusterRow, dtypeBits, modelParameters } from "../language/cluster.ts";
import type { Report } from "../report/collector.ts";
import type { Statement } from "../text/ast.ts";
import { type DeclaredInput, type Reader, readDeclaration, reader } from "./declaration.ts";
import type { Names } from "./names.ts";
import { warnOfFatTree } from "./unused-settings.ts";
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
  readonly optinc: {
    readonly unit: number;
    readonly pass: number;
    /** Bits of a word; null where elements travel as they are. What follows counts only with it. */
    readonly precision: number | null;
    readonly levels: number;
    readonly symbolRate: number;
    /** Null for as many as fill the rate of a port. */
    readonly copies: number | null;
    readonly block: number;
    /** Bits. */
    readonly exponent: number;
  };
  /** Frames, errors, late and absent workers; fractions are of one. */
  readonly round: {
    readonly frame: number;
    readonly preamble: number;
    readonly guard: number;
    readonly checksum: number;
    readonly fec: number;
    readonly wordErrorRate: number;
    readonly skew: number;
    readonly arrival: "exponential" | "uniform";
    readonly drop: number;
    readonly resend: number;
    readonly absent: number;
    readonly timeout: number;
  };
  readonly jobs: Readonly<
    Record<"units" | "contexts" | "every" | "iterations" | "heater" | "mtbf" | "repair", number>
  > & {
    readonly overlap: "off" | "on";
  };
  readonly sharp: { readonly radix: number; readonly efficiency: number };
  readonly switchml: {
    readonly workers: number;
    readonly slots: number;
    readonly elements: number;
    /** Bits. */
    readonly header: number;
    readonly roundTrip: number;
  };
  readonly nvls: {
    readonly domain: number;
    readonly rate: number;
    readonly efficiency: number;
    readonly latency: number;
  };
  readonly nccl: { readonly protocol: "fastest" | "ll" | "ll128" | "simple" };
  readonly iteration: {
    readonly batch: number;
    readonly sequence: number;
    /** FLOP/s. */
    readonly compute: number;
    readonly utilization: number;
    readonly memory: number;
    /** Bits. */
    readonly bucket: number;
  };
  /** J/bit. */
  readonly energy: { readonly transceiver: number; readonly adapter: number; readonly switchPort: number };
  readonly tree: { readonly radix: number; readonly duplex: "full" | "half" };
  readonly fatTree: {
    readonly rack: number;
    readonly oversubscription: number;
    readonly placement: "racks" | "scattered";
    readonly routing: "hash" | "adaptive";
    readonly channels: number;
    readonly seed: number;
    readonly seeds: number;
  };
  /** Every setting, as written or by default, so that a result can name what it depends on. */
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
export function readCluster(statement: Statement, names: Names, report: Report): Cluster | null {
  const declaration = readDeclaration(statement, clusterRow, names, report);
  if (declaration === null) return null;
  const { name, reading } = declaration;
  const cluster = toCluster(name, reading, report.text);
  const fatTree = reading.blocks.get("fat-tree")?.value?.reading.settings;
  if (fatTree !== undefined) warnOfFatTree(fatTree, cluster.fatTree, report);
  return cluster;
}

function toCluster(name: string, reading: BlockReading, text: string): Cluster {
  const inputs: ClusterInput[] = [];
  const root = reader(clusterRow, reading, text, "", inputs);
  const inner = (block: string): Reader => {
    const row = clusterRow.blocks.find((candidate) => candidate.name === block)!;
    const written = reading.blocks.get(block)?.value?.reading ?? { settings: new Map(), blocks: new Map() };
    return reader(row, written, text, `${block} `, inputs);
  };
  const rate = root.number("rate");
  const optical = inner("optical");
  const sip = inner("sip-ring");
  const optinc = inner("optinc");
  const round = inner("round");
  const tree = inner("tree");
  const fatTree = inner("fat-tree");
  return {
    name,
    workers: root.optional("workers") ?? 0,
    rate,
    ...numbers(root, "latency", "hop-latency", "reduction", "group"),
    dtype: root.word("dtype"),
    gradients: readGradients(root),
    computeShare: root.optional("compute-share"),
    groupRate: root.optional("group-rate") ?? rate,
    chunks: root.optional("chunks"),
    optical: {
      ...numbers(optical, "wavelengths", "wavelength-rate", "reconfiguration"),
      ...numbers(optical, "coupling-loss", "passing-loss", "loss-budget"),
      finish: optical.word("finish") as "all-to-all" | "tree",
    },
    sipRing: {
      ...numbers(sip, "wavelengths", "wavelength-rate", "reconfiguration"),
      reconfigure: sip.word("reconfigure") as "once" | "every-step",
    },
    oddl: numbers(inner("oddl"), "reconfiguration", "control"),
    optinc: {
      ...numbers(optinc, "unit", "pass", "levels", "symbol-rate", "block", "exponent"),
      precision: optinc.optional("precision"),
      copies: optinc.optional("copies"),
    },
    round: {
      ...numbers(round, "frame", "preamble", "guard", "checksum", "fec", "word-error-rate"),
      ...numbers(round, "skew", "drop", "resend", "absent", "timeout"),
      arrival: round.word("arrival") as "exponential" | "uniform",
    },
    jobs: {
      ...numbers(inner("jobs"), "units", "contexts", "every", "iterations", "heater", "mtbf", "repair"),
      overlap: inner("jobs").word("overlap") as "off" | "on",
    },
    tree: { ...numbers(tree, "radix"), duplex: tree.word("duplex") as "full" | "half" },
    sharp: numbers(inner("sharp"), "radix", "efficiency"),
    switchml: numbers(inner("switchml"), "workers", "slots", "elements", "header", "round-trip"),
    nvls: numbers(inner("nvls"), "domain", "rate", "efficiency", "latency"),
    nccl: { protocol: inner("nccl").word("protocol") as "fastest" | "ll" | "ll128" | "simple" },
    energy: numbers(inner("energy"), "transceiver", "adapter", "switch-port"),
    iteration: numbers(inner("iteration"), "batch", "sequence", "compute", "utilization", "memory", "bucket"),
    fatTree: {
      ...numbers(fatTree, "rack", "oversubscription", "channels", "seed", "seeds"),
      placement: fatTree.word("placement") as "racks" | "scattered",
      routing: fatTree.word("routing") as "hash" | "adaptive",
    },
    // As the language lists them.
    inputs: inputOrder.flatMap((path) => inputs.filter((input) => input.path === path)),
  };
}

const inputOrder: readonly string[] = [
  ...clusterRow.settings.map(({ name }) => name),
  ...clusterRow.blocks.flatMap((block) => block.settings.map(({ name }) => `${block.name} ${name}`)),
];

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<CamelCase<Rest>>}`
  : Name;

/** Numbers of a block by their names in code. */
function numbers<Name extends string>(from: Reader, ...names: readonly Name[]): Record<CamelCase<Name>, number>;
function numbers(from: Reader, ...names: readonly string[]): Record<string, number> {
  const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(names.map((name) => [camelCase(name), from.number(name)]));
}

function readGradients(root: Reader): readonly Gradient[] {
  const elements = root.optional("parameters");
  const models = root.names("models") ?? (elements === null ? ["resnet50"] : []);
  const counted = elements === null ? [] : [{ name: `${elements}`, elements }];
  return [...models.map((name) => ({ name, elements: modelParameters[name]! })), ...counted];
}

export { dtypeBits, modelParameters };
