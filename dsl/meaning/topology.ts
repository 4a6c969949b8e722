import { aggregateRows } from "../language/aggregate.ts";
import { limits } from "../language/limits.ts";
import type { TopologySpec } from "../language/spec.ts";
import { error, type Report } from "../report/collector.ts";
import { quoted } from "../report/syntax.ts";
import { use } from "./advice.ts";
import { kindOf } from "./network.ts";
import { type Settings, valueIn } from "./settings.ts";
import type { InnerBlock, Written } from "./written.ts";

/** The topology is held against the number of workers and the kind of network. */
export function checkTopology(settings: Settings, network: Written<InnerBlock> | undefined, report: Report): void {
  const written = settings.get(aggregateRows.topology.name);
  const workers = settings.get(aggregateRows.workers.name);
  const topology: TopologySpec = valueIn(aggregateRows.topology, settings) ?? { kind: "single" };
  const count = valueIn(aggregateRows.workers, settings);
  if (topology.kind === "single") {
    // A topology that was refused says nothing about how many workers fit.
    if (count !== null && count > limits.unitInputs && written?.value !== null) {
      const label = `allowed: 2 to ${limits.unitInputs}`;
      const help = `a tree of units serves more: ${quoted(`topology cascade ${treeFor(count)}`, report.syntax)}`;
      error(report, "OPT0209", `\`workers ${count}\` is out of range`, [workers!.span, label], help);
    }
    return;
  }
  const inputs = topology.fanIn.reduce((product, factor) => product * factor, 1);
  if (count !== null && inputs < count) {
    const advice = use([`topology cascade ${treeFor(count)}`], settings, report);
    error(
      report,
      "OPT0225",
      `the cascade has no inputs for ${count} workers`,
      [written!.span, `has ${inputs} inputs`],
      advice,
      [workers!.span, "need one input each"],
    );
  }
  const kind = kindOf(network);
  if (kind !== "constructed") {
    // Settings of the network go with it: then only a person takes it away.
    const isBare = network?.value?.reading.settings.size === 0;
    const replaced = new Map<string, Written<unknown>>(isBare ? [...settings, ["network", network]] : settings);
    const advice = use(["network constructed", "topology single"], replaced, report);
    error(
      report,
      "OPT0226",
      `a network that is ${kind} cannot be a cascade`,
      [written!.span, "needs a constructed network"],
      advice,
      [network?.span, "is one network, not a tree of them"],
    );
  }
}

/** Levels of four inputs, the last as wide as needed. */
function treeFor(workers: number): string {
  const levels = [4];
  let left = Math.ceil(workers / 4);
  for (; left > 8; left = Math.ceil(left / 4)) levels.push(4);
  return [...levels, Math.max(left, 2)].join(" x ");
}
