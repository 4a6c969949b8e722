import { aggregateRows } from "../language/aggregate.ts";
import { limits } from "../language/limits.ts";
import type { TopologySpec } from "../language/spec.ts";
import { error, type Report } from "../report/collector.ts";
import type { Span } from "../report/diagnostic.ts";
import { quoted } from "../report/syntax.ts";
import { anew } from "./advice.ts";
import { type Settings, valueIn } from "./settings.ts";
import type { Written } from "./written.ts";

/** What the topology is held against: the number of workers, and the kind of network, its place, and itself where it has no settings. */
export function checkTopology(
  settings: Settings,
  network: { readonly kind: string; readonly span: Span | undefined; readonly bare: Written<unknown> | null },
  report: Report,
): void {
  const written = settings.get(aggregateRows.topology.name);
  const workers = settings.get(aggregateRows.workers.name);
  const topology: TopologySpec = valueIn(aggregateRows.topology, settings) ?? { kind: "single" };
  const count = valueIn(aggregateRows.workers, settings);
  if (topology.kind === "single") {
    // A topology that was refused says nothing about how many workers fit.
    if (count !== null && count > limits.unitInputs && written?.value !== null) {
      const labels: [Span, string][] = [[workers!.span, `allowed: 2 to ${limits.unitInputs}`]];
      const help = `a tree of units serves more: ${quoted(`topology cascade ${treeFor(count)}`, report.syntax)}`;
      error(report, "OPT0209", `\`workers ${count}\` is out of range`, labels, help);
    }
    return;
  }
  const inputs = topology.fanIn.reduce((product, factor) => product * factor, 1);
  if (count !== null && inputs < count) {
    const labels: [Span, string][] = [
      [written!.span, `has ${inputs} inputs`],
      [workers!.span, "need one input each"],
    ];
    const wider = `topology cascade ${treeFor(count)}`;
    const help = `for instance ${quoted(wider, report.syntax)}`;
    const advice = { help, fixes: anew([wider], settings, report) };
    error(report, "OPT0225", `the cascade has no inputs for ${count} workers`, labels, advice);
  }
  if (network.kind !== "constructed") {
    const labels: [Span, string][] = [[written!.span, "needs a constructed network"]];
    if (network.span !== undefined) labels.push([network.span, "is one network, not a tree of them"]);
    const message = `a network that is ${network.kind} cannot be a cascade`;
    const help = `use ${quoted("network constructed", report.syntax)} or ${quoted("topology single", report.syntax)}`;
    const bare: [string, Written<unknown>][] = network.bare === null ? [] : [["network", network.bare]];
    const fixes = anew(["network constructed", "topology single"], new Map([...settings, ...bare]), report);
    error(report, "OPT0226", message, labels, { help, fixes });
  }
}

/** Levels of four inputs, the last as wide as needed. */
function treeFor(workers: number): string {
  const levels = [4];
  let left = Math.ceil(workers / 4);
  for (; left > 8; left = Math.ceil(left / 4)) levels.push(4);
  return [...levels, Math.max(left, 2)].join(" x ");
}
