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
  const expected = expectedOf(value, rule);
  if (expected !== null) {
    malformed(where, expected, value, reports);
    return;
  }
  switch (rule.kind) {
    case "nullable":
      if (value !== null) checkForm(value, rule.of, where, counts, reports);
      return;
    case "optional":
      if (value !== undefined) checkForm(value, rule.of, where, counts, reports);
      return;
    case "record":
      if (isFields(value)) checkFields(value, rule.fields, [], where, counts, reports);
      return;
    case "variants": {
      if (!isFields(value)) return;
      const { kind } = value;
      if (typeof kind !== "string" || !Object.hasOwn(rule.of, kind)) {
        malformed(place(where, "kind"), choices(Object.keys(rule.of)), kind, reports);
        return;
      }
      checkFields(value, rule.of[kind]!, ["kind"], where, counts, reports);
      return;
    }
    case "list":
      if (!Array.isArray(value)) return;
      for (let i = 0; i < value.length; i += 1) {
        checkForm(value[i], rule.of, `${where}[${i}]`, counts, reports);
      }
      return;
    case "name":
      checkName(String(value), where, reports);
      return;
    case "integer":
    case "index":
    case "angle":
    case "quantity":
    case "factor":
      checkNumber(Number(value), rule, where, counts, reports);
      return;
    case "flag":
    case "literal":
    case "choice":
      return;
    default:
      rule satisfies never;
  }
}

/** What a value is to be that is of another type than the rule's; else null. */
function expectedOf(value: unknown, rule: AnyRule): string | null {
  switch (rule.kind) {
    case "nullable":
    case "optional":
      return null;
    case "record":
    case "variants":
      return isFields(value) ? null : "an object";
    case "list":
      return Array.isArray(value) ? null : "a list";
    case "flag":
      return typeof value === "boolean" ? null : "true or false";
    case "literal":
      return rule.of.some((it) => it === value) ? null : rule.of.join(" or ");
    case "choice":
      return typeof value === "string" && Object.hasOwn(rule.of, value) ? null : choices(Object.keys(rule.of));
    case "name":
      return typeof value === "string" ? null : "a text";
    default:
      return typeof value === "number" ? null : "a number";
  }
}

/** `also`: keys that were read already. */
function checkFields(
  fields: Fields,
  rules: AnyFields,
  also: readonly string[],
  where: string,
  counts: Counts,
  reports: Reports,
): void {
  for (const key in fields) {
    if (Object.hasOwn(rules, key) || also.includes(key)) continue;
    reports.fail("OPT0405", where, `unknown key ${shown(key)}`, helpFor(key, [...also, ...Object.keys(rules)]));
  }
  for (const key in rules) checkForm(fields[key], rules[key]!, place(where, key), counts, reports);
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
