import type { IToken, TokenType } from "chevrotain";
import { limits } from "../../../dsl/language/limits.ts";
import { withPresentNames } from "../../../dsl/meaning/renamed.ts";
import { error, finish, newReport, type Report } from "../../../dsl/report/collector.ts";
import type { Diagnostic, SourceFile } from "../../../dsl/report/diagnostic.ts";
import type { SpecAst } from "../../../dsl/text/ast.ts";
import { balanceBraces } from "../../../dsl/text/braces.ts";
import { isOther, syntaxOf } from "../../../dsl/text/recognise.ts";
import * as types from "../../../dsl/text/tokens.ts";
import { buildAst } from "./build.ts";
import { type Token, type TokenKind, tokenise } from "./tokens.ts";

/**
 * The parser that read specs before Chevrotain did, written by hand: tokens, then lines. It shares the syntax tree, the
 * report, the words of mistakes, the names of renamed words and the balance of braces with the one that it is held against.
 */
export function oracle(source: SourceFile): {
  readonly ast: SpecAst | null;
  readonly diagnostics: readonly Diagnostic[];
} {
  const report = newReport(syntaxOf(source), source.text);
  const ast = parse(source.text, report);
  return { ast: ast && withPresentNames(ast, report), diagnostics: finish(report) };
}

function parse(text: string, report: Report): SpecAst | null {
  if (text.length > limits.textLength)
    return tooLarge(`the text is longer than ${limits.textLength} characters`, report);
  if (isOther(text, "optinc")) {
    const colon = text.search(/:(?:\s|$)/);
    const label = colon < 0 ? { start: 0, end: 0 } : { start: colon, end: colon + 1 };
    const help = "YAML is read from files called `.yaml` or `.yml`";
    error(report, "OPT0101", "this looks like YAML", [[label, "means nothing here"]], help);
    return null;
  }
  const tokens = tokenise(text);
  if (tokens.length > limits.tokens) return tooLarge(`the text has more than ${limits.tokens} words`, report);
  const given = tokens.map(({ kind, image, span }) => types.madeToken(typeOf.get(kind)!, image, span));
  const balanced = balanceBraces(text, given, report);
  return balanced === null ? null : buildAst(balanced.map(tokenOf), report);
}

const typeOf: ReadonlyMap<TokenKind, TokenType> = new Map<TokenKind, TokenType>([
  ["word", types.Word],
  ["times", types.Times],
  ["number", types.NumberLike],
  ["text", types.Text],
  ["range", types.Range],
  ["relation", types.Relation],
  ["percent", types.Percent],
  ["slash", types.Slash],
  ["comma", types.Comma],
  ["open", types.Open],
  ["close", types.Close],
  ["end", types.End],
  ["stray", types.Stray],
  ["hole", types.Hole],
]);

function tokenOf(token: IToken): Token {
  const [kind] = [...typeOf].find(([, type]) => type === token.tokenType)!;
  return { kind, image: token.image, span: types.spanOf(token) };
}

function tooLarge(message: string, report: Report): null {
  error(report, "OPT0108", message, [[{ start: 0, end: 0 }, "too large to serve"]], "split the file");
  return null;
}
