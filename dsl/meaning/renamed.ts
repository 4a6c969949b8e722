import { type RenamedWord, renamedWords } from "../language/renamed.ts";
import { varyRow } from "../language/study.ts";
import { edited, replacing } from "../report/advice.ts";
import { type Report, warning } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Body, Statement, Value } from "../text/ast.ts";

/** A renamed word where it stands in a text. */
interface Found {
  readonly word: RenamedWord;
  readonly span: Span;
}

/** The tree with the present names in the place of renamed words; each of these is warned of (OPT0246). */
export function withPresentNames(ast: Body, report: Report): Body {
  const found: Found[] = [];
  const body = renewBody(ast, "", found);
  for (const { word, span } of found) {
    const { old, now, setting } = word;
    // Escapes of YAML move the words of a scalar: a fix needs the word itself.
    const isThere = report.text.slice(span.start, span.end) === old;
    const advice = {
      help: `write \`${now}\`: the old word is read for one release`,
      fixes: isThere ? [replacing(span, now, `Replace by ${now}`, true)] : [],
    };
    const message = `\`${setting === null ? old : `${setting} ${old}`}\` is now called \`${now}\``;
    warning(report, "OPT0246", message, [span, "renamed"], advice);
  }
  return body;
}

/** The text itself with the present names. */
export function textWithPresentNames(ast: Body, text: string): string {
  const found: Found[] = [];
  renewBody(ast, "", found);
  const there = found.filter(({ word, span }) => text.slice(span.start, span.end) === word.old);
  return edited(
    text,
    there.map(({ word, span }) => ({ span, text: word.now })),
  );
}

function renewBody(body: Body, block: string, found: Found[]): Body {
  return { ...body, statements: body.statements.map((statement) => renewStatement(statement, block, found)) };
}

function renewStatement(statement: Statement, block: string, found: Found[]): Statement {
  const renew = <T extends { readonly text: string; readonly span: Span }>(
    at: T,
    of: string,
    name: string | null,
  ): T => {
    const word = renamedWords.find((each) => each.block === of && each.setting === name && each.old === at.text);
    if (word === undefined) return at;
    found.push({ word, span: at.span });
    return { ...at, text: word.now };
  };
  const renewValues = (values: readonly Value[], of: string, name: string): readonly Value[] =>
    values.map((value) => (value.kind === "word" ? renew(value, of, name) : value));
  const [first, ...others] = statement.values;
  if (statement.kind === "setting" && statement.name.text === varyRow.name && first?.kind === "word") {
    // `vary outputs direct regenerated`: the setting stands behind `vary`.
    const varied = renew(first, varyRow.name, null);
    return { ...statement, values: [varied, ...renewValues(others, varyRow.name, varied.text)] };
  }
  // Without braces, further settings that are varied stand in the study itself.
  const isVaried =
    block === "study" && varyRow.settings.some((row) => [row.name, oldName(row.name)].includes(statement.name.text));
  const of = isVaried ? varyRow.name : block;
  const name = renew(statement.name, of, null);
  const renewed = { ...statement, name, values: renewValues(statement.values, of, name.text) };
  if (renewed.kind === "setting") return renewed;
  const title = first?.kind === "word" ? `${name.text} ${first.text}` : name.text;
  const inner = renamedWords.some((each) => each.block === title) ? title : name.text;
  return { ...renewed, body: renewBody(renewed.body, inner, found) };
}

function oldName(now: string): string | undefined {
  return renamedWords.find((each) => each.block === varyRow.name && each.setting === null && each.now === now)?.old;
}
