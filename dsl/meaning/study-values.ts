import { limits } from "../language/limits.ts";
import { type ValueReading, writtenValue } from "../language/reading.ts";
import type { SettingRow, ShapeOf } from "../language/row.ts";
import type { AxisRange, AxisValue, StudyMeasure } from "../language/spec.ts";
import { isStudyMetric } from "../language/study.ts";
import { error } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Name, NumberValue, RangeValue, Value } from "../text/ast.ts";
import { forInstance, reportTwice, withoutValue } from "./advice.ts";
import { errorsIn, withoutAt } from "./bound-value.ts";
import { endsInRange } from "./number-value.ts";
import { readName } from "./text-values.ts";
import type { ValueContext } from "./value-context.ts";

/** `2 4 8`, `0.1..0.45 step 0.05`, `relu saturating`: each value as the setting itself takes it, by `readOne`. */
export function readAxis(
  values: readonly Value[],
  { of }: ShapeOf<"axis">,
  context: ValueContext,
  readOne: (values: readonly Value[]) => ValueReading | null,
): ValueReading | null {
  const { report, row } = context;
  const parts = partsOf(withUnits(values), of);
  const found: AxisValue[] = [];
  const spans = new Map<string, Span>();
  let good = true;
  for (const part of parts) {
    const first = part[0]!;
    const expanded = first.kind === "range" ? steps(first, part.slice(1), of, context) : [part];
    if (expanded === null) return null;
    if ("kind" in expanded) {
      if (parts.length === 1) return { kind: "axis", of: expanded };
      return refuseRange(first.span, "a range without a step stands alone", "no `step` after this", context);
    }
    for (const each of expanded) {
      const span = { start: each[0]!.span.start, end: each.at(-1)!.span.end };
      const reading = readOne(each);
      if (reading === null) return null;
      const value = axisValue(reading, each);
      const earlier = spans.get(String(value.value));
      if (earlier !== undefined) {
        reportTwice(value.written, span, earlier, withoutValue(span, false, report), report);
        good = false;
      }
      spans.set(String(value.value), span);
      found.push(value);
    }
    if (found.length > limits.axisValues) {
      const label = `at most ${limits.axisValues}`;
      return error(report, "OPT0242", `\`${row.name}\` has too many values`, [first.span, label], null);
    }
  }
  return good ? { kind: "axis", of: { kind: "values", values: found } } : null;
}

function refuseRange(span: Span, message: string, label: string, { report, statement, row }: ValueContext): null {
  return error(report, "OPT0241", message, [span, label], forInstance(row.example, statement, report));
}

/** Numbers without a unit have that of the next one that has one: `10 25 50 GBd`. */
function withUnits(values: readonly Value[]): readonly Value[] {
  let unit: Name | null = null;
  return [...values]
    .reverse()
    .map((value): Value => {
      if (value.kind !== "number" && value.kind !== "range") return value;
      if (value.unit?.text === "step") return value;
      unit = value.unit ?? unit;
      return { ...value, unit };
    })
    .reverse();
}

/** The values of each part: one as a rule, with what belongs to it behind `cascade` and behind a range. */
function partsOf(values: readonly Value[], of: SettingRow): readonly (readonly Value[])[] {
  const parts: Value[][] = [];
  for (const value of values) {
    const last = parts.at(-1);
    const head = last?.[0];
    const continues =
      (of.shape.kind === "topology" && head?.kind === "word" && head.text === "cascade" && value.kind === "product") ||
      (head?.kind === "range" && isStep(head, last!.length - 1, value));
    if (continues) last!.push(value);
    else parts.push([value]);
  }
  return parts;
}

/** Behind `A..B`: `step`, which may have been taken for its unit, and then a number. */
function isStep(range: RangeValue, behind: number, value: Value): boolean {
  const isUnit = range.unit?.text === "step";
  if (!isUnit && behind === 0) return value.kind === "word" && value.text === "step";
  return value.kind === "number" && behind === (isUnit ? 0 : 1);
}

/**
 * The numbers of a range in the unit that is written, each as a value of its own; whole ones go by one where nothing is said. The range
 * itself where it has no step.
 */
function steps(
  range: RangeValue,
  behind: readonly Value[],
  { shape }: SettingRow,
  context: ValueContext,
): readonly (readonly Value[])[] | AxisRange | null {
  const said = behind.at(-1);
  const refuse = (span: Span, message: string, label: string): null => refuseRange(span, message, label, context);
  if (shape.kind !== "number") return [[range, ...behind]];
  if (range.high < range.low) return refuse(range.span, "a range leads upward", "the end comes before the start");
  const isUnit = range.unit?.text === "step";
  if (said === undefined && !isUnit) {
    return shape.whole ? expand(range, 1, range.unit) : rangeIn(range, shape, context);
  }
  if (said?.kind !== "number") return refuse((said ?? range).span, "a range without a step", "no number after this");
  const unit = isUnit ? said.unit : (range.unit ?? said.unit);
  if (said.unit !== null && said.unit.text !== unit?.text) {
    return refuse(said.span, "a range and its step have different units", `expected ${unit?.text}`);
  }
  if (!(said.value > 0)) return refuse(said.span, "a step leads upward", "not above 0");
  return expand(range, said.value, unit);
}

function expand({ low, high, span }: RangeValue, step: number, unit: Name | null): readonly (readonly Value[])[] {
  const count = Math.min(Math.floor((high - low) / step + 1e-9), limits.axisValues) + 1;
  return Array.from({ length: Math.max(count, 1) }, (_, i): readonly [NumberValue] => {
    // sums of decimals are decimals: 0.1 + 2 * 0.05 is 0.2
    const value = Number((low + i * step).toPrecision(12));
    return [{ kind: "number", value, unit, span }];
  });
}

function rangeIn(range: RangeValue, shape: ShapeOf<"number">, context: ValueContext): AxisRange | null {
  const ends = endsInRange(range, shape, context);
  if (ends === null) return null;
  const [low, high] = ends;
  const { start, end } = range.span;
  const written = context.report.text.slice(start, end).replace(/\s+/g, " ");
  if (low === high) return refuseRange(range.span, "a range leads upward", "the end is the start", context);
  return { kind: "range", low, high, written };
}

function axisValue(reading: ValueReading, values: readonly Value[]): AxisValue {
  const written = values.map(writtenPart).join(" ");
  switch (reading.kind) {
    case "number":
    case "choice":
    case "text":
      return { value: reading.of, written };
    case "topology":
      return { value: writtenValue(reading.of), written };
    default:
      throw new RangeError(`nothing is varied that is read as ${reading.kind}`);
  }
}

function writtenPart(value: Value): string {
  const unit = "unit" in value && value.unit !== null ? ` ${value.unit.text}` : "";
  switch (value.kind) {
    case "number":
      return `${value.value}${unit}`;
    case "product":
      return `${value.factors.join(" x ")}${unit}`;
    case "range":
      return `${value.low}..${value.high}${unit}`;
    case "word":
      return value.text;
    case "text":
      return `"${value.text.replace(/["\\]/g, (c) => `\\${c}`)}"`;
    case "relation":
      return value.sign;
  }
}

/** `mzis, path-loss, yield at phase 0.005 rad, splitter 1 %, latency` */
export function readMeasures(
  values: readonly Value[],
  of: readonly string[],
  context: ValueContext,
): ValueReading | null {
  const measures: StudyMeasure[] = [];
  const first = new Map<string, Span>();
  const left = values.flatMap(withoutAt);
  while (left.length > 0) {
    const name = readName(left.shift()!, of, "measure", first, context);
    if (name === null || !isStudyMetric(name)) return null;
    const isNext = (each: Value): boolean => each.kind === "word" && of.includes(each.text);
    const end = name === "yield" ? left.findIndex(isNext) : 0;
    const behind = left.splice(0, end < 0 ? left.length : end);
    const errors = behind.length === 0 ? null : errorsIn(behind, { ...context, row: { ...context.row, name } });
    if (errors === null && behind.length > 0) return null;
    const written = errors === null ? name : `${name} at ${errors.written}`;
    measures.push({ metric: name, at: errors?.at ?? null, written });
  }
  return { kind: "measures", of: { kind: "measures", measures } };
}
