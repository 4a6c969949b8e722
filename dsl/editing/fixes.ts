import { readTree } from "../parse.ts";
import type { Diagnostic, Fix, SourceFile, Span } from "../report/diagnostic.ts";
import type { Body, Statement } from "../text/ast.ts";
import { syntaxOf } from "../text/recognise.ts";
import { holds, type Place, placeAt } from "./place.ts";

/** The ways to do what the help of a diagnostic of a text says; none where it leaves more than a choice to a person. */
export function fixesOf(source: SourceFile, diagnostic: Diagnostic): readonly Fix[] {
  if (diagnostic.fixes !== undefined) return diagnostic.fixes;
  const label = diagnostic.labels.find(({ primary }) => primary);
  const ast = label === undefined || diagnostic.help === null ? null : readTree(source);
  if (ast === null) return [];
  const { span } = label!;
  const situation = { source, help: diagnostic.help!, span, place: placeAt(ast, span.start), body: ast.body };
  for (const read of helps) {
    const fixes = read(situation);
    if (fixes.length > 0) return fixes.map((fix) => ({ ...fix, safe: false }));
  }
  return [];
}

/** As long as some are still read off the help: whether they are safe is not known. */
type Change = Omit<Fix, "safe">;

interface Situation {
  readonly source: SourceFile;
  readonly help: string;
  /** Of the primary label. */
  readonly span: Span;
  /** The statement there; null between statements. */
  readonly place: Place | null;
  /** Of the file. */
  readonly body: Body;
}

/** Each knows one way to say what to do. */
const helps: readonly ((situation: Situation) => readonly Change[])[] = [
  addStatement,
  writeStatement,
  useStatements,
  useValues,
  keepOne,
  separate,
];

/** Before the first statement of the block that lacks it. */
function addStatement({ source, help, place }: Situation): readonly Change[] {
  const statement = /^add `([^`]+)`$/.exec(help)?.[1];
  if (statement === undefined || place?.statement.kind !== "block") return [];
  const { body, span: head } = place.statement;
  const title = `Add ${statement}`;
  const first = body.statements[0];
  if (first !== undefined) {
    const { start } = first.name.span;
    const indent = indentBefore(source.text, start);
    const text = indent === null ? `${statement}; ` : `${statement}${lineEnd(source.text)}${indent}`;
    return [{ title, edits: [{ span: { start, end: start }, text }] }];
  }
  const brace = source.text.indexOf("{", head.end);
  if (brace < 0 || syntaxOf(source) === "yaml") return [];
  return [{ title, edits: [{ span: { start: brace + 1, end: brace + 1 }, text: ` ${statement} ` }] }];
}

/** In place of the setting that is wrong. */
function writeStatement({ help, place, source }: Situation): readonly Change[] {
  const said = /^write (?:for instance )?(`[^`]+`(?: or `[^`]+`)*)$/.exec(help)?.[1];
  if (said === undefined || place?.statement.kind !== "setting") return [];
  const { span, name } = place.statement;
  return [...said.matchAll(/`([^`]+)`/g)].flatMap(([, text = ""]): Change[] => {
    // Words in backticks that do not begin with the name are values.
    const isStatement =
      new RegExp(`^${escaped(name.text)}(?:[ :]|$)`).test(text) || !place.row || !("shape" in place.row);
    const isOpposite = place.row !== null && "shape" in place.row && place.row.shape.kind === "flag";
    if (!isStatement && !isOpposite) return [];
    return [{ title: `Write ${text}`, edits: [{ span: wholeOf(source.text, span), text }] }];
  });
}

/** ``use `levels 4` or `precision 2 bits` ``: the setting of that name is written anew. */
function useStatements({ help, place, source, body }: Situation): readonly Change[] {
  const said = /^use (`[^`]+`(?:(?:,| or) `[^`]+`)*)$/.exec(help)?.[1];
  if (said === undefined) return [];
  return [...said.matchAll(/`([^`]+)`/g)].flatMap(([, text = ""]): Change[] => {
    const name = text.split(/[ :]/)[0]!;
    const found = place === null ? null : nearby(place, body, name);
    if (found === null || !/[ :]/.test(text)) return [];
    return [{ title: `Write ${text}`, edits: [{ span: wholeOf(source.text, found.span), text }] }];
  });
}

/** The statement of a name in the block of a place, or in one of those around it. */
function nearby({ body, outer }: Place, file: Body, name: string): Statement | null {
  const bodies = [file, ...outer.flatMap((each) => (each.kind === "block" ? [each.body] : [])), body];
  for (const each of bodies.reverse()) {
    const found = each.statements.find((statement) => statement.name.text === name && statement.kind === "setting");
    if (found !== undefined) return found;
  }
  return null;
}

/** ``use `floor`, `half-up` or `half-even` ``, ``one of `constructed`, `trained` ``: the value is replaced. */
function useValues({ help, span, place }: Situation): readonly Change[] {
  const said = /^(?:use|one of) (`[^`]+`(?:(?:,| or) `[^`]+`)*)$/.exec(help)?.[1];
  if (said === undefined || place === null) return [];
  const isName = holds(place.statement.name.span, span.start);
  return [...said.matchAll(/`([^`]+)`/g)].flatMap(([, text = ""]): Change[] => {
    // A label on the name says that the value is missing.
    if (isName)
      return [{ title: `Write ${text}`, edits: [{ span: { start: span.end, end: span.end }, text: ` ${text}` }] }];
    return [{ title: `Replace by ${text}`, edits: [{ span, text }] }];
  });
}

/** What was written again, or contradicts, goes. */
function keepOne({ help, span, place, source }: Situation): readonly Change[] {
  if (help !== "keep one of them" || place === null) return [];
  const { statement } = place;
  if (span.start === statement.name.span.start) {
    if (statement.kind === "block" || syntaxOf(source) === "yaml") return [];
    return [
      { title: `Remove this ${statement.name.text}`, edits: [{ span: lineOf(source.text, statement.span), text: "" }] },
    ];
  }
  const before = /,?[ \t]*$/.exec(source.text.slice(0, span.start))![0].length;
  const removed = { start: span.start - before, end: span.end };
  return [{ title: "Remove it here", edits: [{ span: removed, text: "" }] }];
}

function separate({ help, span, source, place }: Situation): readonly Change[] {
  if (!help.startsWith("put a line end or `;` between")) return [];
  const indent = place === null ? null : indentBefore(source.text, place.statement.span.start);
  const blanks = /[ \t]*$/.exec(source.text.slice(0, span.start))![0].length;
  const text = indent === null ? "; " : `${lineEnd(source.text)}${indent}`;
  return [
    { title: "Begin a new statement here", edits: [{ span: { start: span.start - blanks, end: span.start }, text }] },
  ];
}

/** The blanks before a statement that begins its line; null where something else stands there. */
function indentBefore(text: string, offset: number): string | null {
  const line = text.slice(Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1, offset);
  return /^[ \t]*$/.test(line) ? line : null;
}

function lineEnd(text: string): string {
  return /\r\n?|\n/.exec(text)?.[0] === "\r\n" ? "\r\n" : "\n";
}

/** With its line where it has one of its own, else with the `;` behind it. */
function lineOf(text: string, { start, end }: Span): Span {
  const indent = indentBefore(text, start);
  const rest = /^[ \t]*(\r\n|\n|\r)/.exec(text.slice(end));
  if (indent !== null && rest !== null) return { start: start - indent.length, end: end + rest[0].length };
  return { start, end: end + (/^[ \t]*;[ \t]*/.exec(text.slice(end))?.[0].length ?? 0) };
}

/** What stands in a statement up to the end of the words there: slips among its values are no values. */
function wholeOf(text: string, { start, end }: Span): Span {
  const rest = /^[^\r\n;#{}]*/.exec(text.slice(end))![0].trimEnd();
  return { start, end: end + rest.length };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
