import type { IToken } from "chevrotain";
import { isAlias, isMap, isScalar, isSeq, type Pair, type Scalar, type YAMLMap } from "yaml";
import { limits } from "../language/limits.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Body, Statement } from "./ast.ts";
import { buildAst } from "./grammar.ts";
import { looksLikePath } from "./mistakes.ts";
import { isOther } from "./recognise.ts";
import { Close, Comma, End, madeToken, Open, Stray, Text, tokenise } from "./tokens.ts";
import { refuseDepth, refuseSize } from "./too-large.ts";
import { isDecorated, isEmpty, reportDecoration, spanIn, yamlDocument } from "./yaml-document.ts";

/**
 * YAML text to the same tree, by one rule: what stands before `{` is a key with a mapping, what stands on a line of its
 * own is a key with a scalar or a list, and both are written as in the spec language (`network constructed:`,
 * `precision: 8 bits`). Spans point into the YAML text. Null when the text is not YAML.
 */
export function parseYamlText(text: string, report: Report): Body | null {
  const otherSyntax = isOther(text, "yaml") ? "the spec language is read from files called `.optinc`" : null;
  const document = yamlDocument(text, otherSyntax, report);
  if (document === null) return null;
  if (isEmpty(document)) return { statements: [], damaged: false };
  const { contents } = document;
  if (!isMap(contents)) {
    const label = "expected a mapping with keys such as `aggregate mean-4x8`";
    reportForm(spanIn(contents, text), label, report, otherSyntax);
    return null;
  }
  const budget = { tokens: 0 };
  const body = convertMap(contents, text, 1, budget, report);
  return budget.tokens > limits.tokens ? refuseSize(`has more than ${limits.tokens} words`, report) : body;
}

interface Budget {
  tokens: number;
}

function convertMap(map: YAMLMap, text: string, depth: number, budget: Budget, report: Report): Body {
  if (depth > limits.nesting) {
    refuseDepth(spanIn(map, text), report);
    return { statements: [], damaged: true };
  }
  const statements: Statement[] = [];
  let damaged = false;
  if (isDecorated(map)) reportDecoration(spanIn(map, text), report);
  for (const pair of map.items) {
    if (budget.tokens > limits.tokens) break;
    const statement = convertPair(pair, text, depth, budget, report);
    if (statement === null) damaged = true;
    else statements.push(statement);
  }
  return { statements, damaged };
}

function convertPair(
  { key, value }: Pair,
  text: string,
  depth: number,
  budget: Budget,
  report: Report,
): Statement | null {
  const tokens = isScalar(key) && !isDecorated(key) ? tokensIn(key, text) : null;
  if (tokens === null) {
    reportForm(spanIn(key, text), "expected the name of a setting or a block", report);
    return null;
  }
  const items = isSeq(value) ? value.items : isMap(value) || value === null ? [] : [value];
  if (isSeq(value) && isDecorated(value)) reportDecoration(spanIn(value, text), report);
  for (const [index, item] of items.entries()) {
    if (!isScalar(item) || isDecorated(item)) {
      if (isAlias(item) || isScalar(item)) reportDecoration(spanIn(item, text), report);
      else reportForm(spanIn(item, text), "expected a plain value", report);
      return null;
    }
    if (index > 0) tokens.push(madeToken(Comma, ",", spanIn(item, text)));
    const isPath = item.type === "PLAIN" && typeof item.value === "string" && looksLikePath(item.value);
    const more = item.value === null || item.value === true ? [] : isPath ? null : tokensIn(item, text);
    if (more === null) tokens.push(asString(item, text));
    else for (const token of more) tokens.push(token);
  }
  budget.tokens += tokens.length;
  const line = buildAst(tokens, report);
  const [statement] = line.statements;
  if (statement === undefined || line.damaged || !isMap(value)) return statement ?? null;
  return { ...statement, kind: "block", body: convertMap(value as YAMLMap, text, depth + 1, budget, report) };
}

/** Tokens of a scalar at their places in the text; null when it is not written in words of the spec language. */
function tokensIn(scalar: Scalar, text: string): IToken[] | null {
  const span = spanIn(scalar, text);
  const written = text.slice(span.start, span.end);
  const content = typeof scalar.value === "string" ? scalar.value : (scalar.source ?? written);
  const tokens = tokenise(content);
  const foreign = [Stray, Open, Close, End];
  if (scalar.type?.startsWith("QUOTE") && tokens.some((token) => foreign.includes(token.tokenType))) return null;
  if (tokens.some((token) => token.tokenType !== Stray && foreign.includes(token.tokenType))) return null;
  const at = written.indexOf(content);
  // Escapes and folded lines move the characters: all tokens are then reported at the whole scalar.
  return tokens.map((token, index) => {
    const start =
      at >= 0 ? span.start + at + token.startOffset : Math.min(span.start + index, Math.max(span.start, span.end - 1));
    const end = at >= 0 ? start + token.image.length : Math.max(start, span.end);
    return madeToken(token.tokenType, token.image, { start, end });
  });
}

function asString(scalar: Scalar, text: string): IToken {
  const content = String(scalar.value).replace(/["\\\r\n]/g, (c) => `\\${c}`);
  return madeToken(Text, `"${content}"`, spanIn(scalar, text));
}

function reportForm(span: Span, label: string, report: Report, help: string | null = null): void {
  const page = "see `optinc explain OPT0111`";
  error(report, "OPT0111", "this YAML does not describe a spec", [span, label], help ?? page);
}
