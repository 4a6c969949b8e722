import { limits } from "../language/limits.ts";
import { type ValueReading, writtenValue } from "../language/reading.ts";
import type { SettingRow, ValueShape } from "../language/row.ts";
import type { AxisRange, AxisValue, StudyMeasure } from "../language/spec.ts";
import { isStudyMetric } from "../language/study.ts";
import { meant } from "../report/advice.ts";
import { error } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import type { Name, NumberValue, RangeValue, Value } from "../text/ast.ts";
import { forInstance, reportTwice, withoutValue } from "./advice.ts";
import { inBaseUnit, type ValueContext } from "./number-value.ts";
import { errorsIn, withoutAt } from "./requirement-value.ts";

type AxisShape = Extract<ValueShape, { kind: "axis" }>;

/** Reads one value of the axis of a setting; null when it is refused, and why is reported. */
type ReadOne = (values: readonly Value[], row: SettingRow) => ValueReading | null;

/** `2 4 8`, `0.1..0.45 step 0.05`, `relu saturating`: each value as the setting itself takes it, and by its own rules. */
export function readAxis(
  values: readonly Value[],
  row: SettingRow,
  { of }: AxisShape,
  context: ValueContext,
  readOne: ReadOne,
): ValueReading | null {
  const { report, statement } = context;
  const parts = partsOf(withUnits(values), of);
  const found: AxisValue[] = [];
  const spans = new Map<string, Span>();
  let good = true;
  for (const part of parts) {
    const first = part[0]!;
    const expanded = first.kind === "range" ? steps(first, part.slice(1), row, of, context) : [part];
    if (expanded === null) return null;
    if ("kind" in expanded) {
      if (parts.length === 1) return { kind: "axis", of: expanded };
      const help = forInstance(row.example, statement, report);
      return error(
        report,
        "OPT0241",
        "a range without a step stands alone",
        [[first.span, "no `step` after this"]],
        help,
      );
    }
    for (const each of expanded) {
      const span = { start: each[0]!.span.start, end: each.at(-1)!.span.end };
      const reading = readOne(each, of);
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
      return error(report, "OPT0242", `\`${row.name}\` has too many values`, [[first.span, label]], null);
    }
  }
  return good ? { kind: "axis", of: { kind: "values", values: found } } : null;
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
  row: SettingRow,
  { shape }: SettingRow,
  context: ValueContext,
): readonly (readonly Value[])[] | AxisRange | null {
  const { report, statement } = context;
  const said = behind.at(-1);
  const help = forInstance(row.example, statement, report);
  const refuse = (span: Span, message: string, label: string): null => {
    return error(report, "OPT0241", message, [[span, label]], help);
  };
  if (shape.kind !== "number") return [[range, ...behind]];
  if (range.high < range.low) return refuse(range.span, "a range leads upward", "the end comes before the start");
  const isUnit = range.unit?.text === "step";
  if (said === undefined && !isUnit) {
    return shape.whole ? expand(range, 1, range.unit) : rangeIn(range, row, shape, context);
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

function rangeIn(
  { low, high, unit, span }: RangeValue,
  row: SettingRow,
  shape: Extract<ValueShape, { kind: "number" }>,
  context: ValueContext,
): AxisRange | null {
  const { report } = context;
  const [from, to] = [low, high].map((value) =>
    inBaseUnit({ kind: "number", value, unit, span }, row, shape.dimension, context),
  );
  if (typeof from !== "number" || typeof to !== "number") return null;
  if (!(from < to && from >= shape.minimum && to <= shape.maximum)) {
    const label = `allowed: ${shape.minimum} to ${shape.maximum}, upward`;
    return error(report, "OPT0209", `the range of \`${row.name}\` is out of range`, [[span, label]], null);
  }
  const written = report.text.slice(span.start, span.end).replace(/\s+/g, " ");
  return { kind: "range", low: from, high: to, written };
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
  row: SettingRow,
  of: readonly string[],
  context: ValueContext,
): ValueReading | null {
  const { report, statement } = context;
  const help = forInstance(row.example, statement, report);
  const measures: StudyMeasure[] = [];
  const first = new Map<string, Span>();
  const left = values.flatMap(withoutAt);
  while (left.length > 0) {
    const value = left.shift()!;
    const name = value.kind === "word" ? value.text : "";
    if (!isStudyMetric(name)) {
      const known =
        meant(name, of, value.span, report) ?? `known measures: ${of.map((each) => `\`${each}\``).join(", ")}`;
      return error(
        report,
        "OPT0216",
        "unknown measure",
        [[value.span, "not a measure"]],
        value.kind === "word" ? known : help,
      );
    }
    const earlier = first.get(name);
    if (earlier !== undefined)
      return reportTwice(name, value.span, earlier, withoutValue(value.span, false, report), report);
    first.set(name, value.span);
    const end = left.findIndex((each) => each.kind === "word" && of.includes(each.text));
    const behind = left.splice(0, end < 0 ? left.length : end);
    if (behind.length === 0) {
      measures.push({ metric: name, at: null, written: name });
      continue;
    }
    if (name !== "yield") {
      const [next] = behind as [Value];
      const known = next.kind === "word" ? meant(next.text, of, next.span, report) : null;
      return error(report, "OPT0216", "unknown measure", [[next.span, "not a measure"]], known ?? help);
    }
    const errors = errorsIn(behind, { ...row, name }, context, help);
    if (errors === null) return null;
    measures.push({ metric: name, at: errors.at, written: `${name} at ${errors.written}` });
  }
  return { kind: "measures", of: { kind: "measures", measures } };
}

/** The name of another block, as a word. */
export function readReference(
  values: readonly Value[],
  row: SettingRow,
  { report, statement }: ValueContext,
): ValueReading | null {
  const [name, extra] = values;
  if (name?.kind === "word" && extra === undefined) return { kind: "text", of: name.text };
  const label: [Span, string] = extra === undefined ? [name!.span, "not a name"] : [extra.span, "one value too many"];
  const help = forInstance(row.example, statement, report);
  return error(report, "OPT0211", `\`${row.name}\` takes one name`, [label], help);
}
