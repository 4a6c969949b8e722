import { indentBefore, lineEnd, withBlanks } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { Name, Value } from "../text/ast.ts";

/** The name of another setting or block among the values, in the place of a word or a unit: a line end is missing. */
export function joinedName(values: readonly Value[], siblings: readonly string[]): Name | null {
  for (const value of values) {
    if (value.kind === "word" && siblings.includes(value.text)) return { text: value.text, span: value.span };
    if (value.kind === "number" && value.unit !== null && siblings.includes(value.unit.text)) return value.unit;
  }
  return null;
}

export function reportJoined(name: Name, joined: Name, report: Report): null {
  const { text, syntax } = report;
  const { start, end } = joined.span;
  // The second statement begins its line.
  const indent = indentBefore(text, name.span.start);
  const blanks = { start: withBlanks(text, joined.span).start, end: start };
  const begin = { span: blanks, text: indent === null ? "; " : lineEnd(text) + indent };
  const edits = syntax === "yaml" ? [begin, { span: { start: end, end }, text: ":" }] : [begin];
  const fix = { title: "Begin a new statement here", edits, safe: syntax === "optinc" };
  const advice = { help: "put a line end or `;` between them", fixes: [fix] };
  const message = `two statements on one line: \`${name.text}\` and \`${joined.text}\``;
  return error(report, "OPT0220", message, [joined.span, "starts another one"], advice);
}
