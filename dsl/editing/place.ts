import { language } from "../language/language.ts";
import type { BlockRow, SettingRow } from "../language/row.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Body, Statement, Value } from "../text/ast.ts";

/** The statement at an offset of a text, and what the language knows of it. */
export interface EditingPlace {
  readonly statement: Statement;
  /** The body that holds it. */
  readonly body: Body;
  /** Blocks around it, outermost first. */
  readonly outer: readonly Statement[];
  /** Rows of the blocks around it that are known, outermost first; empty at the top of the file. */
  readonly rows: readonly BlockRow[];
  /** Its own row; null for a name that is not known here. */
  readonly row: SettingRow | BlockRow | null;
  /** The value at the offset; null on the name. */
  readonly value: Value | null;
}

/** The statement whose name or values hold the offset, or end at it; null between statements. */
export function placeAt(ast: Body, offset: number): EditingPlace | null {
  return placeIn(ast, offset, [], []);
}

function placeIn(
  body: Body,
  offset: number,
  outer: readonly Statement[],
  rows: readonly BlockRow[] | null,
): EditingPlace | null {
  for (const statement of body.statements) {
    const row = rows === null ? null : rowOf(statement, rows);
    if (holds(statement.span, offset)) {
      const value = statement.values.find(({ span }) => holds(span, offset)) ?? null;
      return {
        statement,
        body,
        outer,
        rows: rows ?? [],
        row,
        value: holds(statement.name.span, offset) ? null : value,
      };
    }
    if (statement.kind !== "block") continue;
    // An unknown block has no rows.
    const inner = row !== null && isBlock(row) && rows !== null ? [...rows, row] : null;
    const found = placeIn(statement.body, offset, [...outer, statement], inner);
    if (found !== null) return found;
  }
  return null;
}

/** The row of a statement in the innermost of these blocks, of the whole language when there is none. */
export function rowOf({ name, values }: Statement, rows: readonly BlockRow[]): SettingRow | BlockRow | null {
  const { settings, blocks } = contentsOf(rows);
  const setting = settings.find((each) => each.name === name.text);
  if (setting !== undefined) return setting;
  const [first] = values;
  const variant = first?.kind === "word" ? first.text : null;
  const named = blocks.filter((each) => each.name === name.text);
  return named.find((each) => each.variant === variant) ?? named[0] ?? null;
}

/** What may stand in the innermost of these blocks, at the top of a file when there is none. */
export function contentsOf(rows: readonly BlockRow[]): Pick<BlockRow, "settings" | "blocks"> {
  const row = rows.at(-1);
  if (row === undefined) return { settings: [], blocks: language };
  const open = row.blocks.filter(({ isOpen }) => isOpen === true);
  return open.length === 0
    ? row
    : { settings: [...row.settings, ...open.flatMap(({ settings }) => settings)], blocks: row.blocks };
}

export function isBlock(row: SettingRow | BlockRow): row is BlockRow {
  return "blocks" in row;
}

export function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
