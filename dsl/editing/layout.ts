import type { IToken } from "chevrotain";
import { parseSyntax, withoutOldWords } from "../parse.ts";
import { lineEnd } from "../report/advice.ts";
import type { Checked, Span } from "../report/diagnostic.ts";
import { indexLines, type LineIndex, lineOf } from "../report/source.ts";
import type { BlockStatement, Body, Setting, Statement, Value } from "../text/ast.ts";
import { closingBraces } from "../text/braces.ts";
import { End, tokeniseAll } from "../text/tokens.ts";

/** Columns up to which a block that was written on one line stays on it. */
const widest = 100;
/** A name that is longer does not move the values of its neighbours. */
const widestName = 24;
/** A comment is kept in its column up to here. */
const widestColumn = 80;

/**
 * A text of the spec language laid out: two blanks a block, a statement a line, values below each other, comments where they were.
 * A block that was written on one line stays on it, blank lines between statements stay, one of several. Means the same, and
 * laid out again is the same; words that were renamed get their present names. `value` is null, with diagnostics, where the text cannot be read; what it means is not asked.
 */
export function layOut(written: string): Checked<string> {
  const text = withoutOldWords({ name: "spec.optinc", text: written });
  const source = { name: "spec.optinc", text };
  const { value: ast, diagnostics } = parseSyntax(source);
  if (ast === null) return { value: null, diagnostics };
  const { tokens, comments } = tokeniseAll(text);
  const index = indexLines(source);
  const page: Page = {
    text,
    index,
    braces: closingBraces(tokens),
    ...placed(text, index, tokens, comments),
    written: 0,
    lines: [],
  };
  writeBody(page, ast, text.length, 0);
  const end = lineEnd(text);
  const lines = aligned(page.lines).map((line) => `${line}${end}`);
  return { value: lines.join(""), diagnostics: [] };
}

interface Page {
  readonly text: string;
  readonly index: LineIndex;
  /** Of each `{` by its offset, the offset of its `}`. */
  readonly braces: ReadonlyMap<number, number>;
  /** Comments that stand alone on their lines, in the order of the text. */
  readonly alone: readonly Comment[];
  /** Those behind something, by their lines. */
  readonly behind: ReadonlyMap<number, Comment>;
  /** How many of `alone` are among the lines. */
  written: number;
  readonly lines: Line[];
}

interface Comment {
  readonly text: string;
  readonly span: Span;
  /** In its line, from 0. */
  readonly column: number;
}

interface Line {
  readonly depth: number;
  /** A setting has its name apart, so that values come to stand below each other; everything else is `rest` alone. */
  readonly name: string | null;
  readonly rest: string;
  readonly comment: Comment | null;
  /** Values and comments are aligned from line to line until one that is not a part of the run. */
  readonly inRun: boolean;
  readonly blankBefore: boolean;
}

function placed(
  text: string,
  index: LineIndex,
  tokens: readonly IToken[],
  comments: readonly Span[],
): Pick<Page, "alone" | "behind"> {
  const occupied = new Set<number>();
  for (const { tokenType, startOffset } of tokens) if (tokenType !== End) occupied.add(lineOf(index, startOffset));
  const alone: Comment[] = [];
  const behind = new Map<number, Comment>();
  for (const span of comments) {
    const line = lineOf(index, span.start);
    const comment = {
      text: text.slice(span.start, span.end).trimEnd(),
      span,
      column: span.start - index.starts[line]!,
    };
    if (occupied.has(line)) behind.set(line, comment);
    else alone.push(comment);
  }
  return { alone, behind };
}

/** The statements of a body with the comments between them, up to `end`. */
function writeBody(page: Page, { statements }: Body, end: number, depth: number): void {
  let before: number | null = null;
  const isApart = (offset: number): boolean => before !== null && linesBetween(page.text, before, offset) > 1;
  const writeComments = (until: number): void => {
    let next = page.alone[page.written];
    while (next !== undefined && next.span.start < until) {
      const blankBefore = isApart(next.span.start);
      page.lines.push({ depth, name: null, rest: next.text, comment: null, inRun: true, blankBefore });
      before = next.span.end;
      page.written += 1;
      next = page.alone[page.written];
    }
  };
  for (const statement of statements) {
    writeComments(statement.span.start);
    const blankBefore = isApart(statement.span.start);
    before =
      statement.kind === "setting"
        ? writeSetting(page, statement, depth, blankBefore)
        : writeBlock(page, statement, depth, blankBefore);
  }
  writeComments(end);
}

/** Returns the offset behind what was written, comment included. */
function writeSetting(page: Page, setting: Setting, depth: number, blankBefore: boolean): number {
  const { name, values, span } = setting;
  const comment = commentBehind(page, span.end);
  const rest = valuesText(page.text, values);
  page.lines.push({ depth, name: name.text, rest, comment, inRun: true, blankBefore });
  return comment?.span.end ?? span.end;
}

function writeBlock(page: Page, block: BlockStatement, depth: number, blankBefore: boolean): number {
  const { start, end } = braceSpan(page, block);
  const comment = commentBehind(page, end);
  const short = onOneLine(page, block, depth);
  if (short !== null) {
    page.lines.push({ depth, name: null, rest: short, comment, inRun: false, blankBefore });
    return comment?.span.end ?? end;
  }
  // Of the brace that opens, not of a statement that stands behind it on the same line.
  const opening = commentBehind(page, start + 1);
  const rest = `${headText(page.text, block)} {`;
  page.lines.push({ depth, name: null, rest, comment: opening, inRun: false, blankBefore });
  writeBody(page, block.body, end, depth + 1);
  page.lines.push({ depth, name: null, rest: "}", comment, inRun: false, blankBefore: false });
  return comment?.span.end ?? end;
}

/** A block without a line end in it as one line, or null. */
function onOneLine(page: Page, block: BlockStatement, depth: number): string | null {
  const { start, end } = braceSpan(page, block);
  const inside = page.text.slice(start, end);
  const isEmpty = block.body.statements.length === 0 && !inside.includes("#");
  if (/[\r\n]/.test(inside) && !isEmpty) return null;
  const line = lineText(page.text, block);
  return 2 * depth + line.length <= widest || isEmpty ? line : null;
}

function lineText(text: string, statement: Statement): string {
  if (statement.kind === "setting") return headText(text, statement);
  const inner = statement.body.statements.map((each) => lineText(text, each)).join("; ");
  return `${headText(text, statement)} ${inner === "" ? "{}" : `{ ${inner} }`}`;
}

function headText(text: string, { name, values }: Statement): string {
  return [name.text, valuesText(text, values)].filter((part) => part !== "").join(" ");
}

function valuesText(text: string, values: readonly Value[]): string {
  return values
    .map((value, i) => {
      const next = values[i + 1];
      const comma = next !== undefined && text.slice(value.span.end, next.span.start).includes(",") ? "," : "";
      return `${valueText(text, value)}${comma}`;
    })
    .join(" ");
}

/** As it is written, numbers a blank apart from their units. */
function valueText(text: string, value: Value): string {
  const written = text.slice(value.span.start, value.span.end);
  switch (value.kind) {
    case "number":
    case "range":
    case "product": {
      const { unit } = value;
      // The unit x of `2x` would be a sign of multiplication behind a blank.
      if (unit !== null && (unit.span.end !== value.span.end || /^x\b/.test(unit.text)))
        return written.replace(/\s+/g, " ");
      const number = text.slice(value.span.start, unit?.span.start ?? value.span.end);
      const squeezed = number.replace(/\s+/g, "");
      const spaced = value.kind === "product" ? squeezed.replaceAll("x", " x ") : squeezed;
      return unit === null ? spaced : `${spaced} ${unit.text}`;
    }
    case "word":
    case "text":
    case "relation":
      return written;
  }
}

/** The comment on the line of an offset, when nothing but blanks and `;` stand between. */
function commentBehind(page: Page, offset: number): Comment | null {
  const comment = page.behind.get(lineOf(page.index, offset)) ?? null;
  return comment !== null && /^[^\S\r\n]*(?:;[^\S\r\n]*)*$/.test(page.text.slice(offset, comment.span.start))
    ? comment
    : null;
}

/** From the opening brace to behind the closing one. */
function braceSpan(page: Page, block: BlockStatement): Span {
  const start = page.text.indexOf("{", block.span.end);
  return { start, end: page.braces.get(start)! + 1 };
}

function linesBetween(text: string, from: number, to: number): number {
  return text.slice(from, to).match(/\r\n|\n|\r/g)?.length ?? 0;
}

function aligned(lines: readonly Line[]): string[] {
  const out: string[] = [];
  let at = 0;
  while (at < lines.length) {
    let to = at + 1;
    if (lines[at]!.inRun) while (to < lines.length && lines[to]!.inRun && !lines[to]!.blankBefore) to++;
    for (const line of alignedRun(lines.slice(at, to))) out.push(line);
    at = to;
  }
  return out;
}

/** Lines whose values begin in one column, and whose comments do: the leftmost of theirs, if there is room for it. */
function* alignedRun(run: readonly Line[]): Generator<string> {
  let width = 0;
  for (const { name, rest } of run) {
    if (name !== null && rest !== "" && name.length <= widestName) width = Math.max(width, name.length);
  }
  const texts = run.map(({ depth, name, rest }) => {
    const text = name === null ? rest : rest === "" ? name : `${name.padEnd(width)} ${rest}`;
    return "  ".repeat(depth) + text;
  });
  // What stands behind a brace that closes goes where the brace goes.
  let kept = run[0]!.rest === "}" ? 0 : widestColumn;
  let least = 0;
  for (const [i, { comment }] of run.entries()) {
    if (comment === null) continue;
    kept = Math.min(kept, comment.column);
    least = Math.max(least, texts[i]!.length + 2);
  }
  for (const [i, { comment, blankBefore }] of run.entries()) {
    if (blankBefore) yield "";
    yield comment === null ? texts[i]! : `${texts[i]!.padEnd(Math.max(kept, least))}${comment.text}`;
  }
}
