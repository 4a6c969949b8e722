import { limits } from "../language/limits.ts";
import type { ValueReading } from "../language/reading.ts";
import { type ShapeOf, waysOf } from "../language/row.ts";
import { meant } from "../report/advice.ts";
import { error } from "../report/collector.ts";
import { listed } from "../report/syntax.ts";
import type { Value } from "../text/ast.ts";
import { insteadOf } from "./advice.ts";
import { endsInRange, inRange } from "./number-value.ts";
import { aValue, onlyValue, outOfRange, refuse, type ValueContext } from "./value-context.ts";

type WordShape = ShapeOf<"choice" | "inputs" | "layers" | "topology">;

/** `rounding floor`, `inputs sampled 1e5`, `approximate layers 4..6`, `topology cascade 4 x 4`: one of a few words, and what belongs to it. */
export function readWord(values: readonly Value[], shape: WordShape, context: ValueContext): ValueReading | null {
  const ways = waysOf(shape);
  const [first, ...rest] = values;
  const word = wordIn(first!, ways, context);
  if (word === null) return null;
  const { row } = context;
  const name = `${row.name} ${word}`;
  const example = row.example.startsWith(name) ? row.example : name;
  const within = { ...context, row: { ...row, name, example } };
  const [extra] = rest;
  if (ways.includes(word) && extra !== undefined)
    return refuse(extra, "takes no more values", "one value too many", within);
  switch (shape.kind) {
    case "choice":
      return { kind: "choice", of: word };
    case "inputs":
      if (word !== "sampled") return { kind: "inputs", of: { kind: word === "proof" ? "proof" : "exhaustive" } };
      return readSampled(first!, rest, shape, within);
    case "layers":
      if (word !== "layers") return { kind: "layers", of: { kind: word === "all" ? "all" : "none" } };
      return readLayers(first!, rest, within);
    case "topology":
      if (word !== "cascade") return { kind: "topology", of: { kind: "single" } };
      return readCascade(first!, rest, shape, within);
  }
}

/** The word that a value is, one that ways to write it begin with; null when it is another. */
function wordIn(value: Value, ways: readonly string[], { report, row }: ValueContext): string | null {
  const words = ways.map((way) => way.split(" ")[0]!);
  const list = listed(words, "or");
  const fixes = insteadOf(value.span, ways);
  if (value.kind !== "word") {
    const message = `\`${row.name}\` takes a word`;
    return error(report, "OPT0211", message, [value.span, aValue(value)], { help: `write ${list}`, fixes });
  }
  if (words.includes(value.text)) return value.text;
  const help = meant(value.text, words, value.span, report) ?? { help: `use ${list}`, fixes };
  return error(report, "OPT0212", `unknown value of \`${row.name}\``, [value.span, `expected ${list}`], help);
}

function readSampled(
  word: Value,
  values: readonly Value[],
  { samples }: ShapeOf<"inputs">,
  context: ValueContext,
): ValueReading | null {
  const number = onlyValue(values, ["number"], "takes one count", context, word);
  const range = { whole: true, dimension: null, minimum: 1, maximum: samples };
  const count = number && inRange(number, range, context);
  return count === null ? null : { kind: "inputs", of: { kind: "sampled", samples: count } };
}

/** `4..6`, or `4` alone. */
function readLayers(word: Value, values: readonly Value[], context: ValueContext): ValueReading | null {
  const value = onlyValue(values, ["range", "number"], "takes one range such as `4..6`", context, word);
  if (value === null) return null;
  const range = value.kind === "range" ? value : { ...value, low: value.value, high: value.value };
  const count = { whole: true, dimension: null, minimum: 1, maximum: limits.hiddenLayers + 1 };
  const ends = endsInRange(range, count, context);
  if (ends === null) return null;
  const [first, last] = ends;
  if (last < first) return outOfRange(value, "the first layer before the last", context);
  return { kind: "layers", of: { kind: "layers", first, last } };
}

function readCascade(
  word: Value,
  values: readonly Value[],
  shape: ShapeOf<"topology">,
  context: ValueContext,
): ValueReading | null {
  const tree = onlyValue(values, ["product"], "takes one tree such as `4 x 4`", context, word);
  if (tree === null) return null;
  const { factors, unit, span } = tree;
  const inputs = { ...shape, whole: true, dimension: null };
  if (factors.length > shape.most) return outOfRange(tree, `up to ${shape.most} levels`, context);
  const isGood = factors.every((value) => inRange({ kind: "number", value, unit, span }, inputs, context) !== null);
  return isGood ? { kind: "topology", of: { kind: "cascade", fanIn: factors } } : null;
}
