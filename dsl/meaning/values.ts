import type { ValueReading } from "../language/reading.ts";
import type { SettingRow } from "../language/row.ts";
import { error } from "../report/collector.ts";
import { quoted } from "../report/syntax.ts";
import type { Statement, Value } from "../text/ast.ts";
import { instead } from "./advice.ts";
import { readBound } from "./bound-value.ts";
import { joinedName, reportJoined } from "./joined.ts";
import { readNumber, readNumbers, readOneOf } from "./number-value.ts";
import { readAxis, readMeasures } from "./study-values.ts";
import { readFile, readNames, readReference, readTechnology } from "./text-values.ts";
import { refuse, type ValueContext } from "./value-context.ts";
import { readWord } from "./word-value.ts";

/** Reads the values of a setting by its shape; null when they are refused, and why is reported. */
export function readValues(
  statement: Statement,
  row: SettingRow,
  siblings: readonly string[],
  { emitTargets, report }: Omit<ValueContext, "statement" | "row">,
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
    return error(report, "OPT0211", `\`${row.name}\` takes no value`, [first.span, "nothing belongs here"], advice);
  }
  const context = { emitTargets, report, statement, row };
  return first === undefined
    ? refuse(name, "needs a value", "no value after this", context)
    : readShape(values, context);
}

function readShape(values: readonly Value[], context: ValueContext): ValueReading | null {
  const { shape } = context.row;
  switch (shape.kind) {
    case "number":
      return readNumber(values, shape, context);
    case "oneOf":
      return readOneOf(values, shape, context);
    case "numbers":
      return readNumbers(values, shape, context);
    case "choice":
    case "inputs":
    case "layers":
    case "topology":
      return readWord(values, shape, context);
    case "bound":
      return readBound(values, shape, context);
    case "technology":
      return readTechnology(values, shape, context);
    case "file":
      return readFile(values, shape, context);
    case "targets":
      return readNames(values, context.emitTargets, "target", context);
    case "names":
      return readNames(values, shape.of, shape.what, context);
    case "reference":
      return readReference(values, context);
    case "axis":
      return readAxis(values, shape, context, (one) => readShape(one, { ...context, row: shape.of }));
    case "measures":
      return readMeasures(values, shape.of, context);
    case "flag":
      return null;
  }
}
