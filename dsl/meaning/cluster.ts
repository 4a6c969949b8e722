import { clusterRow, dtypeBits, modelParameters } from "../language/cluster.ts";
import type { Report } from "../report/collector.ts";
import type { Statement } from "../text/ast.ts";
import { type DeclaredInput, type Reader, readDeclaration, reader } from "./declaration.ts";
import type { Names } from "./names.ts";
import { warnOfFatTree } from "./unused-settings.ts";
import type { BlockReading } from "./written.ts";

/** Settings of each block that are numbers and have a default. */
const numbersOf = {
  optical: ["wavelengths", "wavelength-rate", "reconfiguration", "coupling-loss", "passing-loss", "loss-budget"],
  "sip-ring": ["wavelengths", "wavelength-rate", "reconfiguration"],
  oddl: ["reconfiguration", "control"],
  optinc: ["unit", "pass", "levels", "symbol-rate", "block", "exponent"],
  round: [
    "frame",
    "preamble",
    "guard",
    "checksum",
    "fec",
    "word-error-rate",
    "skew",
    "drop",
    "resend",
    "absent",
    "timeout",
  ],
  jobs: ["units", "contexts", "every", "iterations", "heater", "mtbf", "repair"],
  tree: ["radix"],
  sharp: ["radix", "efficiency"],
  switchml: ["workers", "slots", "elements", "header", "round-trip"],
  nvls: ["domain", "rate", "efficiency", "latency"],
  energy: ["transceiver", "adapter", "switch-port"],
  iteration: ["batch", "sequence", "compute", "utilization", "memory", "bucket"],
  "fat-tree": ["rack", "oversubscription", "channels", "seed", "seeds"],
} as const;

type Numbers<Block extends keyof typeof numbersOf> = Readonly<
  Record<CamelCase<(typeof numbersOf)[Block][number]>, number>
>;

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
  readonly optical: Numbers<"optical"> & { readonly finish: "all-to-all" | "tree" };
  readonly sipRing: Numbers<"sip-ring"> & { readonly reconfigure: "once" | "every-step" };
  readonly oddl: Numbers<"oddl">;
  readonly optinc: Numbers<"optinc"> & {
    /** Bits of a word; null where elements travel as they are. Other settings but `unit` and `pass` count only with it. */
    readonly precision: number | null;
    /** Null for as many as fill the rate of a port. */
    readonly copies: number | null;
  };
  /** Frames, errors, late and absent workers; fractions are of one. */
  readonly round: Numbers<"round"> & { readonly arrival: "exponential" | "uniform" };
  readonly jobs: Numbers<"jobs"> & { readonly overlap: "off" | "on" };
  readonly sharp: Numbers<"sharp">;
  readonly switchml: Numbers<"switchml">;
  readonly nvls: Numbers<"nvls">;
  readonly nccl: { readonly protocol: "fastest" | "ll" | "ll128" | "simple" };
  readonly iteration: Numbers<"iteration">;
  readonly energy: Numbers<"energy">;
  readonly tree: Numbers<"tree"> & { readonly duplex: "full" | "half" };
  readonly fatTree: Numbers<"fat-tree"> & {
    readonly placement: "racks" | "scattered";
    readonly routing: "hash" | "adaptive";
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
  const numbers = <Block extends keyof typeof numbersOf>(block: Block): Numbers<Block> =>
    numbersIn(inner(block), numbersOf[block]);
  return {
    name,
    workers: root.optional("workers") ?? 0,
    rate,
    ...numbersIn(root, ["latency", "hop-latency", "reduction", "group"]),
    dtype: root.word("dtype"),
    gradients: readGradients(root),
    computeShare: root.optional("compute-share"),
    groupRate: root.optional("group-rate") ?? rate,
    chunks: root.optional("chunks"),
    optical: { ...numbers("optical"), finish: inner("optical").word("finish") as "all-to-all" | "tree" },
    sipRing: { ...numbers("sip-ring"), reconfigure: inner("sip-ring").word("reconfigure") as "once" | "every-step" },
    oddl: numbers("oddl"),
    optinc: {
      ...numbers("optinc"),
      precision: inner("optinc").optional("precision"),
      copies: inner("optinc").optional("copies"),
    },
    round: { ...numbers("round"), arrival: inner("round").word("arrival") as "exponential" | "uniform" },
    jobs: { ...numbers("jobs"), overlap: inner("jobs").word("overlap") as "off" | "on" },
    tree: { ...numbers("tree"), duplex: inner("tree").word("duplex") as "full" | "half" },
    sharp: numbers("sharp"),
    switchml: numbers("switchml"),
    nvls: numbers("nvls"),
    nccl: { protocol: inner("nccl").word("protocol") as "fastest" | "ll" | "ll128" | "simple" },
    energy: numbers("energy"),
    iteration: numbers("iteration"),
    fatTree: {
      ...numbers("fat-tree"),
      placement: inner("fat-tree").word("placement") as "racks" | "scattered",
      routing: inner("fat-tree").word("routing") as "hash" | "adaptive",
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
function numbersIn<Name extends string>(from: Reader, names: readonly Name[]): Record<CamelCase<Name>, number>;
function numbersIn(from: Reader, names: readonly string[]): Record<string, number> {
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
