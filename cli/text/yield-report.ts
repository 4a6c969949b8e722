import { counted, figure, grouped, percent } from "../../dsl/index.ts";
import { csvLine, headedTable } from "../../formats/index.ts";
import type { ErrorDeviations, Pitch } from "../../netlist/index.ts";
import {
  type ChipResult,
  type Culprit,
  type ErrorSource,
  type Fabrication,
  readingsAveraged,
  type StaticErrors,
  type Tolerance,
  untrimmed,
  type Yield,
  type YieldPoint,
} from "../../physics/index.ts";
import type { Terminal } from "./terminal.ts";

/** What `optinc yield` found about one circuit. */
export interface YieldReport {
  readonly circuit: string;
  /** Null where only the command line names errors. */
  readonly technology: string | null;
  readonly errors: ErrorDeviations;
  readonly pitch: Pitch;
  /** Quantities that the technology does not give: of these errors there are none. */
  readonly notGiven: readonly string[];
  /** Assumed quantities that the figures use. */
  readonly assumed: readonly string[];
  readonly yield: Yield;
  /** Chips wanted; a signal may have ended the work before. */
  readonly wanted: number;
  readonly fabrication: (Fabrication & StaticErrors) | null;
  /** Null without the option. */
  readonly tolerances: readonly (Tolerance & Pick<ErrorSource, "name" | "unit" | "meaning">)[] | null;
  readonly ranking: readonly Culprit[] | null;
  /** Before and after the procedure of `optinc bringup`; null without the option. */
  readonly calibrated: readonly CalibratedRow[] | null;
  /** Share of good chips when every phase has this error and all else is as above; null without the option. */
  readonly curve: readonly YieldPoint[] | null;
}

/** Chips whose neurons are as fabrication leaves them, at one stage of their bring-up. */
export interface CalibratedRow extends Yield {
  readonly stage: "as built" | "trimmed" | "brought up";
  /** Chips of which a step said that something is wrong, among the bad and among the good ones. */
  readonly suspectBad: number;
  readonly suspectGood: number;
  /** Phases that heaters give after the steps, over pi: of all heaters of a chip, mean over the chips. */
  readonly heatersPi: number;
}

const shownCulprits = 12;

export function yieldText(report: YieldReport, paint: Terminal["paintOut"]): string {
  const { circuit, technology, yield: found, wanted, fabrication, notGiven, assumed } = report;
  const under = technology === null ? "" : ` under ${technology}`;
  const interval = `95 %: ${percent(found.low)} to ${percent(found.high)}`;
  const share = found.chips === 0 ? "no chip was judged" : `${percent(found.share)} (${interval})`;
  const lines = [
    `${paint.bold(circuit)}${under}: ${grouped(found.good)} of ${counted(found.chips, "chip")} without a wrong word, ${share}`,
    ...(found.chips < wanted ? [`  ended      before all of ${counted(wanted, "chip")} were judged`] : []),
    `  judged     by ${methodText(found)}, seed ${found.seed}`,
    `  errors     ${errorsText(report.errors)}`,
    ...(notGiven.length === 0 ? [] : [`  not given  ${notGiven.join(", ")}: taken as exact`]),
    ...(assumed.length === 0 ? [] : [`  assumed    ${assumed.join(", ")}`]),
    ...(fabrication === null ? [] : [`  bring-up   ${fabricationText(fabrication)}`]),
  ];
  return `${[...lines, ...calibratedLines(report, paint), ...toleranceLines(report, paint), ...rankingLines(report, paint)].join("\n")}\n`;
}

function methodText({ method, vectors }: Yield): string {
  if (method === "states") return "every reachable state of every cell, for all words of all workers";
  const what = method === "exhaustive" ? "all distinct vectors of symbol sums" : "random vectors";
  return `${grouped(vectors ?? 0)} vectors (${what}), against what the circuit without errors reads`;
}

const units: Readonly<Record<ErrorSource["unit"], (size: number) => string>> = {
  rad: (size) => `${figure(size)} rad`,
  "1": (size) => `${figure(100 * size)} %`,
  dB: (size) => `${figure(size)} dB`,
  bits: (size) => counted(size, "bit"),
};

function errorsText(errors: ErrorDeviations): string {
  const { extinction, dac, crosstalk } = errors;
  const texts = [
    ["phase", errors.phaseRad, units.rad],
    ["splitter", errors.couplerRad, units.rad],
    ["splitters together", errors.couplerCommonRad, units.rad],
    ["neuron offset", errors.offset, units["1"]],
    ["neuron gain", errors.gain, units["1"]],
    ["loss", errors.lossDb, units.dB],
    ["worker phase", errors.workerPhaseRad, units.rad],
    ["fibre phase", errors.fibrePhaseRad, units.rad],
    ["reference light", errors.reference, units["1"]],
  ] as const;
  const all = [
    ...texts.flatMap(([name, size, text]) => (size === 0 ? [] : [`${name} ${text(size)}`])),
    ...(extinction === null
      ? []
      : [`extinction ${figure(extinction.ratioDb)} dB at ${figure(extinction.phaseRad)} rad`]),
    ...(dac === null ? [] : [`DAC of ${counted(dac.bits, "bit")} up to ${figure(dac.rangeRad)} rad`]),
    ...(crosstalk === null
      ? []
      : [`heater crosstalk ${units["1"](crosstalk.share)} at ${figure(crosstalk.distanceM * 1e6)} um`]),
  ];
  return all.length === 0 ? "none" : all.join(", ");
}

function fabricationText({ armRad, shifterRad, goodUncorrected, chips }: StaticErrors): string {
  return (
    `corrects ${figure(armRad)} rad of an arm, ${figure(shifterRad)} rad of a shifter (root mean square); without it ` +
    `${grouped(goodUncorrected)} of ${counted(chips, "chip")} would be good`
  );
}

const stages: Readonly<Record<CalibratedRow["stage"], string>> = {
  "as built": "knobs and phases as designed, with the phase errors",
  trimmed: "levels, thresholds and gains set; no heater touched",
  "brought up": "from unknown phases: heaters set, then drifted by the phase error, then trimmed",
};

function calibratedLines({ calibrated }: YieldReport, paint: Terminal["paintOut"]): string[] {
  if (calibrated === null) return [];
  const rows = [
    ["", "good chips", "95 %", ""],
    ...calibrated.map(({ stage, good, chips, share, low, high, suspectBad, suspectGood, heatersPi }) => {
      const named = `; steps warn of ${grouped(suspectBad)} of ${grouped(chips - good)} bad chips, and of ${grouped(suspectGood)} good ones`;
      const isNamed = stage !== "as built" && (good < chips || suspectGood > 0);
      return [
        stage,
        `${grouped(good)} of ${grouped(chips)}, ${percent(share)}`,
        `${percent(low)} to ${percent(high)}`,
        `${stages[stage]}${heatersPi > 0 ? ` (heaters ${figure(heatersPi)} pi)` : ""}${isNamed ? named : ""}`,
      ];
    }),
  ];
  const { gain, offset, monitorNoise } = untrimmed;
  const assumed = `neuron gain ${units["1"](gain)}, offset ${units["1"](offset)} of its range; readings to ${units["1"](monitorNoise)} of full scale (means of ${readingsAveraged})`;
  return ["", ...headedTable(rows, paint.dim, "all"), `  assumed in these rows: ${assumed}`];
}

function toleranceLines({ tolerances }: YieldReport, paint: Terminal["paintOut"]): string[] {
  if (tolerances === null) return [];
  const size = (value: number | null, unit: ErrorSource["unit"], none: string): string =>
    value === null ? none : units[unit](value);
  const rows = [
    ["alone", "holds at", "fails at", ""],
    ...tolerances.map(({ name, unit, meaning, holds, fails }) => [
      name,
      size(holds, unit, "none tried"),
      size(fails, unit, "none tried"),
      meaning,
    ]),
  ];
  return ["", ...headedTable(rows, paint.dim, "all")];
}

function rankingLines({ ranking }: YieldReport, paint: Terminal["paintOut"]): string[] {
  if (ranking === null) return [];
  const rows = [
    ["breaks first, alone", "column", "mode", "phase", "error"],
    ...ranking
      .slice(0, shownCulprits)
      .map(({ section, mesh, column, mode, phase, errorRad }) => [
        `${section} ${mesh}`,
        `${column}`,
        `${mode}`,
        phase,
        errorRad === null ? "none up to pi" : units.rad(errorRad),
      ]),
  ];
  const free = ranking.filter(({ errorRad }) => errorRad === null).length;
  return [
    "",
    ...headedTable(rows, paint.dim, "all"),
    `  of ${counted(ranking.length, "phase")}, ${free === 0 ? "all of which break a word alone" : `${grouped(free)} of which break nothing alone`}`,
  ];
}

/** The same whatever the threads; times and paths are in none of it. */
export function yieldJson(reports: readonly YieldReport[]): string {
  return `${JSON.stringify({ format: "optinc.yield", version: 1, circuits: reports }, null, 2)}\n`;
}

const chipColumns = [
  "chip",
  "good",
  "phase_rad",
  "coupler_common_rad",
  "largest_offset",
  "worker_phase_rad",
  "reference",
];

/** One row a chip, in the order of their numbers. */
export function* chipsCsv(chips: readonly ChipResult[]): Generator<string> {
  yield csvLine(chipColumns);
  for (const { chip, good, phaseRad, couplerCommonRad, offset, workerPhaseRad, reference } of chips) {
    yield csvLine([chip, good ? 1 : 0, phaseRad, couplerCommonRad, offset, workerPhaseRad, reference]);
  }
}

/** What one size of an error is called on the axis of a drawing. */
export function curveTitle({ circuit, technology, yield: { seed, chips } }: YieldReport): string {
  return `Yield of ${circuit}${technology === null ? "" : ` under ${technology}`}: ${counted(chips, "chip")} a point, seed ${seed}`;
}
