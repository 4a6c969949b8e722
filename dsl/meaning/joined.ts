import { error, type Report } from "../report/collector.ts";
import type { Name, Value } from "../text/ast.ts";
import { separate } from "./advice.ts";

/** The name of another setting or block among the values, in the place of a word or a unit: a line end is missing. */
export function joinedName(values: readonly Value[], siblings: readonly string[]): Name | null {
  for (const value of values) {
    if (value.kind === "word" && siblings.includes(value.text)) return { text: value.text, span: value.span };
    if (value.kind === "number" && value.unit !== null && siblings.includes(value.unit.text)) return value.unit;
  }
  return null;
}

export function reportJoined(name: Name, joined: Name, report: Report): null {
  const message = `two statements on one line: \`${name.text}\` and \`${joined.text}\``;
  return error(report, "OPT0220", message, [joined.span, "starts another one"], separate(name, joined, report));
}
