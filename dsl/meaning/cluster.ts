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
  const [optical, sip, oddl, optinc, round, tree, sharp, switchml, nvls, nccl, energy, iteration, fatTree] = [
    inner("optical"),
    inner("sip-ring"),
    inner("oddl"),
    inner("optinc"),
    inner("round"),
    inner("tree"),
    inner("sharp"),
    inner("switchml"),
    inner("nvls"),
    inner("nccl"),
    inner("energy"),
    inner("iteration"),
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
    optinc: {
      unit: optinc.number("unit"),
      pass: optinc.number("pass"),
      precision: optinc.optional("precision"),
      levels: optinc.number("levels"),
      symbolRate: optinc.number("symbol-rate"),
      copies: optinc.optional("copies"),
      block: optinc.number("block"),
      exponent: optinc.number("exponent"),
    },
    round: {
      frame: round.number("frame"),
      preamble: round.number("preamble"),
      guard: round.number("guard"),
      checksum: round.number("checksum"),
      fec: round.number("fec"),
      wordErrorRate: round.number("word-error-rate"),
      skew: round.number("skew"),
      arrival: round.word("arrival") as "exponential" | "uniform",
      drop: round.number("drop"),
      resend: round.number("resend"),
      absent: round.number("absent"),
      timeout: round.number("timeout"),
    },
    tree: { radix: tree.number("radix"), duplex: tree.word("duplex") as "full" | "half" },
    sharp: { radix: sharp.number("radix"), efficiency: sharp.number("efficiency") },
    switchml: {
      workers: switchml.number("workers"),
      slots: switchml.number("slots"),
      elements: switchml.number("elements"),
      header: switchml.number("header"),
      roundTrip: switchml.number("round-trip"),
    },
    nvls: {
      domain: nvls.number("domain"),
      rate: nvls.number("rate"),
      efficiency: nvls.number("efficiency"),
      latency: nvls.number("latency"),
    },
    nccl: { protocol: nccl.word("protocol") as "fastest" | "ll" | "ll128" | "simple" },
    energy: {
      transceiver: energy.number("transceiver"),
      adapter: energy.number("adapter"),
      switchPort: energy.number("switch-port"),
    },
    iteration: {
      batch: iteration.number("batch"),
      sequence: iteration.number("sequence"),
      compute: iteration.number("compute"),
      utilization: iteration.number("utilization"),
      memory: iteration.number("memory"),
      bucket: iteration.number("bucket"),
    },
    fatTree: {
      rack: fatTree.number("rack"),
      oversubscription: fatTree.number("oversubscription"),
      placement: fatTree.word("placement") as "racks" | "scattered",
      routing: fatTree.word("routing") as "hash" | "adaptive",
      channels: fatTree.number("channels"),
      seed: fatTree.number("seed"),
      seeds: fatTree.number("seeds"),
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
