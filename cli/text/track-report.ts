import { figure, grouped, measured, percent } from "../../dsl/index.ts";
import { csvLine, headedTable } from "../../formats/index.ts";
import { drawnErrors } from "../../netlist/index.ts";
import {
  type KnobResidual,
  LARGEST_SHIFT,
  type QuantityKey,
  type TrackedTime,
  type Tracking,
  type TrackOptions,
} from "../../physics/index.ts";
import { driveText } from "./procedure-report.ts";
import type { Terminal } from "./terminal.ts";

/** What `optinc track` found about one chip. */
export interface TrackReport extends Tracking {
  readonly circuit: string;
  readonly options: TrackOptions;
  readonly uses: readonly QuantityKey[];
}

/** Pilots and times that are printed. */
const SHOWN = 6;

export function trackText(report: TrackReport, paint: Terminal["paintOut"]): string {
  const { circuit, options, loop, pilots, detectors, times, words, all, uses } = report;
  const { technology, rateHz, gain, chip, question, symbolRateBd } = options;
  const rest = pilots.length - SHOWN;
  const assumed = uses.filter((key) => technology.entries[key]?.kind === "assumed");
  const table = (rows: readonly (readonly string[])[]): string[] => headedTable(rows, paint.dim);
  const lines = [
    `${paint.bold(circuit)} in ${technology.name}: ${verdict(report)}`,
    `  chip ${grouped(chip)} of seed ${question.seed}, brought up; ${all ? "all " : ""}${grouped(words)} ${all ? "" : "random "}vectors of words tried, right ones proved for all`,
    `  drifts        ${driftText(report)}`,
    `  loop          ${measured(rateHz, "Hz")} of rounds x gain ${figure(gain)} / 2 pi: bandwidth ${measured(loop.bandwidthHz, "Hz")}`,
    `  pilots        ${pilots.length} a round, each alone at its highest level`,
    `  readings      at each quarter of a turn of the oscillators`,
    `  cost          ${percent(loop.lost)} of the throughput (${measured(loop.roundS, "s")} a round at ${measured(symbolRateBd, "Bd")})`,
    `  health        ${report.health.off} of ${report.health.readings} readings off by more than ${percent(LARGEST_SHIFT)} in the end, ${report.health.untracked} untracked`,
    `  availability  ${percent(report.availability)}; untracked ${percent(report.untrackedAvailability)}, set again each ${measured(report.untrackedS, "s")}`,
    "",
    ...table([["pilot", "words", "drive", "detectors"], ...pilots.slice(0, SHOWN).map(pilotRow)]),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
    "",
    ...table([["detector", "pilots", "least field", "largest field"], ...detectors.slice(0, SHOWN).map(detectorRow)]),
    ...(detectors.length > SHOWN ? [`  and ${detectors.length - SHOWN} more`] : []),
    "",
    ...table([
      ["knobs", "number", "lag", "walk", "noise", "driver", "rms seen", "largest"],
      ...kinds(report).map(kindRow),
    ]),
    "",
    ...table([["after", "rms phase", "largest", "wrong words", "untracked"], ...shownTimes(times).map(timeRow)]),
    ...(assumed.length === 0 ? [] : [`  assumed: ${assumed.join(", ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function verdict({ times, options }: TrackReport): string {
  const wrong = times.filter(({ right }) => !right).length;
  const last = measured(options.rounds / options.rateHz, "s");
  return wrong === 0
    ? `every word stays right over ${last} of drift`
    : `words are wrong at ${wrong} of ${times.length} times within ${last} of drift`;
}

function driftText({ drifts, options: { technology } }: TrackReport): string {
  const of = (key: QuantityKey): number => technology.entries[key]?.value ?? 0;
  return [
    `fibres ${figure(of("fibre-drift"))} rad/s each`,
    `heaters ${figure(of("heater-walk"))} rad in the first hour`,
    `chip ${measured(drifts.temperatureK, "K")}/s`,
    `laser ${measured(drifts.frequencyHz, "Hz")}/s`,
  ].join(", ");
}

function pilotRow({ name, words, drive, detectors }: Tracking["pilots"][number]): string[] {
  return [name, words.join(" "), driveText(drive), `${detectors.length}`];
}

function detectorRow({ name, pilots, least, most }: Tracking["detectors"][number]): string[] {
  return [name, `${pilots}`, percent(least), percent(most)];
}

function kinds({ knobs }: TrackReport): (readonly KnobResidual[])[] {
  const names = [...new Set(knobs.map(({ knob }) => knob.kind))];
  return names.map((name) => knobs.filter(({ knob }) => knob.kind === name));
}

const residuals = ["lagRad", "walkRad", "noiseRad", "driverRad", "rmsRad", "largestRad"] as const;

/** The largest of each figure. */
function kindRow(knobs: readonly KnobResidual[]): string[] {
  const most = residuals.map((key) => radians(Math.max(...knobs.map((knob) => knob[key]))));
  return [knobs[0]!.knob.kind, `${knobs.length}`, ...most];
}

function radians(rad: number): string {
  return `${figure(Number((1e3 * rad).toPrecision(3)))} mrad`;
}

function shownTimes(times: readonly TrackedTime[]): readonly TrackedTime[] {
  const every = Math.ceil(times.length / SHOWN);
  return times.filter((_, i) => (i + 1) % every === 0 || i + 1 === times.length);
}

function timeRow({ seconds, rmsRad, largestRad, wrong, untracked }: TrackedTime): string[] {
  return [measured(seconds, "s"), radians(rmsRad), radians(largestRad), grouped(wrong), grouped(untracked)];
}

export function trackJson({ options, drifts, uses, ...report }: TrackReport): string {
  const { technology, question, symbolRateBd, ...asked } = options;
  const { phaseRad } = drawnErrors(question.errors).errors;
  const known = { technology: technology.name, seed: question.seed, symbolRateBd, phaseRad };
  const fields = { ...known, ...asked, uses, ...report };
  const fibres = [...drifts.fibres];
  return `${JSON.stringify({ format: "optinc.track", version: 1, ...fields, drifts: { ...drifts, fibres } }, null, 2)}\n`;
}

/** A row a time. */
export function* trackCsv({ times, words }: TrackReport): Generator<string> {
  yield csvLine(["seconds", "rms_rad", "largest_rad", "words", "wrong", "proved", "wrong_untracked"]);
  for (const { seconds, rmsRad, largestRad, wrong, right, untracked } of times) {
    yield csvLine([seconds, rmsRad, largestRad, words, wrong, right ? 1 : 0, untracked]);
  }
}
