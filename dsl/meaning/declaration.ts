import { language } from "../language/language.ts";
import { withPresentWords } from "../language/renamed.ts";
import type { BlockRow } from "../language/row.ts";
import { error, type Report } from "../report/collector.ts";
import { opening } from "../report/syntax.ts";
import type { Statement } from "../text/ast.ts";
import { forInstance } from "./advice.ts";
import { type Names, nestedName, readName } from "./names.ts";
import { readBody, valueSpan } from "./read.ts";
import { type Settings, valueIn } from "./settings.ts";
import type { BlockReading } from "./written.ts";

/** One setting of a block beside the aggregates, so that a result can name what it depends on. */
export interface DeclaredInput {
  /** `latency`, `optical wavelengths` */
  readonly path: string;
  /** With its unit, as written. */
  readonly value: string;
  readonly from: "file" | "default" | "command line" | "circuit";
}

/** A block with a name at the top of a file: `cluster NAME { ... }`. */
export interface Declaration {
  /** Empty where it is refused. */
  readonly name: string;
  readonly reading: BlockReading;
  /** Nothing is wrong with it. */
  readonly isSound: boolean;
}

/** The block by the rows of `row`; null when it is none, or has its name in it. What is wrong goes to the report. */
export function readDeclaration(
  statement: Statement,
  row: BlockRow,
  names: Names,
  report: Report,
  emitTargets: readonly string[] = [],
): Declaration | null {
  if (statement.kind === "setting") {
    if (statement.damaged) return null;
    const label = [statement.name.span, opening(report.syntax)] as const;
    return error(report, "OPT0219", `\`${row.name}\` is a block`, label, forInstance(row.example, statement, report));
  }
  const before = report.found.length + report.unkept;
  const name = readName(statement, row, names, report);
  if (name === null && nestedName(statement, row) !== null) return null;
  const owner = name === null ? statement.name : { text: name, span: valueSpan(statement) };
  const reading = readBody(statement.body, row, owner, { emitTargets, top: [row, ...language], report });
  const isSound = name !== null && report.found.length + report.unkept === before;
  return { name: name ?? "", reading, isSound };
}

/** Values of a block by their names in code, as written or by default; null where neither says one. Each setting is added to the inputs. */
export function valuesOf<T extends object>(
  row: BlockRow,
  settings: Settings,
  text: string,
  prefix: string,
  inputs: DeclaredInput[],
): T {
  const values = row.settings.map((setting) => {
    const { name, fallback } = setting;
    const span = settings.get(name)?.span;
    const left = fallback.kind === "required" ? "" : fallback.text;
    const written = span === undefined ? left : text.slice(span.start, span.end).replace(/\s+/g, " ");
    const value = withPresentWords(written, row.name, name);
    inputs.push({ path: prefix + name, value, from: span === undefined ? "default" : "file" });
    return [camelCase(name), valueIn(setting, settings) ?? (fallback.kind === "fixed" ? fallback.value : null)];
  });
  // The shape of a row admits no other values than those of its type.
  return Object.fromEntries(values) as T;
}

/** `hop-latency` -> `hopLatency` */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
