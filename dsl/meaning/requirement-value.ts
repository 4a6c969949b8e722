import type { ValueReading } from "../language/reading.ts";
import type { SettingRow, ValueShape } from "../language/row.ts";
import type { YieldErrors } from "../language/spec.ts";
import { type Dimension, unitNames } from "../language/units.ts";
import { replacing } from "../report/advice.ts";
import { type Advice, error, type Report } from "../report/collector.ts";
import type { Fix } from "../report/diagnostic.ts";
import { quoted } from "../report/syntax.ts";
import type { NumberValue, Value } from "../text/ast.ts";
import { behind, forInstance, instead, insteadOf } from "./advice.ts";
import { inBaseUnit, isWhole, type ValueContext } from "./number-value.ts";

type BoundShape = Extract<ValueShape, { kind: "bound" }>;
type TechnologyShape = Extract<ValueShape, { kind: "technology" }>;

/** `<= 3 dBm`; of a yield `>= 99 % at phase 0.005 rad, splitter 1 %`. */
export function readBound(
  values: readonly Value[],
  row: SettingRow,
  shape: BoundShape,
  context: ValueContext,
): ValueReading | null {
  const { report, statement } = context;
  const [relation, number, ...rest] = shape.errors ? values.flatMap(withoutAt) : values;
  const help = forInstance(row.example, statement, report);
  const refuse = (value: Value, message: string, label: string, fixes: readonly Fix[] = []): null => {
    return error(report, "OPT0211", message, [[value.span, label]], { ...help, fixes: [...fixes, ...help.fixes] });
  };
  if (relation?.kind !== "relation") {
    const fixes = relation?.kind === "number" ? [bounded(values, shape.relation, report)] : [];
    return refuse(relation!, `\`${row.name}\` takes a bound`, `no \`${shape.relation}\` before this`, fixes);
  }
  if (relation.sign !== shape.relation) {
    const message = `\`${row.name}\` is wanted ${shape.relation === "<=" ? "small" : "large"}`;
    const fixes = [...insteadOf(relation.span, [shape.relation]), ...help.fixes];
    return error(report, "OPT0227", message, [[relation.span, `expected \`${shape.relation}\``]], { ...help, fixes });
  }
  if (number === undefined) return refuse(relation, `\`${row.name}\` needs a value`, "no value after this");
  if (number.kind !== "number") return refuse(number, `\`${row.name}\` takes one number`, "not a number");
  const value = boundOf(number, row, shape.dimension, context);
  if (value === null) return null;
  if (value < shape.minimum || value > shape.maximum) {
    const label = `allowed: ${shape.minimum} to ${shape.maximum}`;
    return error(
      report,
      "OPT0209",
      `\`${row.name} ${writtenNumber(number)}\` is out of range`,
      [[number.span, label]],
      null,
    );
  }
  if (shape.whole && !isWhole(number, row.name, value, report)) return null;
  const unit = number.unit?.text ?? null;
  const bound = { kind: "bound", relation: relation.sign, value, unit } as const;
  const [extra] = rest;
  if (extra === undefined) return { kind: "bound", of: { ...bound, written: writtenNumber(number), at: null } };
  if (!shape.errors) return refuse(extra, `\`${row.name}\` takes one bound`, "one value too many");
  const errors = errorsIn(rest, row, context, help);
  if (errors === null) return null;
  return { kind: "bound", of: { ...bound, written: `${writtenNumber(number)} at ${errors.written}`, at: errors.at } };
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
function boundOf(
  number: NumberValue,
  row: SettingRow,
  dimension: Dimension | null,
  context: ValueContext,
): number | null {
  if (number.unit === null && dimension !== null && dimension !== "ratio") {
    const { report, statement } = context;
    const help = forInstance(row.example, statement, report);
    const units = unitNames(dimension);
    const safe = units.length === 1;
    const fixes = behind(number.span, units).map((fix) => ({ ...fix, safe }));
    const advice = { ...help, fixes: [...fixes, ...help.fixes] };
    return error(report, "OPT0210", `\`${row.name}\` needs a unit`, [[number.span, "no unit after this"]], advice);
  }
  return inBaseUnit(number, row, dimension, context);
}

const errorKinds = [
  { word: "phase", dimension: "angle", largest: 3.2 },
  { word: "splitter", dimension: "ratio", largest: 0.5 },
] as const;

/** `at phase 0.005 rad, splitter 1 %`: both, or one of them. */
export function errorsIn(
  values: readonly Value[],
  row: SettingRow,
  context: ValueContext,
  help: Advice,
): { readonly at: YieldErrors; readonly written: string } | null {
  const { report } = context;
  const refuse = (value: Value, label: string): null => {
    return error(report, "OPT0211", `\`${row.name}\` needs errors by name`, [[value.span, label]], help);
  };
  const [at, ...pairs] = values;
  if (at?.kind !== "word" || at.text !== "at") return refuse(at!, "expected `at`");
  if (pairs.length === 0) return refuse(at, "no errors after this");
  const found = new Map<string, { readonly value: number; readonly written: string }>();
  for (let i = 0; i < pairs.length; i += 2) {
    const [name, number] = [pairs[i]!, pairs[i + 1]];
    const kind = errorKinds.find(({ word }) => name.kind === "word" && word === name.text);
    if (kind === undefined) return refuse(name, "expected `phase` or `splitter`");
    if (found.has(kind.word)) return refuse(name, `\`${kind.word}\` is written twice`);
    if (number?.kind !== "number") return refuse(number ?? name, `expected a number after \`${kind.word}\``);
    const title = `${row.name} at ${kind.word}`;
    const value = boundOf(number, { ...row, name: title }, kind.dimension, context);
    if (value === null) return null;
    if (value < 0 || value > kind.largest) {
      const label = `allowed: 0 to ${kind.largest}`;
      return error(report, "OPT0209", `\`${title}\` is out of range`, [[number.span, label]], null);
    }
    found.set(kind.word, { value, written: `${kind.word} ${writtenNumber(number)}` });
  }
  const [phase, splitter] = errorKinds.map(({ word }) => found.get(word));
  return {
    at: { phaseRad: phase?.value ?? null, splitter: splitter?.value ?? null },
    written: [phase, splitter].flatMap((each) => (each === undefined ? [] : [each.written])).join(", "),
  };
}

function writtenNumber({ value, unit }: NumberValue): string {
  return unit === null ? String(value) : `${value} ${unit.text}`;
}

/** `"foundry-si"`, or a path in quotes; a name that is a word needs none. */
export function readTechnologyName(
  values: readonly Value[],
  row: SettingRow,
  shape: TechnologyShape,
  { report, statement }: ValueContext,
): ValueReading | null {
  const [name, extra] = values;
  const examples = [row.example, 'technology "own.yaml"'];
  const list = examples.map((example) => quoted(example, report.syntax)).join(" or ");
  const help = { help: `write for instance ${list}`, fixes: instead(statement, examples, report) };
  if (name?.kind !== "text" && name?.kind !== "word")
    return error(report, "OPT0211", `\`${row.name}\` takes a name or a path`, [[name!.span, "not a string"]], help);
  if (extra !== undefined)
    return error(report, "OPT0211", `\`${row.name}\` takes one name`, [[extra.span, "one value too many"]], help);
  const { text } = name;
  const ending = shape.endings.find((known) => text.toLowerCase().endsWith(known));
  const isPath = ending !== undefined && text.length > ending.length && !/\p{Cc}/u.test(text);
  if (isPath || /^[A-Za-z][A-Za-z0-9_-]*$/.test(text)) return { kind: "text", of: text };
  const label = `neither a name nor a path that ends in ${shape.endings.map((known) => `\`${known}\``).join(" or ")}`;
  return error(report, "OPT0228", "not a technology", [[name.span, label]], help);
}
