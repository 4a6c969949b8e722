import { limits, short } from "./limits.ts";
import { networkBlocks } from "./network.ts";
import { requireBlock } from "./requirements.ts";
import { type BlockRow, choice, derived, fixed, quantity, type Rows, required, type SettingRow, usual } from "./row.ts";
import type { Preference, Spec, TopologySpec, VerifySpec } from "./spec.ts";

type Settings = Pick<
  Spec,
  | "workers"
  | "topology"
  | "precisionBits"
  | "levels"
  | "signed"
  | "rounding"
  | "technology"
  | "symbolRateBd"
  | "portOrder"
  | "prefer"
  | "emit"
>;

export const preferences: readonly Preference[] = [
  "mzis",
  "power",
  "energy-per-word",
  "launch-power",
  "latency",
  "area",
  "yield",
];

export const aggregateRows: Rows<Settings> = {
  workers: quantity(
    "workers 4",
    [2, limits.workers],
    required,
    `How many workers' words are averaged; at most ${limits.unitInputs} on a single unit.`,
  ),
  topology: {
    name: "topology",
    shape: { kind: "topology", minimum: 2, maximum: limits.unitInputs, most: limits.cascadeLevels },
    fallback: fixed<TopologySpec>({ kind: "single" }),
    example: "topology cascade 4 x 4",
    doc:
      "One unit for all workers, or a tree of units: the inputs of a unit on each level, from the workers on. " +
      "Inputs beyond the workers stay dark. The result is the same.",
  },
  precisionBits: quantity("precision 8 bits", [1, limits.precisionBits], required, "Length of a gradient word.", {
    whole: true,
  }),
  levels: {
    name: "levels",
    shape: { kind: "oneOf", of: [2, 4, 8, 16] },
    fallback: derived("4, or 2 for words of 1 bit"),
    example: "levels 4",
    doc: "Amplitude levels of one optical symbol; at most 2^precision.",
  },
  signed: {
    name: "signed",
    shape: { kind: "flag", opposite: "unsigned" },
    fallback: { kind: "fixed", value: true, text: "signed" },
    example: "signed",
    doc: "Words are two's complement and travel as offset-binary.",
  },
  rounding: choice(
    "rounding",
    ["floor", "half-up", "half-even", "none"],
    fixed("half-up"),
    "How the exact mean becomes a word; half-up takes ties upward, half-even to the even word. Mean error over random words of W workers, " +
      "W even: 1/(2W) of a step with half-up, 0 with half-even, -(W - 1)/(2W) with floor. With none the workers receive the exact sum, " +
      "in log2 W more bits, rounded up: the mean with its fraction (constructed networks only).",
  ),
  technology: {
    name: "technology",
    shape: { kind: "technology", endings: [".yaml", ".yml"] },
    fallback: derived("none: light without losses"),
    example: 'technology "foundry-si"',
    doc:
      "What the circuit is built of: losses, noise, times and sizes, each with its source. `optinc technology list` names those " +
      "that are shipped; a path is relative to the spec.",
  },
  symbolRateBd: usual(
    "symbol-rate 25 GBd",
    [1e6, 1e12],
    "Symbols a second on every lane; noise and delay lines depend on it, where a technology is named. Where the compiler chooses " +
      "the network, `>= 10 GBd` is a requirement; the least rate is taken, which has the least noise.",
    { orMore: true },
  ),
  portOrder: choice(
    "port-order",
    ["free", "by-worker"],
    fixed("free"),
    "Ports on the edges of the chip, where a technology is named: each where the fewest waveguides cross, or all ports of a " +
      "worker side by side.",
  ),
  prefer: {
    name: "prefer",
    shape: { kind: "choice", of: preferences },
    fallback: derived("mzis, where the compiler chooses the design"),
    example: "prefer launch-power",
    doc:
      "Which design the compiler takes of those that keep every requirement: the least of this figure, or the most " +
      "yield. `mzis` counts neurons next, then launch power; `power` is electrical.",
  },
  emit: {
    name: "emit",
    shape: { kind: "targets" },
    fallback: fixed(["spice", "phases"]),
    example: "emit spice, phases",
    doc: "Netlist formats to write beside circuit.json.",
  },
};

/** The other name of `signed`, with a row of its own for the reader and the reference. */
const unsignedRow: SettingRow = {
  name: "unsigned",
  shape: { kind: "flag", opposite: "signed" },
  fallback: { kind: "fixed", value: false, text: "signed" },
  example: "unsigned",
  doc: "Words are not negative.",
};

export const verifyRows: Rows<VerifySpec> = {
  against: choice(
    "against",
    ["ring"],
    fixed("ring"),
    "The all-reduce that each run executes on buffers of random words. Its result is compared with the reference bit for bit.",
  ),
  inputs: {
    name: "inputs",
    shape: { kind: "inputs", samples: limits.sampledVectors },
    fallback: derived(
      `exhaustive up to ${short(limits.exhaustiveByDefault)} distinct input vectors, else proof; ` +
        `sampled ${short(limits.samplesByDefault)} for a network that cannot be proved`,
    ),
    example: "inputs sampled 1e6",
    doc: `Which input vectors are tried: all distinct ones (at most ${short(limits.exhaustiveVectors)}), all by proof, or a seeded sample.`,
  },
};

const verifyBlock: BlockRow = {
  name: "verify",
  variant: null,
  settings: Object.values(verifyRows),
  blocks: [],
  fallback: "{ against ring }",
  example: "verify { against ring; inputs exhaustive }",
  doc: "What `optinc verify` compares.",
};

export const aggregateBlock: BlockRow = {
  name: "aggregate",
  variant: null,
  settings: Object.values(aggregateRows).flatMap((row): SettingRow[] =>
    row === aggregateRows.signed ? [row, unsignedRow] : [row],
  ),
  blocks: [...networkBlocks, requireBlock, verifyBlock],
  fallback: null,
  example: "aggregate mean-4x8 { workers 4; precision 8 bits }",
  doc: "One mean over workers, compiled into one circuit.",
};
