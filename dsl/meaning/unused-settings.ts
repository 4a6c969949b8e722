import { aggregateRows } from "../language/aggregate.ts";
import { clusterRow } from "../language/cluster.ts";
import { trainedRows } from "../language/network.ts";
import { requirementRows } from "../language/requirements.ts";
import type { BlockRow, SettingRow } from "../language/row.ts";
import type { FreeSetting, Requirement, Spec, TrainedNetworkSpec } from "../language/spec.ts";
import { trainingRow, trainingRuns } from "../language/training.ts";
import { type Report, warning } from "../report/collector.ts";
import { leavingOut } from "./advice.ts";
import type { Settings } from "./settings.ts";

/** Settings that are written, right by themselves, and do nothing beside the others of their file (OPT0235). */

/** `why` ends "does nothing", `by` names the setting that makes it useless. A value that holds anyway counts as used. */
type Warn = (row: SettingRow, why: string, help: string, by: string | null) => void;

function warnsOf(settings: Settings, report: Report): Warn {
  return ({ name, fallback }, why, help, by) => {
    const written = settings.get(name);
    if (written === undefined || written.value === null) return;
    if (fallback.kind === "fixed" && isSame(written.value.of, fallback.value)) return;
    const cause = by === null ? undefined : settings.get(by)?.span;
    const advice = { help, fixes: leavingOut(name, written.whole, false, report) };
    warning(report, "OPT0235", `\`${name}\` has no effect ${why}`, [written.span, "has no effect"], advice, [
      cause,
      "because of this",
    ]);
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function rowOf({ settings }: BlockRow, name: string): SettingRow {
  return settings.find((row) => row.name === name)!;
}

export function warnOfAggregate(
  settings: Settings,
  { technology }: Pick<Spec, "technology">,
  free: readonly FreeSetting[],
  report: Report,
): void {
  const warn = warnsOf(settings, report);
  if (free.length === 0) {
    const help = "the compiler chooses with a `technology`, a `require` block and no settings of the network";
    warn(aggregateRows.prefer, "where the compiler chooses nothing", help, "network");
  }
  if (technology !== null) return;
  const help = "name a `technology`: only circuits with one are placed";
  warn(aggregateRows.portOrder, "without a technology", help, null);
}

/** Bounds at the end of their range. */
export function warnOfRequirements(written: Settings, requirements: readonly Requirement[], report: Report): void {
  const warn = warnsOf(written, report);
  for (const { metric, relation, value } of requirements) {
    const { shape } = requirementRows[metric];
    if (shape.kind !== "bound" || value !== (relation === "<=" ? shape.maximum : shape.minimum)) continue;
    warn(
      requirementRows[metric],
      "with a bound that every circuit keeps",
      "write another bound, or leave it out",
      null,
    );
  }
}

export function warnOfTraining(settings: Settings, network: TrainedNetworkSpec, report: Report): void {
  const warn = warnsOf(settings, report);
  const { approximate, approximation, projectEvery } = trainedRows;
  if (network.approximate.kind === "none") {
    for (const row of [approximation, projectEvery]) {
      warn(row, "where no layer is approximated", `leave \`${row.name}\` out`, approximate.name);
    }
  } else if (network.approximation === "manifold") {
    const help = "take `approximation projected`, or leave `project-every` out";
    warn(projectEvery, "on training on the manifold", help, approximation.name);
  }
}

/** Runs whose gradients become words. */
const ofWords = trainingRuns.filter((run) => run !== "float");

/** Settings of `training` blocks, and the runs that take them. */
const takenBy: readonly (readonly [setting: string, runs: readonly string[]])[] = [
  ["phase-sigma", ["noise"]],
  ["error-row", ["errors"]],
  ["error-rate", ["errors"]],
  ["chips", ["noise", "chip-samples"]],
  ["block", ofWords],
  ["quantization", ofWords],
  ["error-feedback", ofWords],
];

export function warnOfRuns(settings: Settings, runs: readonly string[], optimizer: string, report: Report): void {
  const warn = warnsOf(settings, report);
  for (const [name, of] of takenBy) {
    if (of.some((run) => runs.includes(run))) continue;
    const wanted = of.length > 2 ? "run of words" : `${of.join(" or ")} run`;
    const help = `add such a run to \`runs\`, or leave \`${name}\` out`;
    warn(rowOf(trainingRow, name), `without a ${wanted}`, help, "runs");
  }
  if (optimizer !== "adam") return;
  const help = "take `optimizer sgd`, or leave `momentum` out";
  warn(rowOf(trainingRow, "momentum"), "on Adam, which has its own moments", help, "optimizer");
}

const fatTreeRow = clusterRow.blocks.find(({ name }) => name === "fat-tree")!;

/** Of a cluster's `fat-tree`. */
export function warnOfFatTree(
  settings: Settings,
  { routing, placement }: { readonly routing: string; readonly placement: string },
  report: Report,
): void {
  if (routing !== "adaptive") return;
  const warn = warnsOf(settings, report);
  const why = "where packets take all spines";
  warn(rowOf(fatTreeRow, "channels"), why, "take `routing hash`, or leave `channels` out", "routing");
  if (placement === "scattered") return;
  for (const name of ["seed", "seeds"]) {
    const help = `take \`routing hash\` or \`placement scattered\`, or leave \`${name}\` out`;
    warn(rowOf(fatTreeRow, name), `${why} and the ring follows the racks`, help, "routing");
  }
}
