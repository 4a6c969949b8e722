import type { Cell, Certificate, Signal, Term } from "./certificate.ts";
import type {
  Activation,
  Aggregate,
  Circuit,
  Device,
  InputPort,
  Mesh,
  OutputPort,
  Placement,
  Section,
} from "./circuit.ts";

/**
 * What the JSON of a circuit holds, once: the check walks these rules, the printer takes its keys and their order from
 * them, and `SchemaRule` makes the compiler refuse a rule that does not fit the type, a field without a rule and a choice that
 * is not listed.
 */
export type SchemaRule<T> = null extends T
  ? { readonly kind: "nullable"; readonly of: SchemaRule<NonNullable<T>> }
  : [T] extends [boolean]
    ? { readonly kind: "flag" }
    : [T] extends [number]
      ? number extends T
        ? NumberRule
        : { readonly kind: "literal"; readonly of: readonly T[] }
      : [T] extends [string]
        ? string extends T
          ? { readonly kind: "name" }
          : { readonly kind: "choice"; readonly of: Readonly<Record<T, true>> }
        : [T] extends [readonly (infer E)[]]
          ? { readonly kind: "list"; readonly of: SchemaRule<E>; readonly inline?: true }
          : IsUnion<T> extends true
            ? VariantsRule<T>
            : RecordRule<T>;

export type NumberRule =
  /** A whole number in low..high. */
  | { readonly kind: "integer"; readonly low: number; readonly high: number }
  /** 0 .. count - 1 of something that the circuit has. */
  | { readonly kind: "index"; readonly of: Count }
  /** Radians, at most LARGEST_ANGLE either way. */
  | { readonly kind: "angle" }
  /** A field, gain or scale: 0, or of a magnitude in SMALLEST_QUANTITY .. LARGEST_QUANTITY. */
  | { readonly kind: "quantity"; readonly sign: "any" | "nonzero" | "nonnegative" | "positive" }
  /** What is left of a field: SMALLEST_QUANTITY .. 1. */
  | { readonly kind: "factor" };

export type Count = "modes" | "workers" | "symbols" | "received" | "sections" | "signals";

interface RecordRule<T> {
  readonly kind: "record";
  readonly fields: FieldRules<T>;
  /** Printed with a line a field; otherwise all on one line. */
  readonly lines?: true;
}
type FieldRules<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? OptionalRule<Exclude<T[K], undefined>> : SchemaRule<T[K]>;
};
/** Of a field that a file may leave out. */
interface OptionalRule<T> {
  readonly kind: "optional";
  readonly of: SchemaRule<T>;
}

/** Records that their `kind` distinguishes; it is printed first. */
interface VariantsRule<T> {
  readonly kind: "variants";
  readonly of: T extends { readonly kind: string } ? UnionToObject<T> : never;
}
type UnionToObject<T extends { readonly kind: string }> = {
  readonly [K in T["kind"]]: FieldRules<Omit<Extract<T, { readonly kind: K }>, "kind">>;
};
type IsUnion<T, U = T> = T extends unknown ? ([U] extends [T] ? false : true) : never;

/** Any rule, for walking. */
export type AnyRule =
  | NumberRule
  | { readonly kind: "flag" | "name" }
  | { readonly kind: "literal"; readonly of: readonly number[] }
  | { readonly kind: "choice"; readonly of: Readonly<Record<string, true>> }
  | { readonly kind: "nullable" | "optional"; readonly of: AnyRule }
  | { readonly kind: "list"; readonly of: AnyRule; readonly inline?: true }
  | {
      readonly kind: "record";
      readonly fields: AnyFields;
      readonly lines?: true;
    }
  | { readonly kind: "variants"; readonly of: Readonly<Record<string, AnyFields>> };
export type AnyFields = Readonly<Record<string, AnyRule>>;

/** Bounds that keep sines accurate, and products, quotients and squares of two numbers of a circuit finite. */
export const LARGEST_ANGLE: number = 2 ** 20;
export const LARGEST_QUANTITY = 1e100;
export const SMALLEST_QUANTITY = 1e-100;

/** Largest plausible counts: they bound what a damaged number makes the tool allocate. */
const MOST_MODES = 1 << 24;
const MOST_WORKERS = 4096;
const LARGEST_COLUMN = 2 ** 31;
const MOST_CROSSINGS = MOST_MODES;
const WHOLE = { kind: "integer", low: -Number.MAX_SAFE_INTEGER, high: Number.MAX_SAFE_INTEGER } as const;

const name = { kind: "name" } as const;
const angle = { kind: "angle" } as const;
const mode = { kind: "index", of: "modes" } as const;
const worker = { kind: "index", of: "workers" } as const;
const symbol = { kind: "index", of: "symbols" } as const;
const receivedSymbol = { kind: "index", of: "received" } as const;
const signal = { kind: "index", of: "signals" } as const;
const nonzero = { kind: "quantity", sign: "nonzero" } as const;
const localMode = { kind: "integer", low: 0, high: Number.MAX_SAFE_INTEGER } as const;
const fieldFactor = { kind: "factor" } as const;
const optionalFactor = { kind: "optional", of: fieldFactor } as const;
const column = { kind: "integer", low: 0, high: LARGEST_COLUMN } as const;

export const aggregateRule: SchemaRule<Aggregate> = {
  kind: "record",
  fields: {
    workers: { kind: "integer", low: 1, high: MOST_WORKERS },
    bits: { kind: "integer", low: 1, high: 32 },
    levels: { kind: "integer", low: 2, high: 16 },
    signed: { kind: "flag" },
    rounding: { kind: "choice", of: { floor: true, "half-up": true, "half-even": true, none: true } },
    symbols: { kind: "integer", low: 1, high: 32 },
    fanIn: { kind: "optional", of: { kind: "list", of: { kind: "integer", low: 2, high: MOST_WORKERS } } },
  },
};

export const modesRule: NumberRule = { kind: "integer", low: 0, high: MOST_MODES };
export const modeListRule: SchemaRule<readonly number[]> = { kind: "list", of: mode, inline: true };

const inputRule: SchemaRule<InputPort> = {
  kind: "variants",
  of: {
    worker: { name, mode, worker, symbol, fieldPerLevel: nonzero },
    reference: { name, mode, field: { kind: "quantity", sign: "any" } },
  },
};
const outputRule: SchemaRule<OutputPort> = {
  kind: "record",
  fields: { name, mode, worker, symbol: receivedSymbol, levelsPerField: nonzero },
};
export const inputsRule: SchemaRule<Circuit["inputs"]> = { kind: "list", of: inputRule };
export const outputsRule: SchemaRule<Circuit["outputs"]> = { kind: "list", of: outputRule };

const deviceRule: SchemaRule<Device> = {
  kind: "variants",
  of: {
    mzi: {
      column,
      mode: localMode,
      thetaRad: angle,
      phiRad: angle,
      firstCrossPower: optionalFactor,
      secondCrossPower: optionalFactor,
      fieldFactor: optionalFactor,
    },
    attenuator: { column, mode: localMode, thetaRad: angle, phiRad: angle, fieldFactor: optionalFactor },
    phase: { column, mode: localMode, phiRad: angle, fieldFactor: optionalFactor },
    waveguide: {
      column,
      mode: localMode,
      crossings: { kind: "integer", low: 0, high: MOST_CROSSINGS },
      lengthUm: { kind: "quantity", sign: "nonnegative" },
      fieldFactor,
    },
  },
};
const meshRule: SchemaRule<Mesh> = {
  kind: "record",
  lines: true,
  fields: {
    kind: {
      kind: "choice",
      of: { right: true, singular: true, left: true, combiner: true, splitter: true, lanes: true },
    },
    name,
    modes: modeListRule,
    devices: { kind: "list", of: deviceRule },
    terminated: modeListRule,
  },
};
const positive = { kind: "quantity", sign: "positive" } as const;
const activationRule: SchemaRule<Activation> = {
  kind: "variants",
  of: {
    relu: { mode, gain: positive },
    saturating: { mode, gain: positive, threshold: { kind: "quantity", sign: "any" }, range: positive },
  },
};
/** What a section has besides its meshes. */
export const sectionHeadRule: RecordRule<Omit<Section, "meshes">> = {
  kind: "record",
  fields: {
    kind: { kind: "choice", of: { combine: true, reference: true, layer: true, broadcast: true } },
    name,
    activations: { kind: "list", of: activationRule },
  },
};
const sectionRule: SchemaRule<Section> = {
  kind: "record",
  lines: true,
  fields: {
    kind: sectionHeadRule.fields.kind,
    name,
    meshes: { kind: "list", of: meshRule },
    activations: sectionHeadRule.fields.activations,
  },
};

const termRule: SchemaRule<Term> = { kind: "record", fields: { signal, weight: WHOLE } };
const terms: SchemaRule<readonly Term[]> = { kind: "list", of: termRule };
const signalRule: SchemaRule<Signal> = {
  kind: "record",
  fields: {
    kind: { kind: "choice", of: { sum: true, bit: true, residual: true, total: true } },
    name,
    section: { kind: "index", of: "sections" },
    mode,
    max: { kind: "integer", low: 0, high: Number.MAX_SAFE_INTEGER },
    fieldPerUnit: nonzero,
  },
};
const cellRule: SchemaRule<Cell> = {
  kind: "variants",
  of: {
    split: { name, bits: terms, terms, offset: WHOLE, residual: { kind: "nullable", of: signal } },
    nonzero: { name, terms, bit: signal },
    only: { name, set: signal, unless: signal, bit: signal },
    sum: { name, terms, total: signal },
  },
};
export const certificateRule: SchemaRule<Certificate | null> = {
  kind: "nullable",
  of: {
    kind: "record",
    lines: true,
    fields: {
      signals: { kind: "list", of: signalRule },
      cells: { kind: "list", of: cellRule },
      symbols: { kind: "list", of: terms },
    },
  },
};

const numbers: SchemaRule<readonly number[]> = { kind: "list", of: localMode, inline: true };
export const placementRule: SchemaRule<Placement> = {
  kind: "record",
  lines: true,
  fields: { sequence: numbers, lanes: numbers, left: numbers, right: numbers },
};

export const circuitRule: SchemaRule<Circuit> = {
  kind: "record",
  lines: true,
  fields: {
    format: { kind: "choice", of: { "optinc.circuit": true } },
    version: { kind: "literal", of: [1, 2, 3, 4] },
    name,
    aggregate: aggregateRule,
    modes: modesRule,
    inputs: inputsRule,
    sections: { kind: "list", of: sectionRule },
    outputs: outputsRule,
    certificate: certificateRule,
    placement: { kind: "optional", of: placementRule },
  },
};
