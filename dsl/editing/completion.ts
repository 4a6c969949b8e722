import type { IToken } from "chevrotain";
import { type BlockRow, type SettingRow, titleOf, waysOf } from "../language/row.ts";
import { unitNames } from "../language/units.ts";
import { readTree } from "../parse.ts";
import { newReport } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Body, Statement, Value } from "../text/ast.ts";
import { balanceBraces } from "../text/braces.ts";
import { buildAst, expectedAfter } from "../text/grammar.ts";
import { Close, madeToken, Stray, spanOf, Text, tokeniseAll, Word } from "../text/tokens.ts";
import { dimensionOf, type KnownNames, rowText } from "./hover.ts";
import { type Contents, isBlock, rowOf, topOfFile, withOpen } from "./place.ts";

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
  const slot = slotAt(text, tokens, typed ?? offset);
  if (slot === null) return none;
  const { within, written, statement } = slot;
  if (statement === null) return { span, items: statementsIn(within, written) };
  return { span, items: valuesOf(within, statement.name.text, statement.values, { ...slot, names, text }) };
}

/** A word or a string that the cursor stands in or behind. */
function isTyped(token: IToken, offset: number): boolean {
  const { start, end } = spanOf(token);
  return (token.tokenType === Word || token.tokenType === Text) && start < offset && offset <= end;
}

/** What the grammar expects at a place. */
interface Slot {
  /** What the block around the place may hold. */
  readonly within: Contents;
  /** Names of the statements that it has, before and behind the place. */
  readonly written: ReadonlySet<string>;
  /** The one whose values go on at the place, as far as it stands before it; null where a name is expected. */
  readonly statement: Statement | null;
  /** A unit may follow. */
  readonly isUnit: boolean;
}

/** The slot before a token or at an offset; null in a block that is not known. */
function slotAt(text: string, tokens: readonly IToken[], place: IToken | number): Slot | null {
  const report = newReport("optinc", text);
  const balanced = balanceBraces(text, tokens, report);
  const end = balanced?.findIndex((token) =>
    typeof place === "number" ? token.startOffset >= place : token === place,
  );
  if (balanced === null || end === undefined) return null;
  const before = end < 0 ? balanced : balanced.slice(0, end);
  // A sign that is half typed, such as the first of `<=`.
  if (before.at(-1)?.tokenType === Stray) return null;
  const { depth, isValue, isUnit } = expectedAfter(before);
  const closed = Array.from({ length: depth }, () => madeToken(Close, "}", { start: text.length, end: text.length }));
  let body = buildAst([...before, ...closed], report);
  let whole: Body | undefined = buildAst(balanced, report);
  let within = topOfFile;
  for (let blocks = 0; blocks < depth; blocks++) {
    const block: Statement | undefined = body.statements.at(-1);
    const row = block === undefined ? null : rowOf(block, within);
    if (block?.kind !== "block" || row === null || !isBlock(row)) return null;
    const same: Statement | undefined = whole?.statements.find(({ name }) => name.span.start === block.name.span.start);
    whole = same?.kind === "block" ? same.body : undefined;
    within = row;
    body = block.body;
  }
  const written = new Set(depth === 0 ? [] : whole?.statements.map(({ name }) => name.text));
  return { within, written, statement: (isValue ? body.statements.at(-1) : null) ?? null, isUnit };
}

function statementsIn(within: Contents, written: ReadonlySet<string>): readonly Completion[] {
  const { settings, blocks } = withOpen(within);
  const isFree = ({ name, ...row }: SettingRow | BlockRow): boolean =>
    !written.has(name) && !("shape" in row && row.shape.kind === "flag" && written.has(row.shape.opposite));
  return [
    ...settings.filter(isFree).map((row): Completion => {
      const insert = row.shape.kind === "flag" ? row.name : `${row.name} $0`;
      return { label: row.name, kind: "setting", insert, detail: row.example, doc: rowText(row) };
    }),
    ...blocks.filter(isFree).map((row): Completion => {
      const label = titleOf(row);
      const insert = within === topOfFile ? `${label} $0 {\n}` : `${label} {\n  $0\n}`;
      return { label, kind: "block", insert, detail: row.example, doc: rowText(row) };
    }),
  ];
}

/** What the values of a row depend on beside those before them. */
interface Line extends Pick<Slot, "isUnit"> {
  readonly names: KnownNames;
  readonly text: string;
}

function valuesOf(within: Contents, name: string, before: readonly Value[], line: Line): readonly Completion[] {
  const { settings, blocks } = withOpen(within);
  const variants = blocks.filter((row) => row.name === name && row.variant !== null);
  if (variants.length > 0 && before.length === 0) return variants.map((row) => value(row.variant!, row.doc, row));
  const open = blocks.find(({ name: each, isOpen }) => isOpen === true && each === name);
  if (open !== undefined) {
    const [first, ...rest] = before;
    if (first === undefined) return open.settings.map((row) => value(row.name, row.doc, row));
    return first.kind === "word" ? valuesOf(open, first.text, rest, line) : [];
  }
  const row = settings.find((each) => each.name === name);
  return row === undefined ? [] : valuesOfRow(row, before, line);
}

function valuesOfRow(row: SettingRow, before: readonly Value[], line: Line): readonly Completion[] {
  const { shape } = row;
  const { targets, technologies } = line.names;
  const isFirst = before.length === 0;
  const words = (of: readonly string[]): readonly Completion[] => of.map((word) => value(word, row.doc, row));
  const known = (of: Readonly<Record<string, string>>, write: (name: string) => string): readonly Completion[] =>
    Object.entries(of).map(([name, about]) => ({ ...value(write(name), about, row), label: name }));
  switch (shape.kind) {
    case "number":
    case "bound": {
      if (shape.kind === "bound" && isFirst) return words([shape.relation]);
      if (!line.isUnit || before.filter(({ kind }) => kind !== "relation").length !== 1) return [];
      const dimension = dimensionOf(row);
      return dimension === null
        ? []
        : unitNames(dimension).map((unit) => ({ ...value(unit, dimension, row), kind: "unit" }));
    }
    case "oneOf":
      return isFirst ? words(shape.of.map(String)) : [];
    case "technology":
      return isFirst ? known(technologies, (name) => `"${name}"`) : [];
    case "targets":
      return without(
        known(targets, (name) => name),
        before,
      );
    case "names":
    case "measures":
      return without(words(shape.of), before);
    case "axis":
      return valuesOfAxis(shape.of, before, line);
    case "reference": {
      const tree = isFirst ? readTree({ name: "spec.optinc", text: line.text }) : null;
      const named = tree?.statements.filter(({ kind, name }) => kind === "block" && name.text === shape.to) ?? [];
      return words(named.flatMap(({ values: [name] }) => (name?.kind === "word" ? [name.text] : [])));
    }
    default:
      return isFirst ? words(waysOf(shape)) : [];
  }
}

/** Any number of values, each once; a unit, or the step of a range, behind a number. */
function valuesOfAxis(row: SettingRow, before: readonly Value[], line: Line): readonly Completion[] {
  const last = before.at(-1);
  if (last?.kind === "number") return valuesOfRow(row, [last], line);
  return without(valuesOfRow(row, [], line), before);
}

function without(items: readonly Completion[], before: readonly Value[]): readonly Completion[] {
  const taken = before.flatMap((each) => (each.kind === "word" || each.kind === "text" ? [each.text] : []));
  return items.filter(({ label }) => !taken.includes(label));
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
