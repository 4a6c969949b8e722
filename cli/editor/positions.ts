import type { Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Span, TextEdit } from "../../dsl/index.ts";

/** Offsets of the dsl are UTF-16 units, and so are the columns of the protocol: only lines have to be counted. */
export function rangeOf(document: TextDocument, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

export function editsOf(
  document: TextDocument,
  edits: readonly TextEdit[],
): { readonly range: Range; readonly newText: string }[] {
  return edits.map(({ span, text }) => ({ range: rangeOf(document, span), newText: text }));
}

/** What makes one text of another, without what both begin and end with; none where they are the same. */
export function changeBetween(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const span = { start: whole(before, start, -1), end: whole(before, before.length - tail, 1) };
  return [{ span, text: after.slice(span.start, after.length - (before.length - span.end)) }];
}

/** Not between the halves of a surrogate pair or of a line end. */
function whole(text: string, offset: number, step: -1 | 1): number {
  const pair = text.slice(offset - 1, offset + 1);
  return offset > 0 && (pair === "\r\n" || /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(pair)) ? offset + step : offset;
}
