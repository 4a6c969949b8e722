import { aggregateBlock } from "../language/aggregate.ts";
import { limits } from "../language/limits.ts";
import { studyRow } from "../language/study.ts";
import { parseSpecs, parseSyntax, readTree } from "../parse.ts";
import { edited } from "../report/advice.ts";
import type { SourceFile, Span } from "../report/diagnostic.ts";
import type { Body, Statement } from "../text/ast.ts";
import { closingBraces } from "../text/braces.ts";
import { syntaxOf } from "../text/recognise.ts";
import { tokenise, tokeniseAll } from "../text/tokens.ts";

/** A statement for the outline of a file. */
export interface Outlined {
  readonly kind: "declaration" | "block" | "setting";
  readonly name: string;
  /** Behind the name: values of a setting, the kind of a block. */
  readonly detail: string;
  /** Of the name and what follows it. */
  readonly head: Span;
  /** With everything in it. */
  readonly whole: Span;
  readonly children: readonly Outlined[];
}

export function outlineOf(source: SourceFile, ast: Body): readonly Outlined[] {
  const braces = syntaxOf(source) === "yaml" ? new Map<number, number>() : closingBraces(tokenise(source.text));
  return ast.statements.map((statement) => outlined(source.text, statement, braces, true));
}

function outlined(text: string, statement: Statement, braces: ReadonlyMap<number, number>, isTop: boolean): Outlined {
  const { name, values, span } = statement;
  const [first] = values;
  const detail = first === undefined ? "" : text.slice(first.span.start, span.end).replace(/\s+/g, " ");
  if (statement.kind === "setting") {
    return { kind: "setting", name: name.text, detail, head: span, whole: span, children: [] };
  }
  const children = statement.body.statements.map((each) => outlined(text, each, braces, false));
  const last = children.at(-1)?.whole.end ?? span.end;
  const whole = { start: span.start, end: Math.max(last, (braces.get(text.indexOf("{", span.end)) ?? last - 1) + 1) };
  if (!isTop || detail === "") return { kind: "block", name: name.text, detail, head: span, whole, children };
  return { kind: "declaration", name: detail, detail: name.text, head: first!.span, whole, children };
}

/** Blocks at the top of a file that have a name. */
export function declarationsIn(body: Body): readonly { readonly name: string; readonly span: Span }[] {
  return body.statements.flatMap(({ kind, values: [first] }) =>
    kind === "block" && first?.kind === "word" ? [{ name: first.text, span: first.span }] : [],
  );
}

/** The word at an offset, in a comment too, as long as it could be a name. */
export function wordAt(text: string, offset: number): { readonly text: string; readonly span: Span } | null {
  const from = Math.max(0, offset - limits.nameLength);
  const before = /[A-Za-z0-9_-]*$/.exec(text.slice(from, offset))![0];
  const after = /^[A-Za-z0-9_-]*/.exec(text.slice(offset, offset + limits.nameLength))![0];
  const word = before + after;
  const start = offset - before.length;
  return /^[A-Za-z_]/.test(word) ? { text: word, span: { start, end: start + word.length } } : null;
}

/** What a rename changes, or why it cannot be. */
export type Renaming =
  | { readonly kind: "renamed"; readonly spans: readonly Span[] }
  | { readonly kind: "refused"; readonly reason: string };

/** The declaration whose name stands at an offset; null where there is none. */
export function renamableAt(source: SourceFile, offset: number): { readonly name: string; readonly span: Span } | null {
  const ast = readTree(source);
  const found = ast === null ? [] : declarationsIn(ast);
  const at = found.find(({ span }) => span.start <= offset && offset <= span.end);
  if (at !== undefined) return at;
  const word = wordAt(source.text, offset);
  if (word === null || !found.some(({ name }) => name === word.text)) return null;
  const inComment = commentsIn(source).some(({ start, end }) => start < offset && offset <= end);
  return inComment ? { name: word.text, span: word.span } : null;
}

/**
 * Gives the declaration at an offset another name: where it is declared, and where comments of the file speak of it. Refused, in the
 * words of the checker, where the new name is none or is taken.
 */
export function renameAt(source: SourceFile, offset: number, name: string): Renaming {
  const at = renamableAt(source, offset);
  if (at === null)
    return { kind: "refused", reason: "only the names of aggregates, clusters, trainings and studies are renamed" };
  if (wordAt(name, 0)?.text !== name) {
    return { kind: "refused", reason: "a name is a letter, then letters, digits, `_` and `-`" };
  }
  const spans = mentionsOf(source, at.name);
  const known = new Set(parseSpecs(source, { emitTargets: [] }).diagnostics.map(({ message }) => message));
  const edits = spans.map((span) => ({ span, text: name }));
  const renamed = { name: source.name, text: edited(source.text, edits) };
  const found = [...parseSyntax(renamed).diagnostics, ...parseSpecs(renamed, { emitTargets: [] }).diagnostics];
  const wrong = found.find(({ code, message }) => !known.has(message) && code !== "OPT0110");
  return wrong === undefined ? { kind: "renamed", spans } : { kind: "refused", reason: wrong.message };
}

/** The declarations of a name, the studies of it, and the comments that have it as a word. */
export function mentionsOf(source: SourceFile, name: string): readonly Span[] {
  const ast = readTree(source);
  const declared = ast === null ? [] : declarationsIn(ast).filter((each) => each.name === name);
  const spoken = commentsIn(source).flatMap(({ start, end }) => {
    const text = source.text.slice(start, end);
    return [...text.matchAll(/[A-Za-z_][A-Za-z0-9_-]*/g)].flatMap((match): Span[] => {
      // `mean-4x8.optinc` is a file, not the aggregate.
      const isPart =
        /[\w./-]/.test(text[match.index - 1] ?? "") || /^[./]\w/.test(text.slice(match.index + match[0].length));
      if (match[0] !== name || isPart) return [];
      return [{ start: start + match.index, end: start + match.index + name.length }];
    });
  });
  const referred = (ast?.statements ?? []).flatMap((statement) =>
    statement.kind === "block" && statement.name.text === studyRow.name
      ? statement.body.statements.flatMap(({ name: setting, values: [first] }) =>
          setting.text === aggregateBlock.name && first?.kind === "word" && first.text === name ? [first.span] : [],
        )
      : [],
  );
  return [...declared.map(({ span }) => span), ...referred, ...spoken].sort((a, b) => a.start - b.start);
}

function commentsIn(source: SourceFile): readonly Span[] {
  return syntaxOf(source) === "yaml" ? [] : tokeniseAll(source.text).comments;
}
