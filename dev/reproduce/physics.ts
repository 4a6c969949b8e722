import { synthesise } from "../../compiler/index.ts";
import { mziFactor } from "../../netlist/index.ts";
import {
  type Answer,
  type Budget,
  budgetSteps,
  dbm,
  decibelsOfField,
  opticsOf,
  type Technology,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { meanSpec, shipped } from "../bench/specs.ts";
import { markdownTable, type TableRow } from "../bench/table.ts";
import { paperArea } from "./paper-area.ts";
import { tableOne } from "./published.ts";

/** What the table is about: an error in 1e12 words at 5 dBm a symbol, at a rate that the parts' bandwidths allow. */
const symbolRatesBd: Readonly<Record<string, number>> = { "foundry-si": 3e9, "best-published": 10e9 };
const symbolRateOf = (technology: string): number => symbolRatesBd[technology]!;
const LAUNCH_POWER_W = 1e-3 * 10 ** 0.5;

/** Light so quiet that other noise decides: what intensity noise costs. In dB/Hz. */
const QUIET_DB_PER_HZ = -170;
const quietHead = `the same with signal-rin ${QUIET_DB_PER_HZ}`;

/** The largest that can be asked for: noise has to cross it. */
const MARGIN = 0.45;

export interface PhysicsCase {
  readonly workers: number;
  readonly bits: number;
  /** Whether what is left of a digit, and the results, are sent by a neuron each. */
  readonly amplified: boolean;
  readonly cascade: readonly number[] | null;
}

export const physicsCases: readonly PhysicsCase[] = (
  [
    [4, 8, false, null],
    [8, 8, false, null],
    [16, 8, false, null],
    [4, 16, false, null],
    [4, 8, true, null],
    [8, 8, true, null],
    [8, 8, true, [4, 2]],
    [16, 8, true, null],
    [16, 8, true, [4, 4]],
    [4, 16, true, null],
  ] as const
).map(([workers, bits, amplified, cascade]) => ({ workers, bits, amplified, cascade }));
export const physicsTechnologies: readonly string[] = ["foundry-si", "best-published"];

/** The budget table as Markdown: every circuit compiled for each technology, with its losses made up for. */
export function physicsTable(): string {
  const rows = physicsTechnologies.flatMap((technology) => [
    ...physicsCases.map((which) => physicsRow(which, technology)),
    paperRow(technology),
  ]);
  return markdownTable(rows);
}

/** One row of it. */
export function physicsRow({ workers, bits, amplified, cascade }: PhysicsCase, technologyName: string): TableRow {
  const technology = shipped(technologyName);
  const { optics } = opticsOf(technology, symbolRateOf(technologyName));
  if (optics === null) throw new Error(`${technologyName} does not give what a circuit is constructed with`);
  const light = amplified ? "; residual regenerated; outputs regenerated" : "";
  const topology = cascade === null ? "" : `topology cascade ${cascade.join(" x ")}; `;
  const spec = meanSpec(workers, bits, `${topology}network constructed { decision-margin ${MARGIN}${light} }`);
  const { circuit } = synthesise(spec, { network: null }, optics);
  const options = { technology, symbolRateBd: symbolRateOf(technologyName), launchPowerW: LAUNCH_POWER_W };
  const budget = finish(budgetSteps(circuit, options));
  const { figures, power, energy, noise } = budget;
  const quiet = finish(budgetSteps(circuit, { ...options, technology: withQuietLight(technology) }));
  return {
    circuit: [
      spec.name,
      ...(amplified ? ["regenerated"] : []),
      ...(cascade === null ? [] : [cascade.join(" x ")]),
    ].join(", "),
    technology: technologyName,
    "path loss": figureText(figures["path-loss"], (value) => `${value.toFixed(1)} dB`),
    crossings: figureText(figures.crossings, String),
    "word errors at 5 dBm": figureText(noise, ({ wordErrorRate }) =>
      wordErrorRate > 1 ? "no bound" : wordErrorRate.toExponential(1),
    ),
    "launch for 1e-12": launchText(budget),
    [quietHead]: launchText(quiet),
    latency: figureText(figures.latency, (value) => `${(value * 1e9).toFixed(2)} ns`),
    "symbol rate (allowed, proved)": figureText(budget.rate, ({ largestSymbolRateBd, provedSymbolRateBd }) => {
      const proved = provedSymbolRateBd === null ? "none" : (provedSymbolRateBd / 1e9).toFixed(2);
      return `${symbolRateOf(technologyName) / 1e9} GBd (${(largestSymbolRateBd / 1e9).toFixed(1)}, ${proved})`;
    }),
    "power at 5 dBm": figureText(power, ({ electrical }) => `${electrical.totalW.toFixed(1)} W`),
    "energy a word": figureText(energy, ({ joulesPerWord, switch: electronic }) => {
      const beside = electronic === null ? "" : ` (switch ${(electronic.joulesPerWord * 1e12).toFixed(0)})`;
      return `${(joulesPerWord * 1e12).toFixed(0)} pJ${beside}`;
    }),
    area: figureText(figures.area, (value) => `${(value * 1e6).toFixed(1)} mm2`),
  };
}

function withQuietLight(technology: Technology): Technology {
  const entry = technology.entries["signal-rin"];
  if (entry === undefined) return technology;
  return { ...technology, entries: { ...technology.entries, "signal-rin": { ...entry, value: QUIET_DB_PER_HZ } } };
}

function launchText(budget: Budget): string {
  const launch = budget.figures["launch-power"];
  if (launch.kind === "not-computed")
    return budget.noise.kind === "value" ? "none: noise that grows with the light" : "not computed";
  return `${dbm(launch.value).toFixed(1)} dBm`;
}

/**
 * The paper's network of Table I's first row between P and T, as it counts MZIs: each layer of blocks as wide as its shorter side, a block as many columns
 * deep as it is wide, and one column of attenuators. Combiners, splitters and crossings are left out, so that its loss is a lower bound. Of its
 * heaters two an MZI stand at a quarter of a turn on average.
 */
function paperRow(technologyName: string): TableRow {
  const { widths } = tableOne[0]!;
  const technology = shipped(technologyName);
  const { optics } = opticsOf(technology, symbolRateOf(technologyName));
  const depth = widths.slice(1).reduce((sum, width, i) => sum + Math.min(width, widths[i]!) + 1, 0);
  const { mzis } = paperArea(tableOne[0]!);
  const heatersW = (technology.entries["heater-power-pi"]?.value ?? Number.NaN) * mzis;
  const lossDb = optics === null ? Number.NaN : -depth * decibelsOfField(mziFactor(optics, 2));
  return {
    circuit: `the paper's ${widths.join("-")}: ${mzis} MZIs, at least ${depth} columns`,
    technology: technologyName,
    "path loss": `at least ${lossDb.toFixed(0)} dB`,
    crossings: "not placed",
    "word errors at 5 dBm": "not computed: without neurons' gains",
    "launch for 1e-12": "not computed",
    [quietHead]: "not computed",
    latency: optics === null ? "" : `at least ${(depth * optics.mziDelayS * 1e9).toFixed(2)} ns`,
    "symbol rate (allowed, proved)": `${symbolRateOf(technologyName) / 1e9} GBd`,
    "power at 5 dBm": `heaters ${heatersW.toFixed(0)} W`,
    "energy a word": `heaters ${((heatersW / symbolRateOf(technologyName)) * 1e12).toFixed(0)} pJ`,
    area: "",
  };
}

function figureText<T>(answer: Answer<T>, text: (value: T) => string): string {
  return answer.kind === "value" ? text(answer.value) : "not computed";
}
