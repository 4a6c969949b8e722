import type { IToken, TokenType } from "chevrotain";
import type { Span } from "../report/diagnostic.ts";
import { createToken, Lexer } from "./chevrotain.ts";

/**
 * Every text becomes tokens: what no rule of the language covers is a `Stray` token, so that the lexer never fails and
 * the place of a slip stays inside its line.
 */
const wordPattern = /[\p{L}_][\p{L}\p{M}\p{N}_-]*/uy;
/** The same where no letter but those of ASCII is near: the tables of Unicode take longer to compile than a spec to parse. */
const plainWordPattern = /[A-Za-z_][A-Za-z0-9_-]*(?![A-Za-z0-9_-]|[^\0-\x7f])/y;

function matchWord(text: string, offset: number): RegExpExecArray | null {
  const first = text.charCodeAt(offset);
  if (first < 0x80) {
    plainWordPattern.lastIndex = offset;
    const plain = plainWordPattern.exec(text);
    if (plain !== null || !isAsciiLetter(first)) return plain;
  }
  wordPattern.lastIndex = offset;
  return wordPattern.exec(text);
}

function isAsciiLetter(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f;
}

/** A letter of any script starts a word, so that a misspelt `précision` is one unknown name and not three fragments. */
export const Word: TokenType = createToken({ name: "Word", pattern: matchWord, line_breaks: false });

/** The multiplication sign of `4 x 4`; a longer word that begins with x is a word. */
export const Times: TokenType = createToken({ name: "Times", pattern: /x/, longer_alt: Word });

/**
 * A digit and everything glued to it (`8bits`, `1e6`, `1.2.3`), so that a malformed number is one token; a range keeps
 * its two dots. Which of them are numbers is decided where the tree is built.
 */
export const NumberLike: TokenType = createToken({
  name: "NumberLike",
  pattern: /[+-]?\.?\d(?:[eE][+-](?=\d)|[A-Za-z0-9_]|\.(?!\.))*/,
});

/** The closing quote may be missing: the string then ends with the line. */
export const Text: TokenType = createToken({ name: "Text", pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"?/ });

export const Range: TokenType = createToken({ name: "Range", pattern: /\.\./ });
/** A bound of a requirement. */
export const Relation: TokenType = createToken({ name: "Relation", pattern: /[<>]=/ });
export const Percent: TokenType = createToken({ name: "Percent", pattern: /%/ });
export const Slash: TokenType = createToken({ name: "Slash", pattern: /\// });
export const Comma: TokenType = createToken({ name: "Comma", pattern: /,/ });
export const Open: TokenType = createToken({ name: "Open", pattern: /\{/ });
export const Close: TokenType = createToken({ name: "Close", pattern: /\}/ });
export const End: TokenType = createToken({ name: "End", pattern: /\r\n|[\n\r;]/, line_breaks: true });

const Blank = createToken({ name: "Blank", pattern: /[ \t\f\v\u00A0\uFEFF]+/, group: Lexer.SKIPPED });
const Comment = createToken({ name: "Comment", pattern: /#[^\r\n]*/, group: "comments" });

const strayPattern = /[^\p{L}_0-9\s"#{},;%\uFEFF]+/uy;

function matchStray(text: string, offset: number): RegExpExecArray | [string] {
  strayPattern.lastIndex = offset;
  return strayPattern.exec(text) ?? [text.slice(offset, offset + 1)];
}

/** Characters that mean nothing here, a run of them as one token. */
export const Stray: TokenType = createToken({ name: "Stray", pattern: matchStray, line_breaks: false });

/** Stands for tokens that were reported and taken out; never matched in text. */
export const Hole: TokenType = createToken({ name: "Hole", pattern: Lexer.NA });

/** In the order in which they are tried. */
export const allTokens: readonly TokenType[] = [
  Hole,
  Blank,
  Comment,
  End,
  NumberLike,
  Times,
  Word,
  Text,
  Range,
  Relation,
  Percent,
  Slash,
  Comma,
  Open,
  Close,
  Stray,
];

let known: InstanceType<typeof Lexer> | null = null;

/**
 * Made when the first text is read, as many commands read none. The definitions are validated by a test, not at every start; safe
 * mode leaves out a choice by first characters, which patterns that are functions rule out.
 */
function lexer(): InstanceType<typeof Lexer> {
  known ??= new Lexer([...allTokens], { positionTracking: "onlyOffset", skipValidations: true, safeMode: true });
  return known;
}

/** Tokens of a text; `startOffset` is a UTF-16 offset. Blanks and comments are left out. */
export function tokenise(text: string): IToken[] {
  return lexer().tokenize(text).tokens;
}

/** The same with the comments, each from its `#` to the end of its line. */
export function tokeniseAll(text: string): {
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
} {
  const { tokens, groups } = lexer().tokenize(text);
  return { tokens, comments: groups["comments"] ?? [] };
}

/** A token that is not in the text, or not as it stands there; it is reported at `span`. */
export function madeToken(tokenType: TokenType, image: string, span: Span): IToken {
  const { start, end } = span;
  return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx!, image, startOffset: start, endOffset: end - 1 };
}

export function spanOf(token: IToken): Span {
  const start = token.startOffset;
  // Chevrotain's own end is the last character, and left out of tokens that the lexer makes.
  return { start, end: token.endOffset === undefined ? start + token.image.length : token.endOffset + 1 };
}
