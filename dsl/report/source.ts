import { bisectRight } from "d3-array";
import type { SourceFile, Span } from "./diagnostic.ts";

/** A place for people: both count from 1, columns count code points. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Line starts of one text, so that a lookup costs a binary search. Lines end at LF, CR LF or a lone CR. */
export interface LineIndex {
  readonly text: string;
  readonly starts: readonly number[];
}

export function indexLines(source: SourceFile): LineIndex {
  const starts = [0];
  for (const match of source.text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return { text: source.text, starts };
}

/** Number of the line (from 0) that holds a UTF-16 offset; offsets past the end belong to the last line. */
export function lineOf(index: LineIndex, offset: number): number {
  return bisectRight(index.starts, offset) - 1;
}

/** Span of a line (from 0) without its line end. */
export function lineSpan(index: LineIndex, line: number): Span {
  const start = index.starts[line] ?? index.text.length;
  let end = index.starts[line + 1] ?? index.text.length;
  while (end > start && (index.text[end - 1] === "\n" || index.text[end - 1] === "\r")) end--;
  return { start, end };
}

export function positionOf(index: LineIndex, offset: number): TextPosition {
  const line = lineOf(index, offset);
  const { start, end } = lineSpan(index, line);
  return { line: line + 1, column: [...index.text.slice(start, Math.min(offset, end))].length + 1 };
}
