import { type Fields, isFields } from "../../formats/index.ts";
import { nameProblem } from "../circuit/names.ts";
import {
  type AnyFields,
  type AnyRule,
  type Count,
  LARGEST_ANGLE,
  LARGEST_QUANTITY,
  SMALLEST_QUANTITY,
} from "../circuit/schema.ts";
import type { Reports } from "./reports.ts";

/** What indices may point at; where the file does not say, anything. */
export type Counts = Readonly<Record<Count, number>>;

export const ANYWHERE: number = Number.MAX_SAFE_INTEGER;

/** Reports every place where untrusted JSON does not follow the rule. Never throws. */
export function checkForm(value: unknown, rule: AnyRule, where: string, counts: Counts, reports: Reports): void {
  switch (rule.kind) {
    case "nullable":
      if (value !== null) {
        checkForm(value, rule.of, where, counts, reports);
      }
      return;
    case "record":
      if (!isFields(value)) {
        malformed(where, "an object", value, reports);
        return;
      }
      checkFields(value, rule.fields, rule.optional ?? [], where, counts, reports);
      return;
    case "variants": {
      if (!isFields(value)) {
        malformed(where, "an object", value, reports);
        return;
      }
      const { kind } = value;
      if (typeof kind !== "string" || !Object.hasOwn(rule.of, kind)) {
        malformed(place(where, "kind"), choices(Object.keys(rule.of)), kind, reports);
        return;
      }
      const optional = rule.optional?.[kind];
      const also = optional === undefined ? KIND : [...KIND, ...optional];
      checkFields(value, rule.of[kind]!, also, where, counts, reports);
      return;
    }
    case "list":
      if (!Array.isArray(value)) {
        malformed(where, "a list", value, reports);
        return;
      }
      for (let i = 0; i < value.length; i += 1) {
        checkForm(value[i], rule.of, `${where}[${i}]`, counts, reports);
      }
      return;
    case "flag":
      if (typeof value !== "boolean") {
        malformed(where, "true or false", value, reports);
      }
      return;
    case "literal":
      if (!rule.of.some((it) => it === value)) {
        malformed(where, rule.of.join(" or "), value, reports);
      }
      return;
    case "choice":
      if (typeof value !== "string" || !Object.hasOwn(rule.of, value)) {
        malformed(where, choices(Object.keys(rule.of)), value, reports);
      }
      return;
    case "name":
      if (typeof value !== "string") {
        malformed(where, "a text", value, reports);
        return;
      }
      checkName(value, where, reports);
      return;
    case "integer":
    case "index":
    case "angle":
    case "quantity":
    case "factor":
      if (typeof value !== "number") {
        malformed(where, "a number", value, reports);
        return;
      }
      checkNumber(value, rule, where, counts, reports);
      return;
    default:
      rule satisfies never;
  }
}

/** `kind` has chosen the fields already. */
const KIND: readonly string[] = ["kind"];

function checkFields(
  fields: Fields,
  rules: AnyFields,
  also: readonly string[],
  where: string,
  counts: Counts,
  reports: Reports,
): void {
  for (const key in fields) {
    if (!Object.hasOwn(rules, key) && !also.includes(key)) {
      reports.fail(
        "OPT0405",
        where,
        `unknown key ${shown(key)}`,
        helpFor(key, [...new Set([...also, ...Object.keys(rules)])]),
      );
    }
  }
  for (const key in rules) {
    if (fields[key] !== undefined || !also.includes(key)) {
      checkForm(fields[key], rules[key]!, place(where, key), counts, reports);
    }
  }
}

/** The key that is most likely meant, in another case or shortened, else all of them. */
function helpFor(key: string, known: readonly string[]): string {
  const letters = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, "");
  const given = letters(key);
  const near = known.find((name) => letters(name) === given || (given.length > 2 && letters(name).startsWith(given)));
  return near === undefined ? `known keys: ${known.join(", ")}` : `did you mean \`${near}\`?`;
}

function checkName(value: string, where: string, reports: Reports): void {
  const problem = nameProblem(value);
  if (problem !== null) {
    reports.fail("OPT0415", where, problem, "names are up to 128 characters that can be seen, without / and \\");
  }
}

function checkNumber(
  value: number,
  rule: Extract<AnyRule, { readonly kind: "integer" | "index" | "angle" | "quantity" | "factor" }>,
  where: string,
  counts: Counts,
  reports: Reports,
): void {
  const wanted = (): string | null => {
    switch (rule.kind) {
      case "integer":
        return whole(value, rule.low, rule.high);
      case "index":
        return whole(value, 0, counts[rule.of] - 1);
      case "angle":
        return Math.abs(value) <= LARGEST_ANGLE ? null : `an angle in -${LARGEST_ANGLE}..${LARGEST_ANGLE} rad`;
      case "quantity":
        return quantity(value, rule.sign);
      case "factor":
        return value >= SMALLEST_QUANTITY && value <= 1 ? null : "more than 0 and at most 1: light is not amplified";
    }
  };
  const problem = wanted();
  if (problem !== null) {
    reports.fail("OPT0404", where, `${value} is not ${problem}`);
  }
}

function whole(value: number, low: number, high: number): string | null {
  return Number.isInteger(value) && value >= low && value <= high ? null : `a whole number in ${low}..${high}`;
}

function quantity(value: number, sign: "any" | "nonzero" | "nonnegative" | "positive"): string | null {
  if (!Number.isFinite(value)) {
    return "a finite number";
  }
  if (sign === "nonnegative" && value < 0) {
    return "0 or more";
  }
  if ((sign === "positive" && value <= 0) || (sign === "nonzero" && value === 0)) {
    return sign === "positive" ? "more than 0" : "different from 0";
  }
  const size = Math.abs(value);
  return size === 0 || (size >= SMALLEST_QUANTITY && size <= LARGEST_QUANTITY)
    ? null
    : `of a magnitude in ${SMALLEST_QUANTITY}..${LARGEST_QUANTITY}`;
}

function malformed(where: string, expected: string, value: unknown, reports: Reports): void {
  reports.fail(
    "OPT0403",
    where,
    value === undefined ? `missing, ${expected} is wanted` : `${expected} is wanted, not ${shown(value)}`,
  );
}

function choices(values: readonly string[]): string {
  return values.map((it) => `"${it}"`).join(" or ");
}

export function place(where: string, key: string): string {
  return where === "" ? key : `${where}.${key}`;
}

/** A value of a file as a message may show it: short, on one line, and never walked into, however deep it is. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    const text = JSON.stringify(value.slice(0, 41)).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
    return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
  }
  if (typeof value === "object" && value !== null) {
    return Array.isArray(value) ? `a list of ${value.length}` : "an object";
  }
  return value === undefined ? "nothing" : String(value);
}
