import type { SettingRow } from "../language/row.ts";
import { shorten } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { Statement, Value } from "../text/ast.ts";
import { forInstance } from "./advice.ts";

/** What reading values needs beside them. */
export interface ValueContext {
  readonly emitTargets: readonly string[];
  readonly report: Report;
  /** Whose values are read. */
  readonly statement: Statement;
  /** By which they are read. */
  readonly row: SettingRow;
}

/** Something that stands in the text. */
type Placed = Pick<Value, "span">;

/** Values of another number or kind than the row takes. */
export function refuse({ span }: Placed, takes: string, label: string, context: ValueContext): null {
  const { report, statement, row } = context;
  const help = forInstance(row.example, statement, report);
  return error(report, "OPT0211", `\`${row.name}\` ${takes}`, [span, label], help);
}

export function outOfRange({ span }: Placed, allowed: string, { report, row }: ValueContext): null {
  const written = report.text.slice(span.start, span.end).replace(/\s+/g, " ");
  const message = `\`${row.name} ${shorten(written, 24)}\` is out of range`;
  return error(report, "OPT0209", message, [span, `allowed: ${allowed}`], null);
}

/** The only value, of one of these kinds; where there may be none, it stands behind `word`. */
export function onlyValue<Kind extends Value["kind"]>(
  [value, extra]: readonly Value[],
  kinds: readonly Kind[],
  takes: string,
  context: ValueContext,
  word?: Value,
): Extract<Value, { kind: Kind }> | null {
  if (value === undefined) return refuse(word!, takes, "nothing after this", context);
  const isMeant = (each: Value): each is Extract<Value, { kind: Kind }> => kinds.some((kind) => kind === each.kind);
  if (!isMeant(value)) return refuse(value, takes, aValue(value), context);
  return extra === undefined ? value : refuse(extra, takes, "one value too many", context);
}

export function aValue({ kind }: Value): string {
  return {
    number: "a number",
    range: "a range",
    product: "a product",
    word: "a word",
    text: "a string",
    relation: "a bound",
  }[kind];
}
