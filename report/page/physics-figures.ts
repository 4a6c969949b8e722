import { figure, measured } from "../../dsl/index.ts";
import { theme } from "../../formats/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import {
  type Answer,
  areaParts,
  type Bar,
  type Budget,
  drawBars,
  drawMargins,
  drawWaterfall,
  type FigurePart,
  qOfError,
  readingOf,
  type Technology,
  type Yield,
} from "../../physics/index.ts";
import type { Comparator } from "../player/comparators.ts";
import type { ReportFigure } from "./figures.ts";
import type { Table } from "./table.ts";

/** What a page shows: drawings, and the tables that they are made of. */
export interface Shown {
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly Table[];
}

export const nothing: Shown = { figures: [], tables: [] };

/** Bars of a drawing: the rest is in the table. */
const mostBars = 40;

/** How far every comparator stays from another decision, on ideal devices; `wanted` is the margin of the spec, in LSB. */
export function comparatorFigures(
  { sections }: Circuit,
  comparators: readonly Comparator[],
  wanted: number | null,
): Shown {
  if (comparators.length === 0) return nothing;
  const weakest = [...comparators].sort((a, b) => a.margin - b.margin);
  const place = ({ section, mode }: Comparator): string => `${sections[section]!.name} mode ${mode}`;
  const bars = weakest.slice(0, mostBars).map((it): Bar => {
    const missed = wanted !== null && it.margin < wanted - 1e-9;
    return {
      name: `${it.cell}: ${place(it)}`,
      value: it.margin,
      text: figure(it.margin),
      colour: missed ? theme.red : theme.green,
    };
  });
  const left = weakest.length > mostBars ? `, ${mostBars} weakest of ${weakest.length}` : "";
  const dashed = wanted === null ? "" : `; dashed: ${figure(wanted)} are wanted`;
  return {
    figures: [
      {
        id: "comparator-margins",
        title: "Margins of the comparators",
        explanation:
          "How far the sum of a cell may move before a comparator decides otherwise: least over all reachable states.",
        svg: drawBars(`Margin in LSB${left}${dashed}`, "LSB", bars, wanted),
      },
    ],
    tables: [
      {
        name: "comparators",
        caption: "Comparators and their weakest states",
        columns: ["cell", "neuron", "margin, LSB", "field of one LSB", "state"],
        rows: weakest.map((it) => [it.cell, place(it), it.margin, it.fieldPerGridStep, it.state]),
      },
    ],
  };
}

/** Losses, noise, powers and area of a budget; what could not be computed is in the table, with why. */
export function budgetFigures(budget: Budget, technology: Technology, chips: Yield | null): Shown {
  const under = `${budget.technology} at ${measured(budget.symbolRateBd, "Bd")}`;
  const noise = given(budget.noise);
  const worst = given(budget.waterfalls)?.[0];
  const power = given(budget.power);
  const area = budget.figures.area.kind === "value" ? areaParts(budget.hardware, readingOf(technology)) : [];
  const electrical = power === null ? [] : partsOf(power.electrical, electricalNames);
  const light = power === null ? [] : partsOf(power.light, lightNames);
  const share = (
    id: string,
    title: string,
    explanation: string,
    parts: readonly FigurePart[],
    scale: number,
    unit: string,
  ): readonly ReportFigure[] => {
    const bars = parts.filter(({ value }) => value > 0);
    const total = parts.reduce((sum, { value }) => sum + value, 0);
    if (bars.length === 0) return [];
    const sorted = [...bars].sort((a, b) => b.value - a.value);
    const text = (value: number): string => `${figure(value * scale)} ${unit}`;
    const drawn = sorted.map(
      ({ name, value }): Bar => ({
        name,
        value: value * scale,
        text: text(value),
        colour: theme.blue,
      }),
    );
    return [{ id, title, explanation, svg: drawBars(`${title}: ${text(total)}`, unit, drawn) }];
  };
  return {
    figures: [
      ...(worst === undefined
        ? []
        : [
            {
              id: "waterfall",
              title: "Link budget of the worst path",
              explanation: `Where the light of the lossiest path goes, in ${under}.`,
              svg: drawWaterfall(worst),
            },
          ]),
      ...(noise === null || noise.decisions.length === 0
        ? []
        : [
            {
              id: "noise-margins",
              title: "Margins against noise",
              explanation: `Standard deviations of noise between each decision and the wrong one, in ${under}.`,
              svg: drawMargins(noise.decisions, qOfError(budget.wantedWordErrorRate)),
            },
          ]),
      ...share(
        "power",
        "Electrical power",
        `All that draws current, in ${under}, at 0 dBm a symbol of a worker.`,
        electrical,
        1,
        "W",
      ),
      ...share(
        "light-power",
        "Light from lasers",
        "Behind the lasers, in front of all splitters and fibres.",
        light,
        1e3,
        "mW",
      ),
      ...share(
        "area",
        "Area",
        "Covered by devices and lanes; what a layout leaves empty is not in it.",
        area,
        1e6,
        "mm\u00b2",
      ),
    ],
    tables: [
      {
        name: "budget",
        caption: `Figures in ${under}`,
        columns: ["figure", "value", "unit", "depends on", "why there is none"],
        rows: [
          ...Object.entries(budget.figures).map(([name, found]) =>
            found.kind === "value"
              ? [name, found.value, units[name] ?? "", found.uses.join(", "), ""]
              : [name, "", units[name] ?? "", "", found.reason],
          ),
          ...(chips === null
            ? []
            : [[`yield of ${chips.chips} chips`, chips.share, "", "all errors of its chips", ""]]),
        ],
      },
      ...(noise === null || noise.decisions.length === 0
        ? []
        : [
            {
              name: "decisions",
              caption: "Decisions and their noise",
              columns: ["kind", "cell", "place", "standard deviations", "distance", "noise", "state"],
              rows: noise.decisions.map(({ kind, cell, name, q, distance, sigma, state }) => [
                kind,
                cell,
                name,
                q,
                distance,
                sigma,
                state,
              ]),
            },
          ]),
      ...(power === null
        ? []
        : [
            {
              name: "power",
              caption: "Power and area by part",
              columns: ["part", "value", "unit"],
              rows: [
                ...electrical.map(({ name, value }) => [name, value, "W"]),
                ...light.map(({ name, value }) => [`light: ${name}`, value, "W"]),
                ...area.map(({ name, value }) => [`area: ${name}`, value, "m\u00b2"]),
              ],
            },
          ]),
    ],
  };
}

const units: Readonly<Record<string, string>> = {
  "launch-power": "W",
  "path-loss": "dB",
  latency: "s",
  "heater-power": "W",
  "energy-per-word": "J",
  area: "m\u00b2",
};

const electricalNames = [
  ["heatersW", "heaters"],
  ["driversW", "heater drivers"],
  ["amplifiersW", "amplifiers of neurons"],
  ["receiversW", "amplifiers of receivers"],
  ["modulatorsW", "modulators of neurons"],
  ["transmittersW", "transmitters of workers"],
  ["locksW", "phase locks"],
  ["lasersW", "lasers"],
] as const;

const lightNames = [
  ["workersW", "workers"],
  ["referenceW", "reference"],
  ["oscillatorsW", "local oscillators"],
  ["carriersW", "carriers of neurons"],
] as const;

function partsOf<K extends string>(
  values: Readonly<Record<NoInfer<K>, number>>,
  names: readonly (readonly [key: K, name: string])[],
): readonly FigurePart[] {
  return names.map(([key, name]) => ({ name, value: values[key] }));
}

function given<T>(answer: Answer<T>): T | null {
  return answer.kind === "value" ? answer.value : null;
}
