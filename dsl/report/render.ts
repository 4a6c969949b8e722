import { type DisplayLine, displayLine, visibleLine } from "./columns.ts";
import type { Diagnostic, Label, Severity, SourceFile, Span } from "./diagnostic.ts";
import { indexLines, type LineIndex, lineOf, lineSpan, positionOf } from "./source.ts";

/** Parts of a report that a terminal may colour. */
export type Role = Severity | "message" | "gutter" | "primary" | "secondary" | "help";

export interface RenderOptions {
  /** Wraps a piece of the report in colour codes; the text itself must stay. */
  readonly paint?: (role: Role, text: string) => string;
}

/** Diagnostics of one source for people, each as a block of lines, blocks separated by an empty line; "" for none. */
export function renderDiagnostics(
  source: SourceFile,
  diagnostics: readonly Diagnostic[],
  options: RenderOptions = {},
): string {
  const paint = options.paint ?? ((_role: Role, text: string): string => text);
  const index = indexLines(source);
  return diagnostics.map((diagnostic) => renderOne(source.name, index, diagnostic, paint)).join("\n");
}

type Paint = (role: Role, text: string) => string;

function renderOne(name: string, index: LineIndex, diagnostic: Diagnostic, paint: Paint): string {
  const { severity, code, labels, help } = diagnostic;
  const out = [`${paint(severity, `${severity}[${code}]`)}${paint("message", `: ${visibleLine(diagnostic.message)}`)}`];
  const primary = labels.find((label) => label.primary) ?? labels[0];
  const marks = labels.flatMap((label) => marksOf(label, index));
  const width = String(Math.max(0, ...marks.map((mark) => mark.line)) + 1).length;
  const margin = " ".repeat(width + 1);
  if (primary !== undefined) {
    const { line, column } = positionOf(index, primary.span.start);
    out.push(
      `${margin}${paint("gutter", "-->")} ${visibleLine(name)}:${line}:${column}`,
      `${margin}${paint("gutter", " |")}`,
    );
    out.push(...renderLines(marks, index, width, severity, paint));
  }
  if (help !== null) out.push(`${margin}${paint("gutter", " =")} ${paint("help", "help")}: ${visibleLine(help)}`);
  return `${out.join("\n")}\n`;
}

/** One underlined stretch of one line (from 0). */
interface Mark {
  readonly line: number;
  readonly span: Span;
  readonly text: string;
  readonly primary: boolean;
}

/** A span over several lines is marked on its first and its last line, with the text at the last. */
function marksOf({ span, text, primary }: Label, index: LineIndex): Mark[] {
  const first = lineOf(index, span.start);
  const last = lineOf(index, Math.max(span.start, span.end - 1));
  if (first === last) return [{ line: first, span, text, primary }];
  const head = lineSpan(index, first);
  const tail = lineSpan(index, last);
  const blank = /^\s*/.exec(index.text.slice(tail.start, tail.end))![0].length;
  return [
    { line: first, span: { start: span.start, end: Math.max(span.start, head.end) }, text: "from here", primary },
    {
      line: last,
      span: { start: Math.min(tail.start + blank, span.end), end: Math.min(span.end, tail.end) },
      text,
      primary,
    },
  ];
}

function renderLines(
  marks: readonly Mark[],
  index: LineIndex,
  width: number,
  severity: Severity,
  paint: Paint,
): string[] {
  const out: string[] = [];
  const lines = [...new Set(marks.map((mark) => mark.line))].sort((a, b) => a - b);
  let previous: number | null = null;
  for (const line of lines) {
    if (previous !== null && line === previous + 2) out.push(sourceLine(plainLine(index, previous + 1), previous + 2));
    else if (previous !== null && line > previous + 1) out.push(` ${paint("gutter", "...")}`);
    previous = line;
    const here = marks.filter((mark) => mark.line === line).sort((a, b) => a.span.start - b.span.start);
    const { start, end } = lineSpan(index, line);
    const shown = displayLine(index.text.slice(start, end), {
      start: here[0]!.span.start - start,
      end: here.at(-1)!.span.end - start,
    });
    out.push(sourceLine(shown, line + 1));
    for (const mark of here) out.push(markLine(mark, start, shown));
  }
  return out;

  function sourceLine(shown: DisplayLine, number: number): string {
    return ` ${paint("gutter", `${String(number).padStart(width)} |`)} ${shown.text}`.trimEnd();
  }

  function markLine(mark: Mark, lineStart: number, shown: DisplayLine): string {
    const from = shown.column(mark.span.start - lineStart);
    const length = Math.max(1, shown.column(mark.span.end - lineStart) - from);
    const line = (mark.primary ? "^" : "-").repeat(length);
    const pointer = mark.text === "" ? line : `${line} ${visibleLine(mark.text)}`;
    const role: Role = mark.primary ? (severity === "error" ? "primary" : severity) : "secondary";
    return ` ${" ".repeat(width)} ${paint("gutter", "|")} ${" ".repeat(from)}${paint(role, pointer)}`;
  }
}

function plainLine(index: LineIndex, line: number): DisplayLine {
  const { start, end } = lineSpan(index, line);
  return displayLine(index.text.slice(start, end), { start: 0, end: 0 });
}
