import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { circuitJsonSchema } from "../../netlist/circuit/json-schema.ts";

export type Path = readonly (string | number)[];

/** `a[0].b` as its keys. */
export function pathOf(text: string): Path {
  return text.split(/[[\].]+/).filter((key) => key !== "");
}

/** A deep copy with one place changed, or left out. */
export function changed(value: unknown, path: Path, by: unknown): unknown {
  if (path.length === 0) return by;
  const [key, ...rest] = path;
  if (Array.isArray(value)) return value.with(Number(key), changed(value[Number(key)], rest, by));
  const fields = Object.entries(value ?? {}).filter(([name]) => name !== key || rest.length > 0 || by !== undefined);
  const old = Object.getOwnPropertyDescriptor(value, key!)?.value;
  const own = rest.length === 0 && by === undefined ? [] : [[key!, changed(old, rest, by)]];
  return Object.fromEntries([...fields.filter(([name]) => name !== key), ...own]);
}

/** The text with one change that must take place. */
export function edited(text: string, pattern: string | RegExp, by: string): string {
  const after = text.replace(pattern, by);
  expect(after).not.toBe(text);
  return after;
}

/** The published schema, in the hands of a validator that knows no other rule. */
export const followsSchema: (value: unknown) => boolean = new Ajv2020({ strict: true }).compile(circuitJsonSchema());
