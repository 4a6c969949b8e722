import { arrivalTimes, type Circuit } from "../../netlist/index.ts";
import { type Steps, within } from "../../verify/index.ts";
import { decibelsOfPower } from "../light/decibels.ts";
import { partFigures } from "../light/part-figures.ts";
import { latencyOf } from "../light/paths.ts";
import { launchedLight } from "../noise/detections.ts";
import { qOfError } from "../noise/noise.ts";
import type { NoiseModel } from "../noise/noise-model.ts";
import { type QuantityKey, quantities } from "../technology/quantities.ts";
import type { Reading } from "../technology/recorder.ts";
import type { SourceKind, Technology } from "../technology/technology.ts";
import { answerOf } from "./answers.ts";
import { type Budget, noiseAloneSteps, powerFigures } from "./budget.ts";
import { coveredArea } from "./power.ts";

/** What 10 % more of one quantity does to the answers; each as the relative change of the figure. */
export interface Sensitivity {
  readonly key: QuantityKey;
  readonly kind: SourceKind;
  readonly launchPower: number;
  readonly electricalPower: number;
  readonly latency: number;
  readonly area: number;
  /** The largest of them. */
  readonly largest: number;
}

/** By how much a quantity is changed: of one in dB/Hz its ratio, of every other its value. */
const CHANGE = 0.1;

/** Step of the logarithm of the launch power by which its slope is measured. */
const STEP = 0.02;

/** Changes below this are rounding. */
const NOTHING = 1e-9;

/**
 * Ranks the quantities that the answers of a budget depend on by what 10 % more of each does, the assumed ones among them marked by their
 * kind. The launch power is that for the wanted word error rate, to first order. The circuit stays as it is: what its devices lose was
 * decided when it was compiled.
 */
export function* sensitivitySteps(
  circuit: Circuit,
  model: NoiseModel,
  technology: Technology,
  budget: Budget,
): Steps<readonly Sensitivity[]> {
  const launch = budget.figures["launch-power"];
  const launchPowerW = launch.kind === "value" ? launch.value : null;
  function* q(changed: Technology, powerW: number): Steps<number | null> {
    const rate = yield* noiseAloneSteps(circuit, model, changed, budget.symbolRateBd, powerW);
    return rate === null ? null : qOfError(rate);
  }
  const attempt = (compute: (reading: Reading) => number, changed: Technology): number => {
    const found = answerOf(changed, compute);
    return found.kind === "value" ? found.value : Number.NaN;
  };
  const light = (reading: Reading) => launchedLight(reading, budget.launchPowerW, budget.symbolRateBd);
  const measures = {
    latency: (reading: Reading): number => latencyOf(arrivalTimes(circuit, partFigures(reading))),
    area: (reading: Reading): number => coveredArea(budget.hardware, reading),
    electricalPower: (reading: Reading): number =>
      powerFigures(circuit, budget.hardware, model, reading, light(reading)).electrical.totalW,
  };
  const now = {
    latency: attempt(measures.latency, technology),
    area: attempt(measures.area, technology),
    electricalPower: attempt(measures.electricalPower, technology),
  };
  const atLaunch = launchPowerW === null ? null : yield* q(technology, launchPowerW);
  const beyond = launchPowerW === null ? null : yield* q(technology, launchPowerW * Math.exp(STEP));
  const answers = [launch, budget.noise, budget.time, budget.power, budget.figures.area, budget.figures["path-loss"]];
  const used = new Set(answers.flatMap((answer) => (answer.kind === "value" ? answer.uses : [])));
  const rows: Sensitivity[] = [];
  for (const key of used) {
    const at = { done: rows.length, total: used.size, unit: "quantities", wrong: null } as const;
    yield at;
    const changed = withMore(technology, key);
    const relative = (metric: keyof typeof measures) => tidy(attempt(measures[metric], changed) / now[metric] - 1);
    const latency = relative("latency");
    const area = relative("area");
    const electricalPower = relative("electricalPower");
    let launchPower = 0;
    if (launchPowerW !== null && atLaunch !== null && beyond !== null) {
      const after = yield* within(q(changed, launchPowerW), () => at);
      if (after !== null) launchPower = tidy(Math.expm1(((atLaunch - after) * STEP) / (beyond - atLaunch)));
    }
    const largest = Math.max(...[launchPower, electricalPower, latency, area].map(Math.abs));
    rows.push({ key, kind: technology.entries[key]!.kind, launchPower, electricalPower, latency, area, largest });
  }
  return rows.sort((a, b) => b.largest - a.largest || (a.key < b.key ? -1 : 1));
}

/** The technology with 10 % more of one quantity. */
function withMore(technology: Technology, key: QuantityKey): Technology {
  const entry = technology.entries[key]!;
  const value =
    quantities[key].dimension === "relative noise"
      ? entry.value + decibelsOfPower(1 + CHANGE)
      : entry.value * (1 + CHANGE);
  return { ...technology, entries: { ...technology.entries, [key]: { ...entry, value } } };
}

/** Nothing where there is no figure, or one of 0. */
function tidy(change: number): number {
  return Number.isFinite(change) && Math.abs(change) >= NOTHING ? change : 0;
}
