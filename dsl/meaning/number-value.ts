import type { SettingRow } from "../language/row.ts";
import { aDimension, type Dimension, findUnit, unitNames } from "../language/units.ts";
import { meant } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import { quoted } from "../report/syntax.ts";
import type { NumberValue } from "../text/ast.ts";

/** What reading a value needs beside it. */
export interface ValueContext {
  readonly text: string;
  readonly emitTargets: readonly string[];
  readonly report: Report;
}

export function isWhole(number: NumberValue, name: string, value: number, report: Report): boolean {
  if (Number.isInteger(value)) return true;
  const help = `use ${Math.floor(value)} or ${Math.ceil(value)}`;
  error(report, "OPT0218", `\`${name}\` takes a whole number`, [[number.span, "not whole"]], help);
  return false;
}

/** A number in the base unit of what its setting measures; without a unit it is in that. Null when its unit is refused. */
export function inBaseUnit(
  number: NumberValue,
  row: SettingRow,
  dimension: Dimension | null,
  report: Report,
): number | null {
  if (number.unit === null) return number.value;
  const { text, span } = number.unit;
  const unit = findUnit(text);
  const help = `write for instance ${quoted(row.example, report.syntax)}`;
  if (unit !== null && unit.dimension === dimension) return unit.toBase(number.value);
  if (dimension === null) {
    const what = unit === null ? "not a unit" : aDimension(unit.dimension);
    error(report, "OPT0210", `\`${row.name}\` is a plain number, without a unit`, [[span, what]], help);
    return null;
  }
  const units = unitNames(dimension);
  if (unit !== null) {
    const message = `\`${row.name}\` is measured in ${units[0]}, not in ${text}`;
    error(report, "OPT0210", message, [[span, `${aDimension(unit.dimension)}`]], help);
    return null;
  }
  const hint = meant(text, units, span, report) ?? help;
  error(report, "OPT0210", `unknown unit \`${text.slice(0, 40)}\``, [[span, "not a unit"]], hint);
  return null;
}
