import type { ValueReading } from "../language/reading.ts";
import type { ShapeOf } from "../language/row.ts";
import { meant, shorten } from "../report/advice.ts";
import { error } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { listed } from "../report/syntax.ts";
import type { Value } from "../text/ast.ts";
import { forInstance, reportTwice, withoutValue } from "./advice.ts";
import { onlyValue, refuse, type ValueContext } from "./value-context.ts";

/** `"foundry-si"`, or a path in quotes; a name that is a word needs none. */
export function readTechnology(
  values: readonly Value[],
  { endings }: ShapeOf<"technology">,
  context: ValueContext,
): ValueReading | null {
  const name = onlyValue(values, ["text", "word"], "takes one name or path", context);
  if (name === null) return null;
  if (isPath(name.text, endings) || /^[A-Za-z][A-Za-z0-9_-]*$/.test(name.text)) return { kind: "text", of: name.text };
  const { report, statement, row } = context;
  const label = `neither a name nor a path that ends in ${listed(endings, "or")}`;
  return error(report, "OPT0228", "not a technology", [name.span, label], forInstance(row.example, statement, report));
}

/** A path in quotes that ends as files of its kind do. */
export function readFile(
  values: readonly Value[],
  { endings }: ShapeOf<"file">,
  context: ValueContext,
): ValueReading | null {
  const path = onlyValue(values, ["text"], "takes one path in quotes", context);
  if (path === null) return null;
  if (isPath(path.text, endings)) return { kind: "text", of: path.text };
  const { report, statement, row } = context;
  const ending = `expected a name ending in ${listed(endings)}`;
  const label = /\p{Cc}/u.test(path.text) ? "line breaks, tabs and the like are no part of it" : ending;
  return error(
    report,
    "OPT0223",
    "unknown kind of file",
    [path.span, label],
    forInstance(row.example, statement, report),
  );
}

function isPath(text: string, endings: readonly string[]): boolean {
  const ending = endings.find((known) => text.toLowerCase().endsWith(known));
  return ending !== undefined && text.length > ending.length && !/\p{Cc}/u.test(text);
}

/** The name of another block, as a word. */
export function readReference(values: readonly Value[], context: ValueContext): ValueReading | null {
  const name = onlyValue(values, ["word"], "takes one name", context);
  return name && { kind: "text", of: name.text };
}

/** `spice, phases` */
export function readNames(
  values: readonly Value[],
  known: readonly string[],
  what: string,
  context: ValueContext,
): ValueReading | null {
  const first = new Map<string, Span>();
  const names = values.map((value) => readName(value, known, what, first, context)).filter((name) => name !== null);
  return names.length === values.length ? { kind: "names", of: names } : null;
}

/** One of the known names, entered among those that stand before it; null when it is none of them, or again one of those. */
export function readName(
  value: Value,
  known: readonly string[],
  what: string,
  first: Map<string, Span>,
  context: ValueContext,
): string | null {
  const { report } = context;
  if (value.kind !== "word") return refuse(value, `takes names of ${what}s`, "not a name", context);
  const { text, span } = value;
  const earlier = first.get(text);
  if (earlier !== undefined) return reportTwice(text, span, earlier, withoutValue(span, true, report), report);
  first.set(text, span);
  if (known.includes(text)) return text;
  const help = meant(text, known, span, report) ?? `known ${what}s: ${listed(known)}`;
  return error(report, "OPT0216", `unknown ${what} \`${shorten(text)}\``, [span, `not a ${what}`], help);
}
