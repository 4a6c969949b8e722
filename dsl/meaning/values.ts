import type { ValueReading } from "../language/reading.ts";
import type { SettingRow, ValueShape } from "../language/row.ts";
import { meant } from "../report/advice.ts";
import { error } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { quoted } from "../report/syntax.ts";
import type { NumberValue, Statement, Value } from "../text/ast.ts";
import { forInstance, instead, insteadOf, reportTwice, withoutValue } from "./advice.ts";
import { joinedName, reportJoined } from "./joined.ts";
import { readFile, readLayers, readNumbers } from "./network-values.ts";
import { inBaseUnit, isWhole, type ValueContext } from "./number-value.ts";
import { readBound, readTechnologyName } from "./requirement-value.ts";
import { readAxis, readMeasures, readReference } from "./study-values.ts";
import { readTopology } from "./topology-value.ts";

/** Reads the values of a setting by its shape; null when they are refused, and why is reported. */
export function readValues(
  statement: Statement,
  row: SettingRow,
  siblings: readonly string[],
  { emitTargets, report }: Omit<ValueContext, "statement">,
): ValueReading | null {
  const { name, values } = statement;
  const joined = joinedName(values, siblings);
  if (joined !== null) return reportJoined(name, joined, report);
  const { shape } = row;
  const [first] = values;
  if (shape.kind === "flag") {
    if (first === undefined) return { kind: "flag", of: true };
    // `signed false`, or `signed: no` in YAML, means the other one.
    const said = first.kind === "word" ? first.text.toLowerCase() : "";
    const isDenied = ["false", "no", "off"].includes(said);
    const meant = isDenied ? shape.opposite : row.example;
    const isSaid = values.length === 1 && (isDenied || ["true", "yes", "on"].includes(said));
    const fixes = instead(statement, [meant], report).map((fix) => ({ ...fix, safe: isSaid }));
    const advice = { help: `write ${quoted(meant, report.syntax)}`, fixes };
    return error(report, "OPT0211", `\`${row.name}\` takes no value`, [[first.span, "nothing belongs here"]], advice);
  }
  if (first === undefined) {
    const advice = forInstance(row.example, statement, report);
    return error(report, "OPT0211", `\`${row.name}\` needs a value`, [[name.span, "no value after this"]], advice);
  }
  return readShape(values, row, { emitTargets, report, statement });
}

function readShape(values: readonly Value[], row: SettingRow, context: ValueContext): ValueReading | null {
  const { shape } = row;
  switch (shape.kind) {
    case "number":
    case "oneOf":
      return readNumber(values, row, shape, context);
    case "choice": {
      const of = shape.of.map((word) => ({ word, most: null }));
      const chosen = readChoice(values, row, of, context);
      return chosen && { kind: "choice", of: chosen.word };
    }
    case "inputs":
      return readInputs(values, row, shape.samples, context);
    case "numbers":
      return readNumbers(values, row, shape, context);
    case "layers":
      return readLayers(values, row, context);
    case "topology":
      return readTopology(values, row, shape, context);
    case "bound":
      return readBound(values, row, shape, context);
    case "technology":
      return readTechnologyName(values, row, shape, context);
    case "file":
      return readFile(values, row, shape, context);
    case "targets":
      return readNames(values, row, context.emitTargets, "target", context);
    case "names":
      return readNames(values, row, shape.of, shape.what, context);
    case "reference":
      return readReference(values, row, context);
    case "axis":
      return readAxis(values, row, shape, context, (one, of) => readShape(one, of, context));
    case "measures":
      return readMeasures(values, row, shape.of, context);
    case "flag":
      return null;
  }
}

type NumberShape = Extract<ValueShape, { kind: "number" | "oneOf" }>;

function readNumber(
  values: readonly Value[],
  row: SettingRow,
  shape: NumberShape,
  context: ValueContext,
): ValueReading | null {
  const [relation, ...rest] = values;
  const bounded = shape.kind === "number" && shape.orMore && relation?.kind === "relation" && rest.length > 0;
  if (bounded && relation.sign === "<=") {
    const fixes = insteadOf(relation.span, [">="]);
    const advice = { help: "a rate is bounded from below", fixes };
    return error(
      context.report,
      "OPT0227",
      `\`${row.name}\` is wanted large`,
      [[relation.span, "expected `>=`"]],
      advice,
    );
  }
  const number = onlyNumber(bounded ? rest : values, row, context);
  if (number === null) return null;
  const value = inBaseUnit(number, row, shape.kind === "number" ? shape.dimension : null, context);
  if (value === null) return null;
  const written = sourceOf(number.span, context);
  if (shape.kind === "oneOf" ? !shape.of.includes(value) : value < shape.minimum || value > shape.maximum) {
    const allowed =
      shape.kind === "oneOf" ? listOf(shape.of.map(String), "or") : `${shape.minimum} to ${shape.maximum}`;
    return error(
      context.report,
      "OPT0209",
      `\`${row.name} ${written}\` is out of range`,
      [[number.span, `allowed: ${allowed}`]],
      null,
    );
  }
  if (shape.kind === "number" && shape.whole && !isWhole(number, row.name, value, context.report)) return null;
  return bounded ? { kind: "number", of: value, orMore: true } : { kind: "number", of: value };
}

function onlyNumber(
  values: readonly Value[],
  row: SettingRow,
  { report, statement }: ValueContext,
): NumberValue | null {
  const [first, extra] = values;
  if (first!.kind === "number" && extra === undefined) return first!;
  const message = `\`${row.name}\` takes one number`;
  const label: [Span, string] =
    first!.kind === "number" ? [extra!.span, "one value too many"] : [first!.span, aValue(first!)];
  return error(report, "OPT0211", message, [label], forInstance(row.example, statement, report));
}

/** A word, and the most of the count that follows it; null where none does. */
interface Choice {
  readonly word: string;
  readonly most: number | null;
}

function readInputs(
  values: readonly Value[],
  row: SettingRow,
  most: number,
  context: ValueContext,
): ValueReading | null {
  const of = [
    { word: "exhaustive", most: null },
    { word: "proof", most: null },
    { word: "sampled", most },
  ];
  const chosen = readChoice(values, row, of, context);
  if (chosen === null) return null;
  if (chosen.word === "sampled") return { kind: "inputs", of: { kind: "sampled", samples: chosen.count } };
  return { kind: "inputs", of: { kind: chosen.word === "proof" ? "proof" : "exhaustive" } };
}

function readChoice(
  values: readonly Value[],
  row: SettingRow,
  of: readonly Choice[],
  context: ValueContext,
): { readonly word: string; readonly count: number } | null {
  const { report, statement } = context;
  const [first, second, third] = values;
  const words = of.map((choice) => choice.word);
  const list = listOf(
    words.map((word) => `\`${word}\``),
    "or",
  );
  if (first!.kind !== "word") {
    const message = `\`${row.name}\` takes a word`;
    const advice = { help: `write ${list}`, fixes: insteadOf(first!.span, words) };
    return error(report, "OPT0211", message, [[first!.span, aValue(first!)]], advice);
  }
  const choice = of.find((candidate) => candidate.word === first!.text);
  if (choice === undefined) {
    const near = meant(first!.text, words, first!.span, report);
    const help = near ?? { help: `use ${list}`, fixes: insteadOf(first!.span, words) };
    const message = `unknown value of \`${row.name}\``;
    return error(report, "OPT0212", message, [[first!.span, `expected ${list}`]], help);
  }
  const extra = choice.most === null ? second : third;
  if (extra !== undefined) {
    const message = `\`${row.name} ${choice.word}\` takes ${choice.most === null ? "no more values" : "one count"}`;
    return error(report, "OPT0211", message, [[extra.span, "one value too many"]], null);
  }
  if (choice.most === null) return { word: choice.word, count: 0 };
  const help = forInstance(`${row.name} ${choice.word} 1e5`, statement, report);
  if (second === undefined || second.kind !== "number") {
    const message = `\`${row.name} ${choice.word}\` needs a count`;
    const span = (second ?? first!).span;
    return error(
      report,
      "OPT0211",
      message,
      [[span, second === undefined ? "no count after this" : aValue(second)]],
      help,
    );
  }
  const title = `${row.name} ${choice.word}`;
  const value = inBaseUnit(second, { ...row, name: title, example: `${title} 1e5` }, null, context);
  if (value === null) return null;
  if (value < 1 || value > choice.most) {
    const message = `\`${title} ${sourceOf(second.span, context)}\` is out of range`;
    return error(report, "OPT0209", message, [[second.span, `allowed: 1 to ${choice.most}`]], null);
  }
  if (!isWhole(second, title, value, report)) return null;
  return { word: choice.word, count: value };
}

function readNames(
  values: readonly Value[],
  row: SettingRow,
  known: readonly string[],
  what: string,
  { report, statement }: ValueContext,
): ValueReading | null {
  const names: string[] = [];
  const first = new Map<string, Span>();
  let good = true;
  for (const value of values) {
    if (value.kind !== "word") {
      const message = `\`${row.name}\` takes names of ${what}s`;
      return error(
        report,
        "OPT0211",
        message,
        [[value.span, aValue(value)]],
        forInstance(row.example, statement, report),
      );
    }
    const earlier = first.get(value.text);
    if (earlier !== undefined) {
      reportTwice(value.text, value.span, earlier, withoutValue(value.span, true, report), report);
      good = false;
    } else if (!known.includes(value.text)) {
      const list = known.map((name) => `\`${name}\``).join(", ");
      const help = meant(value.text, known, value.span, report) ?? `known ${what}s: ${list}`;
      const message = `unknown ${what} \`${value.text.slice(0, 40)}\``;
      error(
        report,
        "OPT0216",
        message,
        [[value.span, what === "target" ? "not a netlist target" : `not a ${what}`]],
        help,
      );
      good = false;
    }
    first.set(value.text, value.span);
    names.push(value.text);
  }
  return good ? { kind: "names", of: names } : null;
}

function aValue(value: Value): string {
  switch (value.kind) {
    case "number":
      return "a number";
    case "range":
      return "a range";
    case "product":
      return "a product";
    case "word":
      return "a word";
    case "text":
      return "a string";
    case "relation":
      return "a bound";
  }
}

function sourceOf(span: Span, { report }: ValueContext): string {
  const written = report.text.slice(span.start, span.end).replace(/\s+/g, " ");
  return written.length <= 24 ? written : `${written.slice(0, 20)}...`;
}

function listOf(items: readonly string[], last: string): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} ${last} ${items.at(-1)}`;
}
