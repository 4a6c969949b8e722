import type { Finding } from "./finding.ts";

/** A JSON object whose keys are not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Findings beyond this many are counted, not listed. */
const LISTED = 50;

/** Collects findings and reads untrusted JSON; every reader reports what it does not accept and then returns null. */
export interface Inspector {
  readonly report: (finding: Finding) => void;
  readonly findings: () => readonly Finding[];
  readonly errors: () => number;
  readonly object: (value: unknown, where: string, keys: readonly string[]) => Fields | null;
  readonly list: (fields: Fields, key: string, where: string) => readonly unknown[];
  readonly text: (fields: Fields, key: string, where: string) => string | null;
  readonly flag: (fields: Fields, key: string, where: string) => boolean | null;
  readonly oneOf: (fields: Fields, key: string, where: string, values: readonly string[]) => string | null;
  /** An integer in low..high. */
  readonly integer: (fields: Fields, key: string, where: string, low: number, high: number) => number | null;
  readonly finite: (fields: Fields, key: string, where: string, sign: "any" | "nonzero" | "positive") => number | null;
}

export function inspector(): Inspector {
  const listed: Finding[] = [];
  let total = 0;
  let errors = 0;
  const report = (finding: Finding): void => {
    total += 1;
    errors += finding.severity === "error" ? 1 : 0;
    if (listed.length < LISTED) {
      listed.push(finding);
    }
  };
  const findings = (): readonly Finding[] =>
    total === listed.length
      ? listed
      : [
          ...listed,
          {
            code: "OPT0414",
            severity: errors > 0 ? "error" : "warning",
            message: `${total - listed.length} more findings are not listed`,
            where: "",
            help: null,
          },
        ];
  const malformed = (where: string, expected: string, value: unknown): null => {
    report({
      code: "OPT0403",
      severity: "error",
      message: value === undefined ? `missing, ${expected} is wanted` : `${expected} is wanted, not ${describe(value)}`,
      where,
      help: null,
    });
    return null;
  };
  const outOfRange = (where: string, value: number, wanted: string): null => {
    report({ code: "OPT0404", severity: "error", message: `${value} is not ${wanted}`, where, help: null });
    return null;
  };
  const readNumber = (fields: Fields, key: string, where: string): number | null => {
    const value = fields[key];
    return typeof value === "number" ? value : malformed(place(where, key), "a number", value);
  };
  return {
    report,
    findings,
    errors: () => errors,
    object: (value, where, keys) => {
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        return malformed(where, "an object", value);
      }
      const fields: Fields = value as Fields;
      for (const key in fields) {
        if (!keys.includes(key)) {
          report({
            code: "OPT0405",
            severity: "warning",
            message: `unknown key ${describe(key)} is ignored`,
            where,
            help: `known keys: ${keys.join(", ")}`,
          });
        }
      }
      return fields;
    },
    list: (fields, key, where) => {
      const value = fields[key];
      return Array.isArray(value) ? value : (malformed(place(where, key), "a list", value) ?? []);
    },
    text: (fields, key, where) => {
      const value = fields[key];
      return typeof value === "string" ? value : malformed(place(where, key), "a text", value);
    },
    flag: (fields, key, where) => {
      const value = fields[key];
      return typeof value === "boolean" ? value : malformed(place(where, key), "true or false", value);
    },
    oneOf: (fields, key, where, values) => {
      const value = fields[key];
      return typeof value === "string" && values.includes(value)
        ? value
        : malformed(place(where, key), values.map((it) => `"${it}"`).join(" or "), value);
    },
    integer: (fields, key, where, low, high) => {
      const value = readNumber(fields, key, where);
      if (value === null || (Number.isInteger(value) && value >= low && value <= high)) {
        return value;
      }
      return outOfRange(place(where, key), value, `a whole number in ${low}..${high}`);
    },
    finite: (fields, key, where, sign) => {
      const value = readNumber(fields, key, where);
      if (value === null) {
        return null;
      }
      if (!Number.isFinite(value)) {
        return outOfRange(place(where, key), value, "a finite number");
      }
      if ((sign === "positive" && value <= 0) || (sign === "nonzero" && value === 0)) {
        return outOfRange(place(where, key), value, sign === "positive" ? "more than 0" : "different from 0");
      }
      return value;
    },
  };
}

export function place(where: string, key: string): string {
  return where === "" ? key : `${where}.${key}`;
}

function describe(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? "nothing");
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
