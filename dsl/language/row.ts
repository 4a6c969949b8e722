import { type PlainValue, writtenValue } from "./reading.ts";
import { type Dimension, findUnit } from "./units.ts";

/** Whose settings a study varies; the network is that of the aggregate. */
export type AxisBlock = "aggregate" | "network" | "training" | "cluster";

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
      /** `>=` may stand before it. */
      readonly orMore?: true;
    }
  /** One of a few whole numbers. */
  | { readonly kind: "oneOf"; readonly of: readonly number[] }
  /** One of a few words. */
  | { readonly kind: "choice"; readonly of: readonly string[] }
  /** `exhaustive`, `proof`, or `sampled` and a count of at most `samples`. */
  | { readonly kind: "inputs"; readonly samples: number }
  /** Whole numbers in `minimum..maximum`, at least one and at most `most`. */
  | { readonly kind: "numbers"; readonly minimum: number; readonly maximum: number; readonly most: number }
  /** `none`, `all` or `layers 4..6`. */
  | { readonly kind: "layers" }
  /** `single`, or `cascade` with a product of at most `most` factors in `minimum..maximum`. */
  | { readonly kind: "topology"; readonly minimum: number; readonly maximum: number; readonly most: number }
  /** `<=` or `>=`, whichever it is here, and a number as of `number`; `errors`: then `at phase P rad, splitter S %`, or parts of it. */
  | {
      readonly kind: "bound";
      readonly relation: "<=" | ">=";
      readonly whole: boolean;
      readonly minimum: number;
      readonly maximum: number;
      readonly dimension: Dimension | null;
      readonly errors: boolean;
    }
  /** The name of a technology that is shipped, or a path with one of these endings. */
  | { readonly kind: "technology"; readonly endings: readonly string[] }
  /** A path in quotes with one of these endings. */
  | { readonly kind: "file"; readonly endings: readonly string[] }
  /** Names of netlist targets, at least one, each once. */
  | { readonly kind: "targets" }
  /** Names from a list, at least one, each once; `what` calls one of them. */
  | { readonly kind: "names"; readonly of: readonly string[]; readonly what: string }
  /** The name of a block of this kind in the same file. */
  | { readonly kind: "reference"; readonly to: string }
  /** Values of the setting `of` of that block, at least one, each once; of numbers also ranges. */
  | { readonly kind: "axis"; readonly of: SettingRow; readonly block: AxisBlock }
  /** Names from a list, at least one, each once; behind `yield` there may be `at phase P rad, splitter S %`, or parts of it. */
  | { readonly kind: "measures"; readonly of: readonly string[] };

/** What holds when a setting is left out. */
export type Fallback<T> =
  | { readonly kind: "required" }
  /** `text` is how the value is written. */
  | { readonly kind: "fixed"; readonly value: T; readonly text: string }
  /** It follows from other settings; `text` says how, for people. */
  | { readonly kind: "derived"; readonly text: string };

/** Everything about one setting; `T` is its value in a spec. */
export interface SettingRow<T = unknown> {
  readonly name: string;
  readonly shape: ValueShape;
  readonly fallback: Fallback<T>;
  /** How it is written. */
  readonly example: string;
  readonly doc: string;
}

export interface BlockRow {
  readonly name: string;
  /** The word that follows the name and chooses among blocks of one name; null when there is no choice. */
  readonly variant: string | null;
  /** Its settings may also stand without its braces in the block around it, the first behind its name. */
  readonly isOpen?: true;
  readonly settings: readonly SettingRow[];
  readonly blocks: readonly BlockRow[];
  readonly fallback: string | null;
  readonly example: string;
  readonly doc: string;
}

/** A row for every field of `S`, in the order in which they are written: what reads and formats an `S`. */
export type Rows<S> = { readonly [Field in keyof S]: SettingRow<S[Field]> };

export const required: Fallback<never> = { kind: "required" };

export function derived(text: string): Fallback<never> {
  return { kind: "derived", text };
}

/** A number with its unit: `20, "min"` is 1200 s. */
export function amount(value: number, unit: string | null = null): Fallback<number> {
  if (unit === null) return { kind: "fixed", value, text: String(value) };
  return { kind: "fixed", value: findUnit(unit)!.toBase(value), text: `${value} ${unit}` };
}

export function fixed<T extends PlainValue>(value: T): Fallback<T> {
  return { kind: "fixed", value, text: writtenValue(value) };
}

/** The value that a setting has when it is left out; throws RangeError where that follows from others, or there is none. */
export function fallbackOf<T>({ name, fallback }: SettingRow<T>): T {
  if (fallback.kind !== "fixed") throw new RangeError(`\`${name}\` has no value of its own when it is left out`);
  return fallback.value;
}

export interface RowOptions {
  readonly whole?: boolean;
  readonly dimension?: Dimension;
  readonly example?: string;
}

/** A number in `minimum..maximum` of its base unit. */
export function quantity<T extends number | null>(
  name: string,
  [minimum, maximum]: readonly [number, number],
  fallback: Fallback<T>,
  doc: string,
  {
    whole = false,
    dimension = null,
    example,
  }: Omit<RowOptions, "dimension"> & { readonly dimension?: Dimension | null } = {},
): SettingRow<T> {
  return {
    name,
    shape: { kind: "number", whole, minimum, maximum, dimension },
    fallback,
    example: example ?? exampleOf(name, fallback),
    doc,
  };
}

/** A number as it is when it is left out, `rate 100 Gb/s`: its unit says what is measured, and without one it counts things. */
export function usual(
  written: string,
  range: readonly [number, number],
  doc: string,
  options: Omit<RowOptions, "example"> = {},
): SettingRow<number> {
  const [name = "", value = "", unit = null] = written.split(" ");
  const dimension = unit === null ? null : findUnit(unit)!.dimension;
  return quantity(name, range, amount(Number(value), unit), doc, { whole: unit === null, dimension, ...options });
}

/** A whole number of things. */
export function count<T extends number | null>(
  name: string,
  range: readonly [number, number],
  fallback: Fallback<T>,
  doc: string,
  example?: string,
): SettingRow<T> {
  return quantity(name, range, fallback, doc, { whole: true, ...(example === undefined ? {} : { example }) });
}

/** One of a few words. */
export function choice<const W extends string>(
  name: string,
  of: readonly W[],
  fallback: Fallback<NoInfer<W>>,
  doc: string,
  example?: string,
): SettingRow<W> {
  return { name, shape: { kind: "choice", of }, fallback, example: example ?? exampleOf(name, fallback), doc };
}

function exampleOf(name: string, fallback: Fallback<unknown>): string {
  if (fallback.kind !== "fixed") throw new RangeError(`\`${name}\` wants an example`);
  return `${name} ${fallback.text}`;
}
