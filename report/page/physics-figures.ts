import { figure, measured } from "../../dsl/index.ts";
import { theme } from "../../formats/index.ts";
import { type Circuit, chipPicture, drawChip } from "../../netlist/index.ts";
import {
  type Answer,
  areaParts,
  type Bar,
  type Budget,
  drawBars,
  drawMargins,
  drawWaterfall,
  electricalNames,
  type FigurePart,
  opticsOf,
  qOfError,
  readingOf,
  type Technology,
  type Yield,
} from "../../physics/index.ts";
import type { Comparator } from "../player/comparators.ts";
import { drawing, nothing, type Shown, table, together } from "./shown.ts";

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
  return together(
    drawing(
      "comparator-margins",
      "Margins of the comparators",
      "How far the sum of a cell may move before a comparator decides otherwise: least over all reachable states.",
      drawBars(`Margin in LSB${left}${dashed}`, "LSB", bars, wanted),
    ),
    table(
      "comparators",
      "Comparators and their weakest states",
      ["cell", "neuron", "margin, LSB", "field of one LSB", "state"],
      weakest.map((it) => [it.cell, place(it), it.margin, it.fieldPerGridStep, it.state]),
    ),
  );
}

/** Losses, noise, powers and area of a budget; what could not be computed is in the table, with why. */
export function budgetFigures(budget: Budget, technology: Technology, chips: Yield | null): Shown {
  const under = `${budget.technology} at ${measured(budget.symbolRateBd, "Bd")}`;
  const worst = given(budget.waterfalls)?.[0];
  const waterfall = `Where the light of the lossiest path goes, in ${under}.`;
  return together(
    worst === undefined
      ? nothing
      : drawing("waterfall", "Link budget of the worst path", waterfall, drawWaterfall(worst)),
    table(
      "budget",
      `Figures in ${under}`,
      ["figure", "value", "unit", "depends on", "why there is none"],
      budgetRows(budget, chips),
    ),
    noiseShown(budget, under),
    powerShown(budget, technology, under),
  );
}

/** The chip as its layout draws it; nothing of circuits that have no lengths. */
export function layoutFigure(circuit: Circuit, technology: Technology, symbolRateBd: number): Shown {
  const rules = opticsOf(technology, symbolRateBd).optics?.layout?.rules;
  if (rules === undefined || circuit.certificate === null || circuit.placement === undefined) return nothing;
  const explanation = `To scale, as it is proved, budgeted and exported with \`--option chip=whole\`, in ${technology.name}.`;
  return drawing("layout", "The chip as it is drawn", explanation, chipPicture(drawChip(circuit, rules), rules));
}

/** An eye as `drawEye` draws it; null where the technology gives no bandwidths. */
export function eyeFigure(svg: string | null): Shown {
  const explanation = "What the receiver of the narrowest eye detects of random words that follow each other.";
  return svg === null ? nothing : drawing("eye", "Eye of the worst receiver", explanation, svg);
}

function budgetRows({ figures }: Budget, chips: Yield | null): (string | number)[][] {
  const rows = Object.entries(figures).map(([name, found]) =>
    found.kind === "value"
      ? [name, found.value, units[name] ?? "", found.uses.join(", "), ""]
      : [name, "", units[name] ?? "", "", found.reason],
  );
  const yields =
    chips === null ? [] : [[`yield of ${chips.chips} chips`, chips.share, "", "all errors of its chips", ""]];
  return [...rows, ...yields];
}

function noiseShown({ noise, wantedWordErrorRate }: Budget, under: string): Shown {
  const decisions = given(noise)?.decisions ?? [];
  if (decisions.length === 0) return nothing;
  return together(
    drawing(
      "noise-margins",
      "Margins against noise",
      `Standard deviations of noise between each decision and the wrong one, in ${under}.`,
      drawMargins(decisions, qOfError(wantedWordErrorRate)),
    ),
    table(
      "decisions",
      "Decisions and their noise",
      ["kind", "cell", "place", "standard deviations", "distance", "noise", "state"],
      decisions.map((it) => [it.kind, it.cell, it.name, it.q, it.distance, it.sigma, it.state]),
    ),
  );
}

function powerShown(budget: Budget, technology: Technology, under: string): Shown {
  const power = given(budget.power);
  const area = budget.figures.area.kind === "value" ? areaParts(budget.hardware, readingOf(technology)) : [];
  const electrical = power === null ? [] : partsOf(power.electrical, electricalNames);
  const light = power === null ? [] : partsOf(power.light, lightNames);
  const drawn = `All that draws current, in ${under}, at 0 dBm a symbol of a worker.`;
  const lit = "Behind the lasers, in front of all splitters and fibres.";
  const covered = "Covered by devices and lanes; what a layout leaves empty is not in it.";
  const rows = [
    ...electrical.map(({ name, value }) => [name, value, "W"]),
    ...light.map(({ name, value }) => [`light: ${name}`, value, "W"]),
    ...area.map(({ name, value }) => [`area: ${name}`, value, "m\u00b2"]),
  ];
  return together(
    sharesShown("power", "Electrical power", drawn, electrical, 1, "W"),
    sharesShown("light-power", "Light from lasers", lit, light, 1e3, "mW"),
    sharesShown("area", "Area", covered, area, 1e6, "mm\u00b2"),
    power === null ? nothing : table("power", "Power and area by part", ["part", "value", "unit"], rows),
  );
}

/** The parts of a sum, the largest first. */
function sharesShown(
  id: string,
  title: string,
  explanation: string,
  parts: readonly FigurePart[],
  scale: number,
  unit: string,
): Shown {
  const text = (value: number): string => `${figure(value * scale)} ${unit}`;
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  const bars = parts
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .map(({ name, value }): Bar => ({ name, value: value * scale, text: text(value), colour: theme.blue }));
  return bars.length === 0
    ? nothing
    : drawing(id, title, explanation, drawBars(`${title}: ${text(total)}`, unit, bars));
}

const units: Readonly<Record<string, string>> = {
  "launch-power": "W",
  "path-loss": "dB",
  latency: "s",
  "heater-power": "W",
  "energy-per-word": "J",
  area: "m\u00b2",
};

const lightNames = [
  ["workers", "workersW"],
  ["reference", "referenceW"],
  ["local oscillators", "oscillatorsW"],
  ["carriers of neurons", "carriersW"],
] as const;

function partsOf<K extends string>(
  values: Readonly<Record<NoInfer<K>, number>>,
  names: readonly (readonly [name: string, key: K, ...rest: unknown[]])[],
): readonly FigurePart[] {
  return names.map(([name, key]) => ({ name, value: values[key] }));
}

function given<T>(answer: Answer<T>): T | null {
  return answer.kind === "value" ? answer.value : null;
}
