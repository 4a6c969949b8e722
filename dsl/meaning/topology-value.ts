import type { ValueReading } from "../language/reading.ts";
import type { SettingRow, ValueShape } from "../language/row.ts";
import { error } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { quoted } from "../report/syntax.ts";
import type { Value } from "../text/ast.ts";
import { instead } from "./advice.ts";
import type { ValueContext } from "./number-value.ts";

type TopologyShape = Extract<ValueShape, { kind: "topology" }>;

/** `topology single` or `topology cascade 4 x 4`. */
export function readTopology(
  values: readonly Value[],
  row: SettingRow,
  shape: TopologyShape,
  { report, statement }: ValueContext,
): ValueReading | null {
  const [word, tree, extra] = values;
  const examples = [`${row.name} single`, row.example];
  const [single, cascade] = examples.map((example) => quoted(example, report.syntax));
  const help = { help: `write ${single} or for instance ${cascade}`, fixes: instead(statement, examples, report) };
  const refuse = (span: Span, label: string): null => {
    return error(report, "OPT0211", `\`${row.name}\` takes single or cascade with a tree`, [[span, label]], help);
  };
  if (word?.kind !== "word") return refuse(word!.span, "not a word");
  if (word.text === "single") {
    return tree === undefined ? { kind: "topology", of: { kind: "single" } } : refuse(tree.span, "one value too many");
  }
  if (word.text !== "cascade") {
    const label = "expected `single` or `cascade`";
    return error(report, "OPT0212", `unknown value of \`${row.name}\``, [[word.span, label]], help);
  }
  if (tree?.kind !== "product") {
    return refuse((tree ?? word).span, tree === undefined ? "no tree after this" : "not a tree such as `4 x 4`");
  }
  if (extra !== undefined) return refuse(extra.span, "one value too many");
  if (tree.unit !== null) {
    const message = `\`${row.name} cascade\` takes plain numbers, without a unit`;
    return error(report, "OPT0210", message, [[tree.unit.span, "a unit"]], help);
  }
  if (!tree.factors.every(Number.isInteger))
    return error(report, "OPT0218", `\`${row.name} cascade\` takes whole numbers`, [[tree.span, "not whole"]], null);
  const { minimum, maximum, most } = shape;
  if (tree.factors.length > most || tree.factors.some((inputs) => inputs < minimum || inputs > maximum)) {
    const label = `allowed: up to ${most} levels of ${minimum} to ${maximum} inputs`;
    return error(report, "OPT0209", `\`${row.name} cascade\` is out of range`, [[tree.span, label]], null);
  }
  return { kind: "topology", of: { kind: "cascade", fanIn: tree.factors } };
}
