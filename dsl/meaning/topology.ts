import type { SettingRow, ValueShape } from "../language/aggregate.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { quoted } from "../report/syntax.ts";
import type { Value } from "../text/ast.ts";
import type { Written } from "./read.ts";
import type { NetworkSpec, TopologySpec } from "./spec.ts";
import type { Reading } from "./values.ts";

/** Most workers on one unit. */
const mostOnUnit = 64;

type TopologyShape = Extract<ValueShape, { kind: "topology" }>;

/** `topology single` or `topology cascade 4 x 4`. */
export function readTopology(
  values: readonly Value[],
  row: SettingRow,
  shape: TopologyShape,
  report: Report,
): Reading | null {
  const [word, tree, extra] = values;
  const help = `write ${quoted(`${row.name} single`, report.syntax)} or for instance ${quoted(row.example, report.syntax)}`;
  const refuse = (span: Span, label: string): null => {
    error(report, "OPT0211", `\`${row.name}\` takes single or cascade with a tree`, [[span, label]], help);
    return null;
  };
  if (word?.kind !== "word") return refuse(word!.span, "not a word");
  if (word.text === "single") {
    return tree === undefined ? { kind: "topology", of: { kind: "single" } } : refuse(tree.span, "one value too many");
  }
  if (word.text !== "cascade") {
    const label = "expected `single` or `cascade`";
    error(report, "OPT0212", `unknown value of \`${row.name}\``, [[word.span, label]], help);
    return null;
  }
  if (tree?.kind !== "product") {
    return refuse((tree ?? word).span, tree === undefined ? "no tree after this" : "not a tree such as `4 x 4`");
  }
  if (extra !== undefined) return refuse(extra.span, "one value too many");
  if (tree.unit !== null) {
    const message = `\`${row.name} cascade\` takes plain numbers, without a unit`;
    error(report, "OPT0210", message, [[tree.unit.span, "a unit"]], help);
    return null;
  }
  if (!tree.factors.every(Number.isInteger)) {
    error(report, "OPT0218", `\`${row.name} cascade\` takes whole numbers`, [[tree.span, "not whole"]], null);
    return null;
  }
  const { minimum, maximum, most } = shape;
  if (tree.factors.length > most || tree.factors.some((inputs) => inputs < minimum || inputs > maximum)) {
    const label = `allowed: up to ${most} levels of ${minimum} to ${maximum} inputs`;
    error(report, "OPT0209", `\`${row.name} cascade\` is out of range`, [[tree.span, label]], null);
    return null;
  }
  return { kind: "topology", of: { kind: "cascade", fanIn: tree.factors } };
}

/** The topology with its default, held against the number of workers and the kind of network. */
export function toTopology(
  written: Written<Reading> | undefined,
  workers: Written<Reading> | undefined,
  network: { readonly spec: NetworkSpec; readonly span: Span | undefined },
  defaults: string[],
  report: Report,
): TopologySpec {
  if (written === undefined) defaults.push("topology single");
  const topology: TopologySpec = written?.value?.kind === "topology" ? written.value.of : { kind: "single" };
  const count = workers?.value?.kind === "number" ? workers.value.value : null;
  if (topology.kind === "single") {
    // A topology that was refused says nothing about how many workers fit.
    if (count !== null && count > mostOnUnit && written?.value !== null) {
      const labels: [Span, string][] = [[workers!.span, `allowed: 2 to ${mostOnUnit}`]];
      const help = `a tree of units serves more: ${quoted(`topology cascade ${treeFor(count)}`, report.syntax)}`;
      error(report, "OPT0209", `\`workers ${count}\` is out of range`, labels, help);
    }
    return topology;
  }
  const inputs = topology.fanIn.reduce((product, factor) => product * factor, 1);
  if (count !== null && inputs < count) {
    const labels: [Span, string][] = [
      [written!.span, `has ${inputs} inputs`],
      [workers!.span, "need one input each"],
    ];
    const help = `for instance ${quoted(`topology cascade ${treeFor(count)}`, report.syntax)}`;
    error(report, "OPT0225", `the cascade has no inputs for ${count} workers`, labels, help);
  }
  if (network.spec.kind !== "constructed") {
    const labels: [Span, string][] = [[written!.span, "needs a constructed network"]];
    if (network.span !== undefined) labels.push([network.span, "is one network, not a tree of them"]);
    const message = `a network that is ${network.spec.kind} cannot be a cascade`;
    error(
      report,
      "OPT0226",
      message,
      labels,
      `use ${quoted("network constructed", report.syntax)} or ${quoted("topology single", report.syntax)}`,
    );
  }
  return topology;
}

/** Levels of four inputs, the last as wide as needed. */
function treeFor(workers: number): string {
  const levels = [4];
  let left = Math.ceil(workers / 4);
  for (; left > 8; left = Math.ceil(left / 4)) levels.push(4);
  return [...levels, Math.max(left, 2)].join(" x ");
}
