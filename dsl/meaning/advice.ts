import { indentBefore, lineEnd, replacing, wholeLine, withBlanks } from "../report/advice.ts";
import { type Advice, error, type Report } from "../report/collector.ts";
import type { Fix, Span } from "../report/diagnostic.ts";
import { inSyntax, quoted, type Syntax } from "../report/syntax.ts";
import type { Body, Statement } from "../text/ast.ts";
import type { Written } from "./written.ts";

/** Examples in the place of a setting: what they say is right, and may not be what is meant. */
export function instead({ kind, span }: Statement, examples: readonly string[], report: Report): readonly Fix[] {
  return kind === "block" ? [] : examples.map((example) => writing(span, example, report));
}

/** `` write for instance `workers 4` ``, in the place of a setting. */
export function forInstance(example: string, statement: Statement, report: Report): Advice {
  const help = `write for instance ${quoted(example, report.syntax)}`;
  return { help, fixes: instead(statement, [example], report) };
}

/** `` use `levels 8` or `precision 4 bits` ``, each in the place of what is written by its name. */
export function use(
  statements: readonly string[],
  written: ReadonlyMap<string, Written<unknown>>,
  report: Report,
): Advice {
  const help = `use ${statements.map((each) => quoted(each, report.syntax)).join(" or ")}`;
  const fixes = statements.flatMap((statement): readonly Fix[] => {
    const old = written.get(statement.split(" ")[0]!);
    return old === undefined ? [] : [writing(old.whole, statement, report)];
  });
  return { help, fixes };
}

function writing(span: Span, statement: string, { text, syntax }: Report): Fix {
  const written = inSyntax(statement, syntax);
  return replacing(toLastWord(text, span, syntax), written, `Write ${written}`, false);
}

/** Mistakes among the values of a statement are no values, but are written behind it. */
function toLastWord(text: string, { start, end }: Span, syntax: Syntax): Span {
  const rest = (syntax === "yaml" ? /^[^\r\n,#{}]*/ : /^[^\r\n;#{}]*/).exec(text.slice(end))![0].trimEnd();
  return { start, end: end + rest.length };
}

/** Words, each in the place of one that is wrong. */
export function insteadOf(span: Span, words: readonly string[]): readonly Fix[] {
  return words.map((word) => replacing(span, word, `Replace by ${word}`, false));
}

/** Words, each as the first value of a name that has none. */
export function behind({ end }: Span, words: readonly string[]): readonly Fix[] {
  return words.map((word) => replacing({ start: end, end }, ` ${word}`, `Write ${word}`, false));
}

/** Before the first statement of the block that lacks it: what is wanted of it, only a person knows. */
export function adding(example: string, { statements }: Body, owner: Span, { text, syntax }: Report): readonly Fix[] {
  const statement = inSyntax(example, syntax);
  const title = `Add ${statement}`;
  const [first] = statements;
  if (first !== undefined) {
    const { start } = first.name.span;
    const indent = indentBefore(text, start);
    const separator = indent === null ? (syntax === "yaml" ? ", " : "; ") : `${lineEnd(text)}${indent}`;
    return [replacing({ start, end: start }, statement + separator, title, false)];
  }
  const brace = text.indexOf("{", owner.end) + 1;
  return brace === 0 || syntax === "yaml"
    ? []
    : [replacing({ start: brace, end: brace }, ` ${statement} `, title, false)];
}

/** A statement goes; a block is too much to take away, and of YAML only lines are. */
export function without({ kind, name, span }: Statement, safe: boolean, report: Report): readonly Fix[] {
  return kind === "block" ? [] : leavingOut(name.text, span, safe, report);
}

export function leavingOut(name: string, span: Span, safe: boolean, { text, syntax }: Report): readonly Fix[] {
  const line = wholeLine(text, span);
  const isLine = line.start < span.start || /[\r\n]/.test(text.slice(span.end, line.end));
  return syntax === "yaml" && !isLine ? [] : [replacing(line, "", `Remove this ${name}`, safe)];
}

/** A value of a list goes, with its comma. */
export function withoutValue(span: Span, safe: boolean, { text }: Report): readonly Fix[] {
  const { start } = withBlanks(text, span);
  const comma = text[start - 1] === "," ? start - 1 : start;
  return [replacing({ start: comma, end: span.end }, "", "Remove it here", safe)];
}

/** A name that stands in one place already; what goes is `fixes`. */
export function reportTwice(name: string, again: Span, first: Span, fixes: readonly Fix[], report: Report): null {
  const message = `\`${name}\` is written twice`;
  const advice = { help: "keep one of them", fixes };
  return error(report, "OPT0207", message, [again, "written again here"], advice, [first, "first written here"]);
}
