import type { IToken } from "chevrotain";
import type { BlockRow, SettingRow } from "../language/row.ts";
import { unitNames } from "../language/units.ts";
import { readTree } from "../parse.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Body } from "../text/ast.ts";
import { Close, End, NumberLike, Open, Relation, spanOf, Text, tokeniseAll, Word } from "../text/tokens.ts";
import { dimensionOf, type KnownNames, rowText } from "./hover.ts";
import { contentsOf, isBlock } from "./place.ts";

/** One word that may stand at a place. */
export interface Completion {
  readonly label: string;
  readonly kind: "setting" | "block" | "value" | "unit";
  /** What is written; `$0` is where the cursor goes then, and dollar signs stand for nothing else. */
  readonly insert: string;
  /** In one line. */
  readonly detail: string;
  /** As Markdown. */
  readonly doc: string;
}

export interface Completions {
  /** What of the text a chosen one replaces: the word that is being typed. */
  readonly span: Span;
  readonly items: readonly Completion[];
}

/**
 * What may be written at an offset of a text of the spec language: settings and blocks that are not there yet, values and units by
 * the row of the setting. The text may be half typed; nothing is offered in comments.
 */
export function completionsAt(text: string, offset: number, names: KnownNames): Completions {
  const { tokens, comments } = tokeniseAll(text);
  const none = { span: { start: offset, end: offset }, items: [] };
  if (comments.some(({ start, end }) => start < offset && offset <= end)) return none;
  const typed = tokens.find((token) => isTyped(token, offset)) ?? null;
  const span = typed === null ? none.span : spanOf(typed);
  const { rows, line, header } = contextAt(tokens, span.start);
  if (rows === null) return none;
  const items =
    line.length === 0 ? statementsIn(rows, writtenIn(text, header)) : valuesOf(rows, line, names, text, span);
  return { span, items };
}

/** A word or a string that the cursor stands in or behind. */
function isTyped(token: IToken, offset: number): boolean {
  const { start, end } = spanOf(token);
  return (token.tokenType === Word || token.tokenType === Text) && start < offset && offset <= end;
}

interface Context {
  /** Blocks around the place; null in one that is not known. */
  readonly rows: readonly BlockRow[] | null;
  /** What stands before the place in its statement. */
  readonly line: readonly IToken[];
  /** Where the name of the innermost block begins; null at the top. */
  readonly header: number | null;
}

function contextAt(tokens: readonly IToken[], offset: number): Context {
  const stack: { readonly rows: readonly BlockRow[] | null; readonly header: number }[] = [];
  let line: IToken[] = [];
  for (const token of tokens) {
    if (token.startOffset >= offset) break;
    if (token.tokenType === Open) {
      const outer = stack.length === 0 ? [] : stack.at(-1)!.rows;
      stack.push({ rows: innerRows(outer, line), header: line[0]?.startOffset ?? token.startOffset });
      line = [];
    } else if (token.tokenType === Close) {
      stack.pop();
      line = [];
    } else if (token.tokenType === End) line = [];
    else line.push(token);
  }
  const inner = stack.at(-1);
  return { rows: inner === undefined ? [] : inner.rows, line, header: inner?.header ?? null };
}

function innerRows(outer: readonly BlockRow[] | null, [name, variant]: readonly IToken[]): readonly BlockRow[] | null {
  if (outer === null || name === undefined) return null;
  const named = contentsOf(outer).blocks.filter((row) => row.name === name.image);
  const row = named.find((each) => each.variant === variant?.image) ?? named[0];
  return row === undefined ? null : [...outer, row];
}

/** Names of the statements in the block whose name begins at an offset. */
function writtenIn(text: string, header: number | null): ReadonlySet<string> {
  const ast = header === null ? null : readTree({ name: "spec.optinc", text });
  const find = (body: Body): Body | null => {
    for (const each of body.statements) {
      if (each.kind !== "block") continue;
      if (each.name.span.start === header) return each.body;
      const inner = find(each.body);
      if (inner !== null) return inner;
    }
    return null;
  };
  return new Set(ast === null ? [] : find(ast.body)?.statements.map(({ name }) => name.text));
}

function statementsIn(rows: readonly BlockRow[], written: ReadonlySet<string>): readonly Completion[] {
  const { settings, blocks } = contentsOf(rows);
  const isFree = ({ name, ...row }: SettingRow | BlockRow): boolean =>
    !written.has(name) && !("shape" in row && row.shape.kind === "flag" && written.has(row.shape.opposite));
  return [
    ...settings.filter(isFree).map((row): Completion => {
      const insert = row.shape.kind === "flag" ? row.name : `${row.name} $0`;
      return { label: row.name, kind: "setting", insert, detail: row.example, doc: rowText(row) };
    }),
    ...blocks.filter(isFree).map((row): Completion => {
      const isNamed = rows.length === 0;
      const head = isNamed ? `${row.name} $0` : row.variant === null ? row.name : `${row.name} ${row.variant}`;
      const insert = isNamed ? `${head} {\n}` : `${head} {\n  $0\n}`;
      return { label: isNamed ? row.name : head, kind: "block", insert, detail: row.example, doc: rowText(row) };
    }),
  ];
}

function valuesOf(
  rows: readonly BlockRow[],
  line: readonly IToken[],
  names: KnownNames,
  text: string,
  typed: Span,
): readonly Completion[] {
  const [name, ...before] = line;
  const { settings, blocks } = contentsOf(rows);
  const variants = blocks.filter((row) => row.name === name!.image && row.variant !== null);
  if (variants.length > 0 && before.length === 0) {
    return variants.map((row) => value(row.variant!, row.doc, row));
  }
  const open = blocks.find(({ name: each, isOpen }) => isOpen === true && each === name!.image);
  if (open !== undefined) {
    return before.length === 0
      ? open.settings.map((row) => value(row.name, row.doc, row))
      : valuesOf([open], before, names, text, typed);
  }
  const row = settings.find((each) => each.name === name!.image);
  return row === undefined ? [] : valuesOfRow(row, before, names, text, typed);
}

function valuesOfRow(
  row: SettingRow,
  before: readonly IToken[],
  { targets, technologies }: KnownNames,
  text: string,
  typed: Span,
): readonly Completion[] {
  const { shape } = row;
  const isFirst = before.length === 0;
  const words = (of: readonly string[]): readonly Completion[] => of.map((word) => value(word, row.doc, row));
  const known = (of: Readonly<Record<string, string>>, write: (name: string) => string): readonly Completion[] =>
    Object.entries(of).map(([name, about]) => ({ ...value(write(name), about, row), label: name }));
  switch (shape.kind) {
    case "number":
    case "bound": {
      const last = before.at(-1);
      if (shape.kind === "bound" && isFirst) return words([shape.relation]);
      if (last?.tokenType !== NumberLike || before.filter(isQuantityPart).length !== 1) return [];
      const dimension = dimensionOf(row);
      return dimension === null
        ? []
        : unitNames(dimension).map((unit) => ({ ...value(unit, dimension, row), kind: "unit" }));
    }
    case "oneOf":
      return isFirst ? words(shape.of.map(String)) : [];
    case "choice":
      return isFirst ? words(shape.of) : [];
    case "inputs":
      return isFirst ? words(["exhaustive", "proof", "sampled 1e5"]) : [];
    case "layers":
      return isFirst ? words(["none", "all", "layers 4..6"]) : [];
    case "topology":
      return isFirst ? words(["single", "cascade 4 x 4"]) : [];
    case "technology": {
      const quoted = text.slice(typed.start, typed.end).startsWith('"') || isFirst;
      return quoted && isFirst ? known(technologies, (name) => `"${name}"`) : [];
    }
    case "targets":
    case "names": {
      const taken = new Set(before.map(({ image }) => image));
      const of = shape.kind === "targets" ? targets : Object.fromEntries(shape.of.map((each) => [each, row.doc]));
      return known(of, (name) => name).filter(({ label }) => !taken.has(label));
    }
    case "axis":
      return valuesOfAxis(shape.of, before, { targets, technologies }, text, typed);
    case "measures": {
      const taken = new Set(before.map(({ image }) => image));
      return words(shape.of.filter((name) => !taken.has(name)));
    }
    case "reference": {
      const tree = isFirst ? readTree({ name: "spec.optinc", text }) : null;
      const named = tree?.body.statements.filter(({ kind, name }) => kind === "block" && name.text === shape.to) ?? [];
      return words(named.flatMap(({ values: [name] }) => (name?.kind === "word" ? [name.text] : [])));
    }
    case "flag":
    case "numbers":
    case "file":
      return [];
    default:
      return shape satisfies never;
  }
}

/** Any number of values, each once; a unit, or the step of a range, behind a number. */
function valuesOfAxis(
  row: SettingRow,
  before: readonly IToken[],
  names: KnownNames,
  text: string,
  typed: Span,
): readonly Completion[] {
  const last = before.at(-1);
  if (last?.tokenType === NumberLike) return valuesOfRow(row, [last], names, text, typed);
  const taken = new Set(before.map(({ image }) => image));
  return valuesOfRow(row, [], names, text, typed).filter(({ label }) => !taken.has(label));
}

function isQuantityPart({ tokenType }: IToken): boolean {
  return tokenType !== Relation;
}

function value(word: string, detail: string, row: SettingRow | BlockRow): Completion {
  return {
    label: word,
    kind: "value",
    insert: word,
    detail,
    doc: isBlock(row) || detail === row.doc ? rowText(row) : "",
  };
}
