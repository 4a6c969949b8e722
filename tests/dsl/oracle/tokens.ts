import type { Span } from "../../../dsl/report/diagnostic.ts";

/** `hole` stands for tokens that were reported and taken out; it is never found in a text. */
export type TokenKind =
  | "word"
  | "times"
  | "number"
  | "text"
  | "range"
  | "relation"
  | "percent"
  | "slash"
  | "comma"
  | "open"
  | "close"
  | "end"
  | "stray"
  | "hole";

export interface Token {
  readonly kind: TokenKind;
  readonly image: string;
  /** Where it is reported: for tokens of a text where they stand, as UTF-16 offsets. */
  readonly span: Span;
}

/** Tokens that are one sign, or one of these at the least: what may be longer is looked at first. */
const signs: Readonly<Record<string, TokenKind>> = {
  "\n": "end",
  "\r": "end",
  ";": "end",
  "%": "percent",
  "/": "slash",
  ",": "comma",
  "{": "open",
  "}": "close",
};

/** What is tried, in this order, where no word stands and before single signs. */
const patterns: readonly (readonly [kind: TokenKind | "blank" | "comment", pattern: RegExp])[] = [
  ["blank", /[ \t\f\v\u00A0\uFEFF]+/y],
  // A digit and everything glued to it (`8bits`, `1e6`, `1.2.3`), so that a malformed number is one token; a range keeps its
  // two dots. Which of them are numbers is decided where the tree is built.
  ["number", /[+-]?\.?\d(?:[eE][+-](?=\d)|[A-Za-z0-9_]|\.(?!\.))*/y],
  ["comment", /#[^\r\n]*/y],
  // The closing quote may be missing: the string then ends with the line.
  ["text", /"(?:[^"\\\r\n]|\\[^\r\n])*"?/y],
  ["range", /\.\./y],
  // A bound of a requirement.
  ["relation", /[<>]=/y],
  ["end", /\r\n/y],
];

/** A letter of any script starts a word, so that a misspelt `précision` is one unknown name and not three fragments. */
const wordPattern = /[\p{L}_][\p{L}\p{M}\p{N}_-]*/uy;
/** The same where no letter but those of ASCII is near: the tables of Unicode take longer to compile than a spec to parse. */
const plainWordPattern = /[A-Za-z_][A-Za-z0-9_-]*(?![A-Za-z0-9_-]|[^\0-\x7f])/y;
const strayPattern = /[^\p{L}_0-9\s"#{},;%\uFEFF]+/uy;

function matchAt(pattern: RegExp, text: string, offset: number): string | null {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0] ?? null;
}

function wordAt(text: string, offset: number): string | null {
  const first = text.charCodeAt(offset);
  if (first < 0x80 && !isAsciiLetter(first)) return null;
  return matchAt(plainWordPattern, text, offset) ?? matchAt(wordPattern, text, offset);
}

function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f;
}

function next(text: string, offset: number): readonly [kind: Token["kind"] | "blank" | "comment", image: string] {
  const word = wordAt(text, offset);
  // The multiplication sign of `4 x 4`; a longer word that begins with x is a word.
  if (word !== null) return [word === "x" ? "times" : "word", word];
  for (const [kind, pattern] of patterns) {
    const image = matchAt(pattern, text, offset);
    if (image !== null) return [kind, image];
  }
  const sign = text.charAt(offset);
  const kind = signs[sign];
  if (kind !== undefined) return [kind, sign];
  // Characters that mean nothing here, a run of them as one token.
  return ["stray", matchAt(strayPattern, text, offset) ?? sign];
}

/**
 * Every text becomes tokens: what no rule of the language covers is a `stray` token, so that no text fails and the place of a mistake
 * stays inside its line. Blanks are left out; comments are apart, each from its `#` to the end of its line.
 */
export function tokeniseAll(text: string): { readonly tokens: readonly Token[]; readonly comments: readonly Span[] } {
  const tokens: Token[] = [];
  const comments: Span[] = [];
  for (let start = 0; start < text.length; ) {
    const [kind, image] = next(text, start);
    const span = { start, end: start + image.length };
    if (kind === "comment") comments.push(span);
    else if (kind !== "blank") tokens.push({ kind, image, span });
    start = span.end;
  }
  return { tokens, comments };
}

export function tokenise(text: string): readonly Token[] {
  return tokeniseAll(text).tokens;
}
