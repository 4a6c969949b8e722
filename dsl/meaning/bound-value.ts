import type { ValueReading } from "../language/reading.ts";
import type { NumberRange, SettingRow, ShapeOf } from "../language/row.ts";
import type { YieldErrors } from "../language/spec.ts";
import { unitNames } from "../language/units.ts";
import { replacing } from "../report/advice.ts";
import { error, type Report } from "../report/collector.ts";
import type { Fix } from "../report/diagnostic.ts";
import type { NumberValue, Value } from "../text/ast.ts";
import { behind, forInstance } from "./advice.ts";
import { inRange, wrongSide } from "./number-value.ts";
import { onlyValue, refuse, type ValueContext } from "./value-context.ts";

/** `<= 3 dBm`; of a yield `>= 99 % at phase 0.005 rad, splitter 1 %`. */
export function readBound(
  values: readonly Value[],
  shape: ShapeOf<"bound">,
  context: ValueContext,
): ValueReading | null {
  const { report, row, statement } = context;
  const [relation, ...rest] = shape.errors ? values.flatMap(withoutAt) : values;
  if (relation?.kind !== "relation") {
    const help = forInstance(row.example, statement, report);
    const fixes = relation?.kind === "number" ? [bounded(values, shape.relation, report)] : [];
    const label = `no \`${shape.relation}\` before this`;
    const advice = { ...help, fixes: [...fixes, ...help.fixes] };
    return error(report, "OPT0211", `\`${row.name}\` takes a bound`, [relation!.span, label], advice);
  }
  if (relation.sign !== shape.relation) return wrongSide(relation, shape.relation, context);
  const errors = shape.errors ? rest.slice(1) : [];
  const number = onlyValue(
    errors.length === 0 ? rest : rest.slice(0, 1),
    ["number"],
    "takes one number",
    context,
    relation,
  );
  const value = number && withUnit(number, shape, context);
  if (number === null || value === null) return null;
  const written = writtenNumber(number);
  const bound = { kind: "bound", relation: relation.sign, value, unit: number.unit?.text ?? null } as const;
  if (errors.length === 0) return { kind: "bound", of: { ...bound, written, at: null } };
  const found = errorsIn(errors, context);
  return found && { kind: "bound", of: { ...bound, written: `${written} at ${found.written}`, at: found.at } };
}

/** With the sign that is missing; in YAML a bound stands in quotes. */
function bounded(values: readonly Value[], sign: string, { text, syntax }: Report): Fix {
  const span = { start: values[0]!.span.start, end: values.at(-1)!.span.end };
  const bound = `${sign} ${text.slice(span.start, span.end)}`;
  const isQuoted = /["']/.test(text[span.start - 1] ?? "");
  const written = syntax === "yaml" && !isQuoted ? `"${bound}"` : bound;
  return replacing(span, written, `Write ${sign}`, !/["']/.test(bound));
}

/** `at` behind a number without a unit was taken for one. */
export function withoutAt(value: Value): readonly Value[] {
  if (value.kind !== "number" || value.unit?.text !== "at") return [value];
  const { span } = value.unit;
  return [
    { ...value, unit: null, span: { start: value.span.start, end: span.start } },
    { kind: "word", text: "at", span },
  ];
}

/** In the base unit; a measured value needs one. */
function withUnit(number: NumberValue, range: NumberRange, context: ValueContext): number | null {
  const { dimension } = range;
  if (number.unit !== null || dimension === null || dimension === "ratio") return inRange(number, range, context);
  const { report, statement, row } = context;
  const help = forInstance(row.example, statement, report);
  const units = unitNames(dimension);
  const fixes = behind(number.span, units).map((fix) => ({ ...fix, safe: units.length === 1 }));
  const advice = { ...help, fixes: [...fixes, ...help.fixes] };
  return error(report, "OPT0210", `\`${row.name}\` needs a unit`, [number.span, "no unit after this"], advice);
}

const errorRanges: readonly (NumberRange & { readonly word: string })[] = [
  { word: "phase", dimension: "angle", minimum: 0, maximum: 3.2, whole: false },
  { word: "splitter", dimension: "ratio", minimum: 0, maximum: 0.5, whole: false },
];

/** `at phase 0.005 rad, splitter 1 %`: both, or one of them. */
export function errorsIn(
  [at, ...pairs]: readonly Value[],
  context: ValueContext,
): { readonly at: YieldErrors; readonly written: string } | null {
  const takes = "needs errors by name";
  if (at?.kind !== "word" || at.text !== "at") return refuse(at!, takes, "expected `at`", context);
  if (pairs.length === 0) return refuse(at, takes, "no errors after this", context);
  const found = new Map<string, { readonly value: number; readonly written: string }>();
  for (let i = 0; i < pairs.length; i += 2) {
    const [name, number] = [pairs[i]!, pairs[i + 1]];
    const range = errorRanges.find(({ word }) => name.kind === "word" && word === name.text);
    if (range === undefined) return refuse(name, takes, "expected `phase` or `splitter`", context);
    const { word } = range;
    if (found.has(word)) return refuse(name, takes, `\`${word}\` is written twice`, context);
    if (number?.kind !== "number") return refuse(number ?? name, takes, `expected a number after \`${word}\``, context);
    const row: SettingRow = { ...context.row, name: `${context.row.name} at ${word}` };
    const value = withUnit(number, range, { ...context, row });
    if (value === null) return null;
    found.set(word, { value, written: `${word} ${writtenNumber(number)}` });
  }
  const [phase, splitter] = errorRanges.map(({ word }) => found.get(word));
  return {
    at: { phaseRad: phase?.value ?? null, splitter: splitter?.value ?? null },
    written: [phase, splitter].flatMap((each) => (each === undefined ? [] : [each.written])).join(", "),
  };
}

function writtenNumber({ value, unit }: NumberValue): string {
  return unit === null ? String(value) : `${value} ${unit.text}`;
}
