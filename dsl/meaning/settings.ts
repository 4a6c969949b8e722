import { type PlainValue, type ValueReading, writtenValue } from "../language/reading.ts";
import type { Rows, SettingRow } from "../language/row.ts";
import type { BlockReading, Written } from "./written.ts";

export type Settings = ReadonlyMap<string, Written<ValueReading>>;

/** The settings of a block within another one: none where the block was left out or refused. */
export function settingsOf({ blocks }: Pick<BlockReading, "blocks">, name: string): Settings {
  return blocks.get(name)?.value?.reading.settings ?? new Map();
}

/** The value as the text has it; null when it is left out or was refused. */
export function valueIn<T>({ name, shape }: SettingRow<T>, settings: Settings): T | null {
  if (shape.kind === "flag" && settings.has(shape.opposite)) return false as T;
  // The shape of a row admits no other values than those of its type.
  return (settings.get(name)?.value?.of ?? null) as T | null;
}

/** Where defaults that were taken are listed, each as `prefix name value`. */
export interface Noted {
  readonly prefix: string;
  readonly defaults: string[];
}

/**
 * Every field of `S` by its row: the value that is written, or what holds when it is not, which is noted. `derived`
 * gives the fallbacks that follow from other settings; null among them says that nothing is to be said. Null when a
 * setting that has no fallback is missing or was refused.
 */
export function readSettings<S extends object>(
  rows: Rows<S>,
  settings: Settings,
  derived: { readonly [Field in keyof S]?: S[Field] },
  noted: Noted,
): S | null {
  const fields = Object.keys(rows) as (keyof S)[];
  const values: [keyof S, S[keyof S]][] = [];
  for (const field of fields) {
    const row = rows[field];
    const written = valueIn(row, settings);
    if (written !== null) {
      values.push([field, written]);
      continue;
    }
    const fallback = fallbackIn(row, field in derived ? [derived[field]!] : []);
    if (fallback === null) continue;
    values.push([field, fallback.value]);
    const isLeftOut = !settings.has(row.name) && fallback.value !== null;
    if (isLeftOut) noted.defaults.push(noted.prefix + settingLine(row, fallback.text));
  }
  // All fields have a value, each of the type that its row says.
  return values.length === fields.length ? (Object.fromEntries(values) as S) : null;
}

function fallbackIn<T>({ fallback, name }: SettingRow<T>, given: readonly T[]): { value: T; text: string } | null {
  switch (fallback.kind) {
    case "required":
      return null;
    case "fixed":
      return fallback;
    case "derived":
      if (given.length === 0) throw new RangeError(`nobody says what \`${name}\` is when it is left out`);
      return { value: given[0]!, text: textOf(given[0]!) };
  }
}

function textOf(value: unknown): string {
  return value === null ? "" : writtenValue(value as PlainValue);
}

/** Flags say all by their name. */
function settingLine({ name, shape }: SettingRow, text: string): string {
  return shape.kind === "flag" ? text : `${name} ${text}`;
}
