import { type PlainValue, writtenValue } from "./reading.ts";
import { type Dimension, findUnit } from "./units.ts";

/** Whose settings a study varies; the network is that of the aggregate. */
export type AxisBlock = "aggregate" | "network" | "training" | "cluster";

/** What a number is held to, in the base unit; `dimension` null counts things. */
export interface NumberRange {
  readonly whole: boolean;
  readonly minimum: number;
  readonly maximum: number;
  readonly dimension: Dimension | null;
}

/** What may stand after the name of a setting. */
export type ValueShape =
  /** Nothing: the name says it all, and the opposite has a name of its own, of which at most one is written. */
  | { readonly kind: "flag"; readonly opposite: string }
  /** One number; `orMore`: `>=` may stand before it. */
  | ({ readonly kind: "number"; readonly orMore?: true } & NumberRange)
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
  /** `<=` or `>=`, whichever it is here, and a number; `errors`: then `at phase P rad, splitter S %`, or parts of it. */
  | ({ readonly kind: "bound"; readonly relation: "<=" | ">="; readonly errors: boolean } & NumberRange)
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

export type ShapeOf<Kind extends ValueShape["kind"]> = Extract<ValueShape, { readonly kind: Kind }>;

/** Ways to write the values of a shape, where they begin with one of a few words. */
export function waysOf(shape: ValueShape): readonly string[] {
  switch (shape.kind) {
    case "choice":
      return shape.of;
    case "inputs":
      return ["exhaustive", "proof", "sampled 1e5"];
    case "layers":
      return ["none", "all", "layers 4..6"];
    case "topology":
      return ["single", "cascade 4 x 4"];
    default:
      return [];
  }
}

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

/** With its variant: `network constructed`. */
export function titleOf({ name, variant }: BlockRow): string {
  return variant === null ? name : `${name} ${variant}`;
}

/** A row for every field of `S`, in the order in which they are written: what reads and formats an `S`. */
export type Rows<S> = { readonly [Field in keyof S]: SettingRow<S[Field]> };

export const required: Fallback<never> = { kind: "required" };

export function derived(text: string): Fallback<never> {
  return { kind: "derived", text };
}

/** A number with its unit: `20, "min"` is 1200 s. */
export function amount(value: number, unit?: string): Fallback<number> {
  if (unit === undefined) return { kind: "fixed", value, text: String(value) };
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

/** What the unit of an example does not say: without one it counts things, and with one it measures. */
type NumberOptions = Partial<Pick<ShapeOf<"number">, "whole" | "dimension" | "orMore">>;

/** A number in `minimum..maximum` of its base unit; the example begins with its name. */
export function quantity<T extends number | null>(
  example: string,
  [minimum, maximum]: readonly [number, number],
  fallback: Fallback<T>,
  doc: string,
  options: NumberOptions = {},
): SettingRow<T> {
  const [name = "", , unit] = example.split(" ");
  const dimension = unit === undefined ? null : findUnit(unit)!.dimension;
  const shape = { kind: "number", whole: unit === undefined, dimension, minimum, maximum, ...options } as const;
  return { name, shape, fallback, example, doc };
}

/** One whose example is what holds when it is left out, `rate 100 Gb/s`. */
export function usual(
  example: string,
  range: readonly [number, number],
  doc: string,
  options: NumberOptions = {},
): SettingRow<number> {
  const [, value, unit] = example.split(" ");
  return quantity(example, range, amount(Number(value), unit), doc, options);
}

/** One of a few words. */
export function choice<const W extends string>(
  name: string,
  of: readonly W[],
  fallback: Fallback<NoInfer<W>>,
  doc: string,
  example: string = `${name} ${fallback.kind === "fixed" ? fallback.text : of[0]}`,
): SettingRow<W> {
  return { name, shape: { kind: "choice", of }, fallback, example, doc };
}
