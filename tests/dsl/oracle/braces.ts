import { limits } from "../../../dsl/language/limits.ts";
import { indentOf, lineEnd, lineStart, replacing, wholeLine } from "../../../dsl/report/advice.ts";
import { error, type Report } from "../../../dsl/report/collector.ts";
import type { Span } from "../../../dsl/report/diagnostic.ts";
import type { Token, TokenKind } from "./tokens.ts";

interface Line {
  readonly indent: number;
  /** It is one statement that opens nothing: a `{` may have been forgotten at its end. */
  couldOpen: boolean;
  /** Number of tokens written up to the end of the line. */
  end: number;
  readonly name: Token;
}

interface Frame {
  readonly open: Token | null;
  readonly indent: number;
  readonly name: string;
  /** Lines that began directly in this block. */
  readonly lines: Line[];
}

/**
 * Makes every `{` named and closed and every `}` belong to one, and reports each repair. In a text whose braces do not
 * balance, indentation says where one is missing or left over; a balanced text is taken as it is, however indented.
 * Null when blocks are nested too deep to go on.
 */
export function balanceBraces(text: string, tokens: readonly Token[], report: Report): Token[] | null {
  let excess = 0;
  for (const token of tokens) excess += token.kind === "open" ? 1 : token.kind === "close" ? -1 : 0;
  const out: Token[] = [];
  const root: Frame = { open: null, indent: -1, name: "", lines: [] };
  const stack: Frame[] = [];
  let lineStart = 0;
  let lineIsNew = true;
  let indent = 0;
  let line: Line | null = null;
  let word: Token | null = null;

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const type = token.kind;
    if (type === "end") {
      if (token.image !== ";") {
        lineStart = token.span.start + token.image.length;
        lineIsNew = true;
        line = null;
      } else if (line !== null) line.couldOpen = false;
      word = null;
      out.push(token);
      continue;
    }
    if (lineIsNew) {
      indent = token.span.start - lineStart;
      while (excess > 0 && stack.length > 0 && isLeft(type, indent, stack.at(-1)!)) {
        reportUnclosed(report, stack.pop()!, token.span);
        out.push(made("close", "}", token.span.start));
        excess--;
      }
    }
    const frame = stack.at(-1) ?? root;
    if ((type === "open" || type === "close") && line !== null) {
      line.couldOpen = false;
      line = null;
    }
    if (type === "open") {
      if (word === null) {
        error(report, "OPT0106", "a block has no name", [[token.span, "expected a name before this"]], null);
        if (excess > 0) excess--;
        else i = matchingClose(tokens, i);
        out.push(made("hole", "", token.span.start));
      } else {
        if (stack.length === limits.nesting) {
          const message = `blocks are nested more than ${limits.nesting} deep`;
          error(report, "OPT0107", message, [[token.span, "one too many"]], null);
          return null;
        }
        stack.push({ open: token, indent, name: word.image, lines: [] });
        out.push(token);
      }
      word = null;
    } else if (type === "close") {
      if (stack.length === 0 || (excess < 0 && lineIsNew && indent > frame.indent)) {
        if (!openForgotten(report, frame, indent, token, out)) {
          reportClose(report, token.span);
        } else out.push(token);
        excess++;
      } else if (excess < 0 && stack.length > 0 && tokens[i - 1]?.kind === "close") {
        reportClose(report, token.span);
        excess++;
      } else {
        stack.pop();
        out.push(token);
      }
      word = null;
    } else {
      if (lineIsNew) {
        line = { indent, couldOpen: type === "word", end: 0, name: token };
        frame.lines.push(line);
      }
      if (type === "word") word ??= token;
      out.push(token);
      if (line !== null) line.end = out.length;
    }
    lineIsNew = false;
  }
  while (stack.length > 0) {
    reportUnclosed(report, stack.pop()!, null);
    out.push(made("close", "}", text.length));
  }
  return out;
}

/** A token that is not in the text. */
function made(kind: TokenKind, image: string, at: number): Token {
  return { kind, image, span: { start: at, end: at } };
}

/** Whether a line that begins with this token can no longer be inside the block. */
function isLeft(type: TokenKind, indent: number, block: Frame): boolean {
  return type === "close" ? indent < block.indent : indent <= block.indent;
}

function reportUnclosed(report: Report, block: Frame, before: Span | null): void {
  const opened: [Span, string] = [block.open!.span, before === null ? "opened here, and the text ends" : "opened here"];
  const labels = [opened];
  if (before !== null) labels.push([before, "`}` expected before this"]);
  const { text } = report;
  const indent = indentOf(text, block.open!.span.start);
  const newLine = lineEnd(text);
  const at = before === null ? text.length : lineStart(text, before.start);
  const begin = at === lineStart(text, at) ? "" : newLine;
  const fix = replacing({ start: at, end: at }, `${begin}${indent}}${newLine}`, "Write }", true);
  const advice = { help: "close it with `}`", fixes: [fix] };
  error(report, "OPT0104", `block \`${block.name}\` is not closed`, labels, advice);
}

/** One that is left over: which of several, only a person knows. */
function reportClose(report: Report, span: Span): void {
  const fix = replacing(wholeLine(report.text, span), "", "Remove it", false);
  error(report, "OPT0105", "`}` closes no block", [[span, "one too many"]], { help: null, fixes: [fix] });
}

/** A `}` that nothing opened belongs to the last line as far to the left as itself that has deeper lines below it. */
function openForgotten(report: Report, frame: Frame, indent: number, close: Token, out: Token[]): boolean {
  const { lines } = frame;
  for (let i = lines.length - 2; i >= 0; i--) {
    const line = lines[i]!;
    if (lines[i + 1]!.indent <= indent || line.indent !== indent || !line.couldOpen) continue;
    const last = out[line.end - 1]!;
    const end = last.span.start + last.image.length;
    out.splice(line.end, 0, made("open", "{", end));
    lines.length = i;
    error(
      report,
      "OPT0113",
      `block \`${line.name.image}\` is not opened`,
      [
        [{ start: line.name.span.start, end }, "expected `{` after this"],
        [close.span, "closed here"],
      ],
      { help: null, fixes: [replacing({ start: end, end }, " {", "Write {", true)] },
    );
    return true;
  }
  return false;
}

/** Index of the `}` that closes the `{` at `open`, or of the last token. */
function matchingClose(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const type = tokens[i]!.kind;
    if (type === "open") depth++;
    else if (type === "close" && --depth === 0) return i;
  }
  return tokens.length - 1;
}
