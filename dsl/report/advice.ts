import type { Advice, Report } from "./collector.ts";
import type { Fix, Span, TextEdit } from "./diagnostic.ts";
import { nearest } from "./nearest.ts";

/** Words of any length come from the text; a message stays on its line. */
export function shorten(text: string, most: number = 40): string {
  return text.length <= most ? text : `${[...text].slice(0, most - 4).join("")}...`;
}

/** A fix that puts one text in the place of another. */
export function replacing(span: Span, text: string, title: string, safe: boolean): Fix {
  return { title, edits: [{ span, text }], safe };
}

/** The candidate that is most likely meant by `name`, which stands at `span`; null where none is near. Safe where no other is near. */
export function meant(name: string, candidates: readonly string[], span: Span, report: Report): Advice | null {
  const near = nearest(name, candidates);
  if (near === null) return null;
  const quote = /^["']/.exec(report.text.slice(span.start, span.start + 1))?.[0] ?? "";
  const others = candidates.filter((candidate) => candidate !== near);
  const safe = name.length > 2 && nearest(name, others) === null;
  return {
    help: `did you mean \`${near}\`?`,
    fixes: [replacing(span, quote + near + quote, `Replace by ${near}`, safe)],
  };
}

/** The same, for a person to decide where `doubt` says so. */
export function asking(advice: Advice, doubt: boolean): Advice {
  return doubt ? { ...advice, fixes: advice.fixes.map((fix) => ({ ...fix, safe: false })) } : advice;
}

/** The blanks that the line of an offset begins with. */
export function indentOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))![0];
}

/** The same where nothing else stands before the offset; else null. */
export function indentBefore(text: string, offset: number): string | null {
  // No further than the blanks: a line may be as long as its text, with a diagnostic at every word.
  const { start } = withBlanks(text, { start: offset, end: offset });
  return start === 0 || /[\r\n]/.test(text[start - 1]!) ? text.slice(start, offset) : null;
}

export function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

/** As the text ends its lines. */
export function lineEnd(text: string): string {
  return /\r\n?|\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
}

/** With the blanks before it. */
export function withBlanks(text: string, { start, end }: Span): Span {
  let from = start;
  while (text[from - 1] === " " || text[from - 1] === "\t") from--;
  return { start: from, end };
}

/** With its line where it has one of its own, else with the `;` behind it. */
export function wholeLine(text: string, { start, end }: Span): Span {
  const indent = indentBefore(text, start);
  const rest = /^[ \t]*(\r\n|\n|\r)/.exec(text.slice(end));
  if (indent !== null && rest !== null) return { start: start - indent.length, end: end + rest[0].length };
  return { start, end: end + (/^[ \t]*;[ \t]*/.exec(text.slice(end))?.[0].length ?? 0) };
}

/** The text with edits made, which stand apart from each other in any order. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const last = [...edits].sort((a, b) => b.span.start - a.span.start);
  return last.reduce((all, { span, text: put }) => all.slice(0, span.start) + put + all.slice(span.end), text);
}
