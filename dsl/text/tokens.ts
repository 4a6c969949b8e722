import { createToken, type IToken, Lexer, type TokenType } from "chevrotain";
import type { Span } from "../report/diagnostic.ts";

/** A letter of any script starts a word, so that a misspelt `précision` is one unknown name and not three fragments. */
const wordPattern = /[\p{L}_][\p{L}\p{M}\p{N}_-]*/uy;
/** The same where no letter but those of ASCII is near: the tables of Unicode take longer to compile than a spec to parse. */
const plainWordPattern = /[A-Za-z_][A-Za-z0-9_-]*(?![A-Za-z0-9_-]|[^\0-\x7f])/y;
const strayPattern = /[^\p{L}_0-9\s"#{},;%\uFEFF]+/uy;

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}

/** What no line begins with. */
export const Misplaced: TokenType = createToken({ name: "Misplaced", pattern: Lexer.NA });
/** What has no place in any line by itself. */
export const Unexpected: TokenType = createToken({ name: "Unexpected", pattern: Lexer.NA, categories: Misplaced });

function sign(name: string, pattern: string, categories: TokenType[]): TokenType {
  return createToken({ name, label: pattern, pattern, categories });
}

export const Word: TokenType = createToken({
  name: "Word",
  label: "word",
  pattern: (text, offset) => matchAt(plainWordPattern, text, offset) ?? matchAt(wordPattern, text, offset),
  line_breaks: false,
});

/** The multiplication sign of `4 x 4`; a longer word that begins with x is a word. */
export const Times: TokenType = createToken({
  name: "Times",
  label: "x",
  pattern: "x",
  longer_alt: Word,
  categories: Misplaced,
});

/**
 * A digit and everything glued to it (`8bits`, `1e6`, `1.2.3`), so that a malformed number is one token; a range keeps its two
 * dots. Which of them are numbers is decided where the values of a line are read.
 */
export const NumberLike: TokenType = createToken({
  name: "NumberLike",
  label: "number",
  pattern: /[+-]?\.?\d(?:[eE][+-](?=\d)|[A-Za-z0-9_]|\.(?!\.))*/,
  categories: Misplaced,
});

/** The closing quote may be missing: the string then ends with the line. */
export const Text: TokenType = createToken({
  name: "Text",
  label: "text",
  pattern: /"(?:[^"\\\r\n]|\\[^\r\n])*"?/,
  categories: Misplaced,
});

/** A bound of a requirement. */
export const Relation: TokenType = createToken({
  name: "Relation",
  label: "<= or >=",
  pattern: /[<>]=/,
  categories: Misplaced,
});
export const Range: TokenType = sign("Range", "..", [Unexpected]);
export const Percent: TokenType = sign("Percent", "%", [Unexpected]);
export const Slash: TokenType = sign("Slash", "/", [Unexpected]);
export const Comma: TokenType = sign("Comma", ",", [Misplaced]);
export const Open: TokenType = sign("Open", "{", []);
export const Close: TokenType = sign("Close", "}", []);

export const End: TokenType = createToken({
  name: "End",
  label: "end of line or ;",
  pattern: /\r\n|[\n\r;]/,
  line_breaks: true,
});

/** Characters that mean nothing here, a run of them as one token: no text fails, and a mistake stays inside its line. */
export const Stray: TokenType = createToken({
  name: "Stray",
  label: "any other sign",
  pattern: (text, offset) => matchAt(strayPattern, text, offset) ?? [text.charAt(offset)],
  line_breaks: false,
  categories: Unexpected,
});

/** Stands for tokens that were reported and taken out; never matched in text. */
export const Hole: TokenType = createToken({ name: "Hole", pattern: Lexer.NA, categories: Unexpected });

const Blank = createToken({ name: "Blank", pattern: /[ \t\f\v\u00A0\uFEFF]+/, group: Lexer.SKIPPED });
const Comment = createToken({ name: "Comment", pattern: /#[^\r\n]*/, group: "comments" });

/** In the order in which they are tried; words stand behind the signs, so that a sign never asks for the tables of Unicode. */
export const allTokens: readonly TokenType[] = [
  ...[Blank, End, NumberLike, Text, Comment, Range, Relation, Percent, Slash, Comma, Open, Close],
  ...[Times, Word, Stray, Hole, Misplaced, Unexpected],
];

let lexer: Lexer | null = null;

/** Tokens of a text without blanks; comments apart, each from its `#` to the end of its line. Made when the first text is read. */
export function tokeniseAll(text: string): { readonly tokens: readonly IToken[]; readonly comments: readonly Span[] } {
  // A test validates the tokens. Safe mode skips the table of first characters, which patterns that are functions rule out.
  lexer ??= new Lexer([...allTokens], { positionTracking: "onlyOffset", skipValidations: true, safeMode: true });
  const { tokens, groups } = lexer.tokenize(text);
  return { tokens, comments: (groups["comments"] ?? []).map(spanOf) };
}

export function tokenise(text: string): readonly IToken[] {
  return tokeniseAll(text).tokens;
}

/** A token that is not in the text, or not as it stands there; it is reported at `span`. */
export function madeToken(tokenType: TokenType, image: string, { start, end }: Span): IToken {
  return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? 0, image, startOffset: start, endOffset: end - 1 };
}

/** Where a token is reported: for tokens of a text where they stand, as UTF-16 offsets. */
export function spanOf({ startOffset: start, endOffset, image }: IToken): Span {
  // Chevrotain's own end is the last character, and left out of tokens that the lexer makes.
  return { start, end: endOffset === undefined ? start + image.length : endOffset + 1 };
}
