import type { Circuit } from "../netlist/index.ts";
import { type Budget, errorRate, type NoiseModel, powerFigures, timeFigures } from "./budget.ts";
import { decibelsOfPower } from "./decibels.ts";
import { detectionsOf } from "./detections.ts";
import { qOfError } from "./noise.ts";
import { partFigures } from "./part-figures.ts";
import { followLight } from "./paths.ts";
import { coveredArea } from "./power.ts";
import { type QuantityKey, quantities } from "./technology/quantities.ts";
import { isNotGiven, type Reading, readingOf } from "./technology/recorder.ts";
import type { SourceKind, Technology } from "./technology/technology.ts";

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
 * Ranks the quantities that the answers of a budget hang on by what 10 % more of each does, the assumed ones among them marked by their
 * kind. The launch power is that for the wanted word error rate, to first order. The circuit stays as it is: what its devices lose was
 * decided when it was compiled.
 */
export function sensitivities(
  circuit: Circuit,
  model: NoiseModel,
  technology: Technology,
  budget: Budget,
): readonly Sensitivity[] {
  const launch = budget.figures["launch-power"];
  const launchPowerW = launch.kind === "value" ? launch.value : null;
  const q = (reading: Reading, powerW: number): number =>
    qOfError(
      errorRate(
        model,
        detectionsOf(circuit, reading, {
          launchPowerW: powerW,
          oscillatorPowerW: reading.value("local-oscillator-power"),
          symbolRateBd: budget.symbolRateBd,
        }),
      ),
    );
  const attempt = (compute: (reading: Reading) => number, changed: Technology): number | null => {
    try {
      return compute(readingOf(changed));
    } catch (error) {
      if (isNotGiven(error) || budget.noise.kind === "not-computed") return null;
      throw error;
    }
  };
  const measures = {
    latency: (reading: Reading): number => timeFigures(followLight(circuit, partFigures(reading)), reading).latencyS,
    area: (reading: Reading): number => coveredArea(budget.hardware, reading),
    electricalPower: (reading: Reading): number =>
      powerFigures(circuit, budget.hardware, model, reading, {
        launchPowerW: budget.launchPowerW,
        oscillatorPowerW: reading.value("local-oscillator-power"),
        symbolRateBd: budget.symbolRateBd,
      }).electrical.totalW,
  };
  const now = {
    latency: attempt(measures.latency, technology),
    area: attempt(measures.area, technology),
    electricalPower: attempt(measures.electricalPower, technology),
  };
  const atLaunch = launchPowerW === null ? null : attempt((reading) => q(reading, launchPowerW), technology);
  const beyond =
    launchPowerW === null ? null : attempt((reading) => q(reading, launchPowerW * Math.exp(STEP)), technology);
  const answers = [launch, budget.noise, budget.time, budget.power, budget.figures.area, budget.figures["path-loss"]];
  const used = new Set(answers.flatMap((answer) => (answer.kind === "value" ? answer.uses : [])));
  const rows = [...used].map((key): Sensitivity => {
    const changed = withMore(technology, key);
    const relative = (metric: keyof typeof measures): number => {
      const before = now[metric];
      const after = before === null ? null : attempt(measures[metric], changed);
      return before === null || after === null || before === 0 ? 0 : tidy(after / before - 1);
    };
    const latency = relative("latency");
    const area = relative("area");
    const electricalPower = relative("electricalPower");
    let launchPower = 0;
    if (launchPowerW !== null && atLaunch !== null && beyond !== null) {
      const after = attempt((reading) => q(reading, launchPowerW), changed);
      if (after !== null) launchPower = tidy(Math.expm1(((atLaunch - after) * STEP) / (beyond - atLaunch)));
    }
    const largest = Math.max(...[launchPower, electricalPower, latency, area].map(Math.abs));
    return { key, kind: technology.entries[key]!.kind, launchPower, electricalPower, latency, area, largest };
  });
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

function tidy(change: number): number {
  return Math.abs(change) < NOTHING ? 0 : change;
}
