import { clusterRow } from "./cluster.ts";
import { networkRows } from "./network.ts";
import { trainingRow } from "./training.ts";
import type { Dimension } from "./units.ts";

/** What may stand after the name of a setting. */
export type ValueShape =
  /** Nothing: the name says it all, and the opposite has a name of its own, of which at most one is written. */
  | { readonly kind: "flag"; readonly opposite: string }
  /** One number, whole or not, in `minimum..maximum` of the base unit; `dimension` null counts things. */
  | {
      readonly kind: "number";
      readonly whole: boolean;
      readonly minimum: number;
      readonly maximum: number;
      readonly dimension: Dimension | null;
    }
  /** One of a few whole numbers. */
  | { readonly kind: "oneOf"; readonly of: readonly number[] }
  /** One of a few words, some followed by a count. */
  | { readonly kind: "choice"; readonly of: readonly Choice[] }
  /** Whole numbers in `minimum..maximum`, at least one and at most `most`. */
  | { readonly kind: "numbers"; readonly minimum: number; readonly maximum: number; readonly most: number }
  /** `none`, `all` or `layers 4..6`. */
  | { readonly kind: "layers" }
  /** `single`, or `cascade` with a product of at most `most` factors in `minimum..maximum`. */
  | { readonly kind: "topology"; readonly minimum: number; readonly maximum: number; readonly most: number }
  /** A path in quotes with one of these endings. */
  | { readonly kind: "file"; readonly endings: readonly string[] }
  /** Names of netlist targets, at least one, each once. */
  | { readonly kind: "targets" }
  /** Names from a list, at least one, each once; `what` calls one of them. */
  | { readonly kind: "names"; readonly of: readonly string[]; readonly what: string };

export interface Choice {
  readonly word: string;
  readonly count: { readonly minimum: number; readonly maximum: number } | null;
}

export interface SettingRow {
  readonly name: string;
  readonly shape: ValueShape;
  /** What holds when the setting is left out, for people; null when it must be written. */
  readonly fallback: string | null;
  /** How it is written. */
  readonly example: string;
  readonly doc: string;
}

export interface BlockRow {
  readonly name: string;
  /** The word that follows the name and chooses among blocks of one name; null when there is no choice. */
  readonly variant: string | null;
  readonly settings: readonly SettingRow[];
  readonly blocks: readonly BlockRow[];
  readonly fallback: string | null;
  readonly example: string;
  readonly doc: string;
}

function word(name: string): Choice {
  return { word: name, count: null };
}

/** Bounds of a spec file, so that hostile or mistaken input is refused at once. */
export const limits: {
  readonly textLength: number;
  readonly yamlLength: number;
  readonly tokens: number;
  readonly aggregates: number;
  readonly nameLength: number;
  readonly exhaustiveVectors: number;
  readonly exhaustiveByDefault: number;
  readonly sampledVectors: number;
  readonly chips: number;
} = {
  /** UTF-16 units, 1 Mi. */
  textLength: 1_048_576,
  /** UTF-16 units, 256 Ki: the YAML parser spends up to 10 us on a unit of a text that is all errors. */
  yamlLength: 262_144,
  tokens: 100_000,
  aggregates: 256,
  nameLength: 64,
  exhaustiveVectors: 5e7,
  exhaustiveByDefault: 2e6,
  sampledVectors: 1e9,
  /** Simulated, of one phase error. */
  chips: 1e6,
};

const verify: BlockRow = {
  name: "verify",
  variant: null,
  settings: [
    {
      name: "against",
      shape: { kind: "choice", of: [word("ring")] },
      fallback: "ring",
      example: "against ring",
      doc: "The all-reduce that is executed on the same words and compared with the circuit bit for bit.",
    },
    {
      name: "inputs",
      shape: {
        kind: "choice",
        of: [
          word("exhaustive"),
          word("proof"),
          { word: "sampled", count: { minimum: 1, maximum: limits.sampledVectors } },
        ],
      },
      fallback: "exhaustive up to 2e6 distinct input vectors, else proof",
      example: "inputs sampled 1e6",
      doc: "Which input vectors are tried: all distinct ones (at most 5e7), all by proof, or a seeded sample.",
    },
  ],
  blocks: [],
  fallback: "{ against ring }",
  example: "verify { against ring; inputs exhaustive }",
  doc: "What `optinc verify` compares.",
};

const aggregate: BlockRow = {
  name: "aggregate",
  variant: null,
  settings: [
    {
      name: "workers",
      shape: { kind: "number", whole: true, minimum: 2, maximum: 4096, dimension: null },
      fallback: null,
      example: "workers 4",
      doc: "How many workers' words are averaged; at most 64 on a single unit.",
    },
    {
      name: "topology",
      shape: { kind: "topology", minimum: 2, maximum: 64, most: 12 },
      fallback: "single",
      example: "topology cascade 4 x 4",
      doc:
        "One unit for all workers, or a tree of units, given by the inputs of a unit on each level from the workers " +
        "on; inputs beyond the workers stay dark. The result is the same.",
    },
    {
      name: "precision",
      shape: { kind: "number", whole: true, minimum: 1, maximum: 32, dimension: "information" },
      fallback: null,
      example: "precision 8 bits",
      doc: "Length of a gradient word.",
    },
    {
      name: "levels",
      shape: { kind: "oneOf", of: [2, 4, 8, 16] },
      fallback: "4, or 2 for words of 1 bit",
      example: "levels 4",
      doc: "Amplitude levels of one optical symbol; at most 2^precision.",
    },
    {
      name: "signed",
      shape: { kind: "flag", opposite: "unsigned" },
      fallback: "signed",
      example: "signed",
      doc: "Words are two's complement and travel as offset-binary.",
    },
    {
      name: "unsigned",
      shape: { kind: "flag", opposite: "signed" },
      fallback: "signed",
      example: "unsigned",
      doc: "Words are not negative.",
    },
    {
      name: "rounding",
      shape: { kind: "choice", of: [word("floor"), word("half-up"), word("half-even")] },
      fallback: "half-up",
      example: "rounding half-up",
      doc: "How the exact mean becomes a word; half-up takes ties upward, half-even to the even word.",
    },
    {
      name: "emit",
      shape: { kind: "targets" },
      fallback: "spice, phases",
      example: "emit spice, phases",
      doc: "Netlist formats to write beside circuit.json.",
    },
  ],
  blocks: [...networkRows, verify],
  fallback: null,
  example: "aggregate mean-4x8 { workers 4; precision 8 bits }",
  doc: "One mean over workers, compiled into one circuit.",
};

/** Everything a spec file can say: what check, documentation and nearest names read. */
export const language: readonly BlockRow[] = [aggregate, clusterRow, trainingRow];
