import type { ValueReading } from "../language/reading.ts";
import type { SettingRow, ValueShape } from "../language/row.ts";
import type { ApproximateSpec } from "../language/spec.ts";
import { error } from "../report/collector.ts";
import { quoted } from "../report/syntax.ts";
import type { Value } from "../text/ast.ts";
import { forInstance, instead } from "./advice.ts";
import type { ValueContext } from "./number-value.ts";

type NumbersShape = Extract<ValueShape, { kind: "numbers" }>;
type FileShape = Extract<ValueShape, { kind: "file" }>;

/** `hidden 64 128 256`: whole numbers without units. */
export function readNumbers(
  values: readonly Value[],
  row: SettingRow,
  shape: NumbersShape,
  { report, statement }: ValueContext,
): ValueReading | null {
  const numbers: number[] = [];
  const help = forInstance(row.example, statement, report);
  for (const value of values) {
    if (value.kind !== "number")
      return error(report, "OPT0211", `\`${row.name}\` takes numbers`, [[value.span, "not a number"]], help);
    if (value.unit !== null) {
      const message = `\`${row.name}\` takes plain numbers, without a unit`;
      return error(report, "OPT0210", message, [[value.unit.span, "a unit"]], help);
    }
    if (value.value < shape.minimum || value.value > shape.maximum) {
      const label = `allowed: ${shape.minimum} to ${shape.maximum}`;
      return error(report, "OPT0209", `\`${row.name} ${value.value}\` is out of range`, [[value.span, label]], null);
    }
    if (!Number.isInteger(value.value))
      return error(report, "OPT0218", `\`${row.name}\` takes whole numbers`, [[value.span, "not whole"]], null);
    numbers.push(value.value);
  }
  if (numbers.length > shape.most) {
    const message = `\`${row.name}\` takes at most ${shape.most} numbers`;
    return error(report, "OPT0211", message, [[values[shape.most]!.span, "one too many"]], null);
  }
  return { kind: "numbers", of: numbers };
}

/** `approximate none`, `all`, `layers 4..6` or `layers 4`. */
export function readLayers(
  values: readonly Value[],
  row: SettingRow,
  { report, statement }: ValueContext,
): ValueReading | null {
  const [word, range, extra] = values;
  const examples = ["none", "all", "layers 4..6"].map((value) => `${row.name} ${value}`);
  const [none, all, layers] = examples.map((example) => quoted(example, report.syntax));
  const help = { help: `write ${none}, ${all} or ${layers}`, fixes: instead(statement, examples, report) };
  const refuse = (value: Value, label: string): null => {
    return error(report, "OPT0211", `\`${row.name}\` takes none, all or layers`, [[value.span, label]], help);
  };
  if (word?.kind !== "word") return refuse(word!, "not a word");
  if (word.text === "none" || word.text === "all") {
    return range === undefined ? { kind: "layers", of: { kind: word.text } } : refuse(range, "one value too many");
  }
  if (word.text !== "layers") {
    const label = "expected `none`, `all` or `layers`";
    return error(report, "OPT0212", `unknown value of \`${row.name}\``, [[word.span, label]], help);
  }
  if (range === undefined) return refuse(word, "no layers after this");
  if (extra !== undefined) return refuse(extra, "one value too many");
  const bounds = rangeOf(range);
  if (bounds === null) return refuse(range, "not a range of layers");
  const { first, last } = bounds;
  if (!Number.isInteger(first) || !Number.isInteger(last))
    return error(report, "OPT0218", `\`${row.name} layers\` takes whole numbers`, [[range.span, "not whole"]], null);
  if (first < 1 || last < first) {
    const label = first < 1 ? "layers count from 1" : "the last layer comes before the first";
    return error(report, "OPT0209", `\`${row.name} layers\` is out of range`, [[range.span, label]], help);
  }
  return { kind: "layers", of: { kind: "layers", first, last } satisfies ApproximateSpec };
}

function rangeOf(value: Value): { readonly first: number; readonly last: number } | null {
  if (value.kind === "range" && value.unit === null) return { first: value.low, last: value.high };
  if (value.kind === "number" && value.unit === null) return { first: value.value, last: value.value };
  return null;
}

/** A path in quotes that ends as files of its kind do. */
export function readFile(
  values: readonly Value[],
  row: SettingRow,
  shape: FileShape,
  { report, statement }: ValueContext,
): ValueReading | null {
  const [path, extra] = values;
  const help = forInstance(row.example, statement, report);
  if (path?.kind !== "text")
    return error(report, "OPT0211", `\`${row.name}\` takes a path in quotes`, [[path!.span, "not a string"]], help);
  if (extra !== undefined)
    return error(report, "OPT0211", `\`${row.name}\` takes one path`, [[extra.span, "one value too many"]], help);
  const ending = shape.endings.find((known) => path.text.toLowerCase().endsWith(known));
  if (/\p{Cc}/u.test(path.text)) {
    const message = "a path with an invisible character";
    return error(report, "OPT0223", message, [[path.span, "line breaks, tabs and the like are no part of it"]], help);
  }
  if (ending === undefined || path.text.length === ending.length) {
    const list = shape.endings.map((known) => `\`${known}\``).join(", ");
    return error(report, "OPT0223", "unknown kind of file", [[path.span, `expected a name ending in ${list}`]], help);
  }
  return { kind: "text", of: path.text };
}
