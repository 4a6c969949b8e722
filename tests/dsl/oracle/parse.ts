import { limits } from "../../../dsl/language/limits.ts";
import { withPresentNames } from "../../../dsl/meaning/renamed.ts";
import { error, finish, newReport, type Report } from "../../../dsl/report/collector.ts";
import type { Diagnostic, SourceFile } from "../../../dsl/report/diagnostic.ts";
import type { SpecAst } from "../../../dsl/text/ast.ts";
import { isOther, syntaxOf } from "../../../dsl/text/recognise.ts";
import { balanceBraces } from "./braces.ts";
import { buildAst } from "./build.ts";
import { tokenise } from "./tokens.ts";

/**
 * The parser that read specs before Chevrotain did, written by hand: tokens, braces, lines. It shares the syntax tree, the
 * report, the words of mistakes and the names of renamed words with the one that it is held against, and no code that reads.
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
  const balanced = balanceBraces(text, tokens, report);
  return balanced === null ? null : buildAst(balanced, report);
}

function tooLarge(message: string, report: Report): null {
  error(report, "OPT0108", message, [[{ start: 0, end: 0 }, "too large to serve"]], "split the file");
  return null;
}
