import { figure, grouped, measured } from "../../dsl/index.ts";
import { csvLine, headedTable } from "../../formats/index.ts";
import { LIGHT_SPEED_M_S, MOST_SWEPT, type Sweep, type SweepRange } from "../../physics/index.ts";
import type { Terminal } from "./terminal.ts";

/** What `optinc sweep` found of a circuit. */
export interface SweepReport extends Sweep {
  readonly circuit: string;
  readonly technology: string;
  readonly assumed: readonly string[];
}

export function sweepText(report: SweepReport, paint: Terminal["paintOut"]): string {
  const { circuit, technology, wavelengthM, ranges, hasLengths, notGiven, assumed } = report;
  const rows = [
    ["phases", "changed", "from", "to", ""],
    ...ranges.map((range, i) => [range.trim === ranges[i - 1]?.trim ? "" : range.trim, ...rangeRow(report, range)]),
  ];
  return `${[
    `${paint.bold(`${circuit} in ${technology}`)}, phases set at ${figure(wavelengthM * 1e9)} nm: every word is ${provedText(report)} within`,
    ...headedTable(rows, paint.dim, "all"),
    sharedText(report),
    ...(hasLengths ? [] : ["  not counted  waveguides: the circuit was compiled without a technology"]),
    ...(notGiven.length === 0 ? [] : [`  not given  ${notGiven.join(", ")}: taken as 0`]),
    ...(assumed.length === 0 ? [] : [`  assumed    ${assumed.join(", ")}`]),
  ].join("\n")}\n`;
}

function provedText({ method, vectors, all }: Sweep): string {
  if (method === "states") return "proved right";
  return `right (${grouped(vectors)} ${all ? "vectors, which are all" : "random vectors"})`;
}

/** Between two wavelengths, on a grid of ITU-T G.694.1. */
const CHANNEL_HZ = 100e9;

/** What one chip for all wavelengths in the first range would save and take. */
function sharedText({ ranges, wavelengthM, hardware }: Sweep): string {
  const { low, high } = ranges[0]!;
  const widthHz = LIGHT_SPEED_M_S / (wavelengthM + low) - LIGHT_SPEED_M_S / (wavelengthM + high);
  const { mzis, heaters, neurons, receivers, transmitters, referenceInputs } = hardware;
  return [
    `  shared       wavelengths ${measured(CHANNEL_HZ, "Hz")} apart that the first range holds: ${1 + Math.floor(widthHz / CHANNEL_HZ)}; each beyond one saves ${mzis} MZIs and ${heaters} heaters`,
    `               and takes demultiplexers of ${neurons + receivers} detectors, multiplexers of ${neurons} neurons and ${transmitters + referenceInputs} inputs`,
  ].join("\n");
}

function rangeRow(sweep: Sweep, { axis, low, high }: SweepRange): string[] {
  const unit = axis === "laser" ? "m" : "K";
  const most = MOST_SWEPT[axis];
  const end = (size: number): string => `${measured(size, unit)}${Math.abs(size) === most ? " or more" : ""}`;
  const row = [end(low), end(high)];
  if (axis === "chip") return ["chip", ...row, ""];
  if (axis === "both") {
    return ["both", ...row, `the laser follows the chip by ${measured(sweep.followMPerK, "m")} a kelvin`];
  }
  const hertz = [high, low].map((size) => measured(frequencyChange(sweep, size), "Hz"));
  return ["laser", ...row, `${hertz.join(" to ")}`];
}

function frequencyChange({ wavelengthM }: Sweep, size: number): number {
  return LIGHT_SPEED_M_S / (wavelengthM + size) - LIGHT_SPEED_M_S / wavelengthM;
}

const columns = ["phases", "change", "wavelength_nm", "frequency_ghz", "temperature_k", "proved", "wrong", "vectors"];

/** A row a point; wavelength, frequency and temperature against those at which the phases were set. */
export function* sweepCsv(sweep: Sweep): Generator<string> {
  yield csvLine(columns);
  for (const { axis, trim, points } of sweep.ranges) {
    for (const { wavelengthM, temperatureK, isProved, wrong } of points) {
      const offset = [wavelengthM * 1e9, frequencyChange(sweep, wavelengthM) / 1e9, temperatureK];
      yield csvLine([trim, axis, ...offset, isProved ? 1 : 0, wrong, sweep.vectors]);
    }
  }
}

export function sweepJson(report: SweepReport): string {
  return `${JSON.stringify({ format: "optinc.sweep", version: 1, ...report }, null, 2)}\n`;
}
