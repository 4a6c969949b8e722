import { rangeOf } from "../language/reference.ts";
import { type BlockRow, type SettingRow, titleOf, type ValueShape } from "../language/row.ts";
import { type Dimension, findUnit, unitNames } from "../language/units.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Body, Value } from "../text/ast.ts";
import { isBlock, placeAt } from "./place.ts";

/** Names that come from other modules, with what they are. */
export interface KnownNames {
  /** What `emit` takes. */
  readonly targets: Readonly<Record<string, string>>;
  /** What `technology` takes beside files. */
  readonly technologies: Readonly<Record<string, string>>;
}

/** What there is to say about the place of an offset, as Markdown, and what of the text it is about; null for nothing. */
export function hoverAt(ast: Body, offset: number, names: KnownNames): { text: string; span: Span } | null {
  const place = placeAt(ast, offset);
  if (place === null || place.row === null) return null;
  const { row, value, statement } = place;
  const about = value === null ? statement.name.span : value.span;
  const said = value === null || isBlock(row) ? null : valueText(row, value, names);
  return { text: said === null ? rowText(row) : `${said}\n\n---\n\n${rowText(row)}`, span: about };
}

/** A row of the language, as the reference has it. */
export function rowText(row: SettingRow | BlockRow): string {
  const title = isBlock(row) ? titleOf(row) : row.name;
  const example = ["```optinc", row.example, "```"].join("\n");
  return [`**${title}**`, row.doc, example, leftOut(row), ...(isBlock(row) ? [] : unitLine(row))].join("\n\n");
}

function leftOut(row: SettingRow | BlockRow): string {
  if (isBlock(row)) return row.fallback === null ? "" : `Left out: \`${row.fallback}\`.`;
  const allowed = rangeOf(row);
  const written = allowed === "" ? "" : `Allowed:${allowed.replace(/^ \((.*)\)$/, " $1")}. `;
  return row.fallback.kind === "required" ? `${written}Must be written.` : `${written}Left out: ${row.fallback.text}.`;
}

function unitLine(row: SettingRow): string[] {
  const dimension = dimensionOf(row);
  return dimension === null ? [] : [`Units: ${unitNames(dimension).join(", ")}.`];
}

export function dimensionOf(row: SettingRow): Dimension | null {
  const shape = shapeOfOne(row);
  return shape.kind === "number" || shape.kind === "bound" ? shape.dimension : null;
}

/** Of one value of an axis. */
function shapeOfOne({ shape }: SettingRow): ValueShape {
  return shape.kind === "axis" ? shape.of.shape : shape;
}

function valueText(row: SettingRow, value: Value, { targets, technologies }: KnownNames): string | null {
  if (value.kind === "number" && value.unit !== null) {
    const unit = findUnit(value.unit.text);
    const base = unit === null ? null : unitNames(unit.dimension).find((name) => findUnit(name)!.toBase(2) === 2);
    if (unit === null || base === undefined || base === value.unit.text) return null;
    return `${value.value} ${value.unit.text} = ${Number(unit.toBase(value.value).toPrecision(12))} ${base}`;
  }
  if (value.kind !== "word" && value.kind !== "text") return null;
  const { kind } = shapeOfOne(row);
  const known = kind === "targets" ? targets : kind === "technology" ? technologies : {};
  const about = Object.hasOwn(known, value.text) ? known[value.text] : undefined;
  return about === undefined ? null : `**${value.text}**: ${about}`;
}
