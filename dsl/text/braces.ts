import type { IToken, TokenType } from "chevrotain";
import { limits } from "../language/limits.ts";
import { indentOf, lineEnd, lineStart, replacing, wholeLine } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { Close, End, Hole, madeToken, Open, spanOf, Word } from "./tokens.ts";
import { refuseDepth } from "./too-large.ts";

interface Line {
  readonly indent: number;
  /** It is one statement that opens nothing: a `{` may have been forgotten at its end. */
  couldOpen: boolean;
  /** Number of tokens written up to the end of the line. */
  end: number;
  readonly name: IToken;
}

interface Frame {
  readonly open: IToken | null;
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
export function balanceBraces(text: string, tokens: readonly IToken[], report: Report): IToken[] | null {
  let excess = 0;
  for (const token of tokens) excess += token.tokenType === Open ? 1 : token.tokenType === Close ? -1 : 0;
  const out: IToken[] = [];
  const root: Frame = { open: null, indent: -1, name: "", lines: [] };
  const stack: Frame[] = [];
  let lineStart = 0;
  let lineIsNew = true;
  let indent = 0;
  let line: Line | null = null;
  let word: IToken | null = null;

  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    const type = token.tokenType;
    if (type === End) {
      if (token.image !== ";") {
        lineStart = spanOf(token).end;
        lineIsNew = true;
        line = null;
      } else if (line !== null) line.couldOpen = false;
      word = null;
      out.push(token);
      continue;
    }
    if (lineIsNew) {
      indent = token.startOffset - lineStart;
      while (excess > 0 && stack.length > 0 && isLeft(type, indent, stack.at(-1)!)) {
        reportUnclosed(report, stack.pop()!, spanOf(token));
        out.push(made(Close, "}", token.startOffset));
        excess--;
      }
    }
    const frame = stack.at(-1) ?? root;
    if ((type === Open || type === Close) && line !== null) {
      line.couldOpen = false;
      line = null;
    }
    if (type === Open) {
      if (word === null) {
        error(report, "OPT0106", "a block has no name", [spanOf(token), "expected a name before this"], null);
        if (excess > 0) excess--;
        else i = matchingClose(tokens, i);
        out.push(made(Hole, "", token.startOffset));
      } else {
        if (stack.length === limits.nesting) return refuseDepth(spanOf(token), report);
        stack.push({ open: token, indent, name: word.image, lines: [] });
        out.push(token);
      }
      word = null;
    } else if (type === Close) {
      if (stack.length === 0 || (excess < 0 && lineIsNew && indent > frame.indent)) {
        if (!openForgotten(report, frame, indent, token, out)) {
          reportClose(report, spanOf(token));
        } else out.push(token);
        excess++;
      } else if (excess < 0 && stack.length > 0 && tokens[i - 1]?.tokenType === Close) {
        reportClose(report, spanOf(token));
        excess++;
      } else {
        stack.pop();
        out.push(token);
      }
      word = null;
    } else {
      if (lineIsNew) {
        line = { indent, couldOpen: type === Word, end: 0, name: token };
        frame.lines.push(line);
      }
      if (type === Word) word ??= token;
      out.push(token);
      if (line !== null) line.end = out.length;
    }
    lineIsNew = false;
  }
  while (stack.length > 0) {
    reportUnclosed(report, stack.pop()!, null);
    out.push(made(Close, "}", text.length));
  }
  return out;
}

/** A token that is not in the text. */
function made(type: TokenType, image: string, at: number): IToken {
  return madeToken(type, image, { start: at, end: at });
}

/** Whether a line that begins with this token can no longer be inside the block. */
function isLeft(type: TokenType, indent: number, block: Frame): boolean {
  return type === Close ? indent < block.indent : indent <= block.indent;
}

function reportUnclosed(report: Report, block: Frame, before: Span | null): void {
  const opened = before === null ? "opened here, and the text ends" : "opened here";
  const end = [before ?? undefined, "`}` expected before this"] as const;
  const { text } = report;
  const indent = indentOf(text, block.open!.startOffset);
  const newLine = lineEnd(text);
  const at = before === null ? text.length : lineStart(text, before.start);
  const begin = at === lineStart(text, at) ? "" : newLine;
  const fix = replacing({ start: at, end: at }, `${begin}${indent}}${newLine}`, "Write }", true);
  const advice = { help: "close it with `}`", fixes: [fix] };
  error(report, "OPT0104", `block \`${block.name}\` is not closed`, [spanOf(block.open!), opened], advice, end);
}

/** One that is left over: which of several, only a person knows. */
function reportClose(report: Report, span: Span): void {
  const fix = replacing(wholeLine(report.text, span), "", "Remove it", false);
  error(report, "OPT0105", "`}` closes no block", [span, "one too many"], { help: null, fixes: [fix] });
}

/** A `}` that nothing opened belongs to the last line as far to the left as itself that has deeper lines below it. */
function openForgotten(report: Report, frame: Frame, indent: number, close: IToken, out: IToken[]): boolean {
  const { lines } = frame;
  for (let i = lines.length - 2; i >= 0; i--) {
    const line = lines[i]!;
    if (lines[i + 1]!.indent <= indent || line.indent !== indent || !line.couldOpen) continue;
    const last = out[line.end - 1]!;
    const end = spanOf(last).end;
    out.splice(line.end, 0, made(Open, "{", end));
    lines.length = i;
    error(
      report,
      "OPT0113",
      `block \`${line.name.image}\` is not opened`,
      [{ start: line.name.startOffset, end }, "expected `{` after this"],
      { help: null, fixes: [replacing({ start: end, end }, " {", "Write {", true)] },
      [spanOf(close), "closed here"],
    );
    return true;
  }
  return false;
}

/** Index of the `}` that closes the `{` at `open`, or of the last token. */
function matchingClose(tokens: readonly IToken[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const type = tokens[i]!.tokenType;
    if (type === Open) depth++;
    else if (type === Close && --depth === 0) return i;
  }
  return tokens.length - 1;
}

/** Of each `{` by its offset, the offset of its `}`; an unclosed one has no entry, nor has a `}` too many. */
export function closingBraces(tokens: readonly IToken[]): ReadonlyMap<number, number> {
  const braces = new Map<number, number>();
  const open: number[] = [];
  for (const { tokenType, startOffset } of tokens) {
    if (tokenType === Open) open.push(startOffset);
    else if (tokenType === Close && open.length > 0) braces.set(open.pop()!, startOffset);
  }
  return braces;
}
