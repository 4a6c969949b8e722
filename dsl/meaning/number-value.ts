import type { SettingRow } from "../language/row.ts";
import { aDimension, type Dimension, findUnit, unitNames } from "../language/units.ts";
import { asking, meant, replacing, withBlanks } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { NumberValue, Statement } from "../text/ast.ts";
import { forInstance, insteadOf } from "./advice.ts";

/** What reading a value needs beside it. */
export interface ValueContext {
  readonly emitTargets: readonly string[];
  readonly report: Report;
  /** Whose values are read. */
  readonly statement: Statement;
}

export function isWhole(number: NumberValue, name: string, value: number, report: Report): boolean {
  if (Number.isInteger(value)) return true;
  const near = [Math.floor(value), Math.ceil(value)].map(String);
  const fixes = number.unit === null ? insteadOf(number.span, near) : [];
  const advice = { help: `use ${near.join(" or ")}`, fixes };
  error(report, "OPT0218", `\`${name}\` takes a whole number`, [[number.span, "not whole"]], advice);
  return false;
}

/** A number in the base unit of what its setting measures; without a unit it is in that. Null when its unit is refused. */
export function inBaseUnit(
  number: NumberValue,
  row: SettingRow,
  dimension: Dimension | null,
  { report, statement }: ValueContext,
): number | null {
  if (number.unit === null) return number.value;
  const { text, span } = number.unit;
  const unit = findUnit(text);
  const help = forInstance(row.example, statement, report);
  if (unit !== null && unit.dimension === dimension) return unit.toBase(number.value);
  if (dimension === null) {
    const what = unit === null ? "not a unit" : aDimension(unit.dimension);
    const fixes = [replacing(withBlanks(report.text, span), "", "Remove the unit", false), ...help.fixes];
    const message = `\`${row.name}\` is a plain number, without a unit`;
    return error(report, "OPT0210", message, [[span, what]], { ...help, fixes });
  }
  const units = unitNames(dimension);
  if (unit !== null) {
    const message = `\`${row.name}\` is measured in ${units[0]}, not in ${text}`;
    return error(report, "OPT0210", message, [[span, `${aDimension(unit.dimension)}`]], help);
  }
  // Units that look alike differ by powers of ten: only one that differs by its case is taken without asking.
  const alike = units.filter((each) => each.toLowerCase() === text.toLowerCase());
  const near = meant(text, alike.length > 0 ? alike : units, span, report);
  const hint = near === null ? help : asking(near, alike.length !== 1);
  return error(report, "OPT0210", `unknown unit \`${text.slice(0, 40)}\``, [[span, "not a unit"]], hint);
}
