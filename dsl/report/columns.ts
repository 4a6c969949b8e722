import { eastAsianWidth } from "get-east-asian-width";
import type { Span } from "./diagnostic.ts";

/** A source line as a terminal shows it. */
export interface DisplayLine {
  readonly text: string;
  /** Terminal column, from 0, of a UTF-16 offset in the line; offsets cut away fall on the near end. */
  readonly column: (offset: number) => number;
}

const tabWidth = 4;
/** Source columns shown of a line before it is cut. */
const widest = 160;
/** Kept to the left of what is pointed at when a line is cut. */
const context = 40;

/**
 * Tabs become spaces, control and direction characters become visible signs, and of a very long line the part around
 * `focus` remains.
 */
export function displayLine(line: string, focus: Span): DisplayLine {
  const cutLeft = line.length > widest && focus.start > context ? cut(line, focus.start - context) : 0;
  const cutRight = line.length - cutLeft > widest ? cut(line, cutLeft + widest) : line.length;
  const columns: number[] = [];
  let text = cutLeft > 0 ? "..." : "";
  let column = text.length;
  let offset = cutLeft;
  for (const character of line.slice(cutLeft, cutRight)) {
    const shown = character === "\t" ? " ".repeat(tabWidth - (column % tabWidth)) : visible(character);
    for (let unit = 0; unit < character.length; unit++) columns[offset + unit - cutLeft] = column;
    text += shown;
    column += character === "\t" ? shown.length : widthOf(shown);
    offset += character.length;
  }
  if (cutRight < line.length) text += "...";
  const end = column;
  return { text, column: (at) => (at <= cutLeft ? (columns[0] ?? end) : (columns[at - cutLeft] ?? end)) };
}

/** Not between the halves of a surrogate pair. */
function cut(line: string, offset: number): number {
  return /[\uDC00-\uDFFF]/.test(line[offset] ?? "") ? offset - 1 : offset;
}

/** Nothing in it to make visible: most texts, and compiling the tables of Unicode takes longer than all else of a short run. */
const plain = /^[\n\t\x20-\x7e]*$/;

/** Text with control and direction characters as visible signs, but for the ends of lines and tabs. */
export function visibleText(text: string): string {
  return plain.test(text) ? text : text.replace(/[^\P{C}\n\t]|[\p{Zl}\p{Zp}]/gu, visible);
}

/** The same of a text that has to stay on its line. */
export function visibleLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, visible);
}

function visible(character: string): string {
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character) ? "\uFFFD" : character;
}

/** Terminal cells of one character: 0 for combining marks, 2 for East Asian wide characters and emoji, else 1. */
function widthOf(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x300) return 1;
  return /\p{M}/u.test(character) ? 0 : eastAsianWidth(code);
}
