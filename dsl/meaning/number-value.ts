import type { ValueReading } from "../language/reading.ts";
import type { NumberRange, ShapeOf } from "../language/row.ts";
import { aDimension, type Dimension, findUnit, unitNames } from "../language/units.ts";
import { asking, meant, replacing, withBlanks } from "../report/advice.ts";
import { error } from "../report/collector.ts";
import type { NumberValue, RangeValue, RelationValue, Value } from "../text/ast.ts";
import { forInstance, insteadOf } from "./advice.ts";
import { onlyValue, outOfRange, refuse, type ValueContext } from "./value-context.ts";

/** `8 bits`, or `>= 10 GBd` where the shape has `orMore`. */
export function readNumber(
  values: readonly Value[],
  shape: ShapeOf<"number">,
  context: ValueContext,
): ValueReading | null {
  const [relation, ...rest] = values;
  const isBound = shape.orMore === true && relation?.kind === "relation" && rest.length > 0;
  if (isBound && relation.sign === "<=") return wrongSide(relation, ">=", context);
  const number = onlyValue(isBound ? rest : values, ["number"], "takes one number", context);
  const value = number && inRange(number, shape, context);
  if (value === null) return null;
  return isBound ? { kind: "number", of: value, orMore: true } : { kind: "number", of: value };
}

/** `levels 4` */
export function readOneOf(
  values: readonly Value[],
  { of }: ShapeOf<"oneOf">,
  context: ValueContext,
): ValueReading | null {
  const number = onlyValue(values, ["number"], "takes one number", context);
  const value = number && inBaseUnit(number, null, context);
  if (number === null || value === null) return null;
  return of.includes(value) ? { kind: "number", of: value } : outOfRange(number, of.join(", "), context);
}

/** `hidden 64 128 256` */
export function readNumbers(
  values: readonly Value[],
  shape: ShapeOf<"numbers">,
  context: ValueContext,
): ValueReading | null {
  const numbers: number[] = [];
  for (const value of values) {
    if (value.kind !== "number") return refuse(value, "takes numbers", "not a number", context);
    const number = inRange(value, { ...shape, whole: true, dimension: null }, context);
    if (number === null) return null;
    numbers.push(number);
  }
  const extra = values[shape.most];
  if (extra !== undefined) return refuse(extra, `takes at most ${shape.most} numbers`, "one too many", context);
  return { kind: "numbers", of: numbers };
}

/** A bound that asks for the bad side of a figure. */
export function wrongSide({ span }: RelationValue, wanted: RelationValue["sign"], { report, row }: ValueContext): null {
  const message = `\`${row.name}\` is wanted ${wanted === "<=" ? "small" : "large"}`;
  const advice = { help: `a bound of it is written \`${wanted}\``, fixes: insteadOf(span, [wanted]) };
  return error(report, "OPT0227", message, [span, `expected \`${wanted}\``], advice);
}

/** A number in the base unit of its range; null when its unit, its size or its fraction is refused. */
export function inRange(number: NumberValue, range: NumberRange, context: ValueContext): number | null {
  const { minimum, maximum } = range;
  const value = inBaseUnit(number, range.dimension, context);
  if (value === null) return null;
  if (value < minimum || value > maximum) return outOfRange(number, `${minimum} to ${maximum}`, context);
  return range.whole && !Number.isInteger(value) ? refuseFraction(number, value, context) : value;
}

/** The same of both ends. */
export function endsInRange(
  { low, high, unit, span }: Omit<RangeValue, "kind">,
  range: NumberRange,
  context: ValueContext,
): readonly [low: number, high: number] | null {
  const from = inRange({ kind: "number", value: low, unit, span }, range, context);
  const to = from === null ? null : inRange({ kind: "number", value: high, unit, span }, range, context);
  return from === null || to === null ? null : [from, to];
}

function refuseFraction(
  { unit, value: written, span }: NumberValue,
  value: number,
  { report, row }: ValueContext,
): null {
  const near = [Math.floor(value), Math.ceil(value)].map(String);
  const isAlone = unit === null && Number(report.text.slice(span.start, span.end)) === written;
  const advice = { help: `use ${near.join(" or ")}`, fixes: isAlone ? insteadOf(span, near) : [] };
  return error(report, "OPT0218", `\`${row.name}\` takes a whole number`, [span, "not whole"], advice);
}

/** A number in the base unit of what its setting measures; without a unit it is in that. Null when its unit is refused. */
function inBaseUnit(number: NumberValue, dimension: Dimension | null, context: ValueContext): number | null {
  if (number.unit === null) return number.value;
  const { report, statement, row } = context;
  const { text, span } = number.unit;
  const unit = findUnit(text);
  const help = forInstance(row.example, statement, report);
  if (unit !== null && unit.dimension === dimension) return unit.toBase(number.value);
  if (dimension === null) {
    const what = unit === null ? "not a unit" : aDimension(unit.dimension);
    const fixes = [replacing(withBlanks(report.text, span), "", "Remove the unit", false), ...help.fixes];
    const message = `\`${row.name}\` is a plain number, without a unit`;
    return error(report, "OPT0210", message, [span, what], { ...help, fixes });
  }
  const units = unitNames(dimension);
  if (unit !== null) {
    const message = `\`${row.name}\` is measured in ${units[0]}, not in ${text}`;
    return error(report, "OPT0210", message, [span, `${aDimension(unit.dimension)}`], help);
  }
  // Units that look alike differ by powers of ten: only one that differs by its case is taken without asking.
  const alike = units.filter((each) => each.toLowerCase() === text.toLowerCase());
  const near = meant(text, alike.length > 0 ? alike : units, span, report);
  const hint = near === null ? help : asking(near, alike.length !== 1);
  return error(report, "OPT0210", `unknown unit \`${text.slice(0, 40)}\``, [span, "not a unit"], hint);
}
