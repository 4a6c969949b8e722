import { language } from "../language/language.ts";
import type { BlockRow, SettingRow } from "../language/row.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Body, Statement, Value } from "../text/ast.ts";

/** The statement at an offset of a text, and what the language knows of it. */
export interface EditingPlace {
  readonly statement: Statement;
  /** Its row; null for a name that is not known here. */
  readonly row: SettingRow | BlockRow | null;
  /** The value at the offset; null on the name. */
  readonly value: Value | null;
}

/** What may stand in a block. */
export type Contents = Pick<BlockRow, "settings" | "blocks">;

export const topOfFile: Contents = { settings: [], blocks: language };

/** The statement whose name or values hold the offset, or end at it; null between statements. A block that is not known has no contents. */
export function placeAt(body: Body, offset: number, within: Contents | null = topOfFile): EditingPlace | null {
  for (const statement of body.statements) {
    const { name, values, span } = statement;
    const row = within && rowOf(statement, within);
    if (holds(span, offset)) {
      const value = holds(name.span, offset) ? undefined : values.find((each) => holds(each.span, offset));
      return { statement, row, value: value ?? null };
    }
    if (statement.kind !== "block") continue;
    const found = placeAt(statement.body, offset, row !== null && isBlock(row) ? row : null);
    if (found !== null) return found;
  }
  return null;
}

/** The row of a statement in a block. */
export function rowOf({ name, values }: Statement, within: Contents): SettingRow | BlockRow | null {
  const { settings, blocks } = withOpen(within);
  const setting = settings.find((each) => each.name === name.text);
  if (setting !== undefined) return setting;
  const [first] = values;
  const variant = first?.kind === "word" ? first.text : null;
  const named = blocks.filter((each) => each.name === name.text);
  return named.find((each) => each.variant === variant) ?? named[0] ?? null;
}

/** With the settings of inner blocks that may stand without their braces. */
export function withOpen({ settings, blocks }: Contents): Contents {
  const open = blocks.filter(({ isOpen }) => isOpen === true);
  return { settings: [...settings, ...open.flatMap((each) => each.settings)], blocks };
}

export function isBlock(row: SettingRow | BlockRow): row is BlockRow {
  return "blocks" in row;
}

function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
