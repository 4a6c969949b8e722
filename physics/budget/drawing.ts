import { barPanel, picture, theme } from "../../formats/index.ts";
import type { WeakestDecision } from "../noise/error-bound.ts";
import type { Waterfall } from "./budget.ts";

/** Where the light of the lossiest path goes, step by step, in dB of power; what splitters share out last, in a lighter colour. */
export function drawWaterfall({ path, fibreInDb, fibreOutDb, couplerDb, lossDb }: Waterfall): string {
  const steps: readonly (readonly [name: string, lossDb: number])[] = [
    ["fibre to chip", fibreInDb],
    [`${path.mzis} MZIs`, path.mziLossDb],
    ["phase shifters", path.phaseLossDb],
    [`${path.crossings} crossings, ${(path.waveguideUm / 1000).toFixed(2)} mm`, path.waveguideLossDb],
    ["chip to fibre", fibreOutDb],
    ["coupler to the oscillator", couplerDb],
    ["shared out by splitters", path.splitDb],
  ];
  let from = 0;
  const bars = steps.map(([name, ofStep], i) => {
    const bar = {
      ...{ name, from, parts: [Math.max(ofStep, 0)], note: `${ofStep.toFixed(2)} dB` },
      colours: [i === steps.length - 1 ? theme.paleBlue : theme.blue],
    };
    from += ofStep;
    return bar;
  });
  const title = `${path.from} to ${path.to}: ${lossDb.toFixed(2)} dB lost, ${path.splitDb.toFixed(2)} dB shared out`;
  return picture([barPanel({ title, axis: { title: "loss since the fibre, dB" }, bars })]);
}

/** A quantity from 0 on: `text` stands behind its bar. Name and text may come out of files. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly colour: string;
}

/** Bars on one scale from 0 on, whose unit is the title of the axis; `wanted` is drawn as a dashed line across them. */
export function drawBars(title: string, unit: string, bars: readonly Bar[], wanted: number | null = null): string {
  const rows = bars.map(({ name, value, text, colour }) => ({ name, parts: [value], note: text, colours: [colour] }));
  return picture([barPanel({ title, axis: { title: unit }, bars: rows, ...(wanted === null ? {} : { wanted }) })]);
}

/** Decisions of a drawing. */
const mostDrawn = 40;

/** How many standard deviations of its noise every comparator and receiver stands from another decision, in its weakest state. */
export function drawMargins(decisions: readonly WeakestDecision[], wantedQ: number): string {
  const bars = decisions.slice(0, mostDrawn).map(({ kind, cell, name, q }) => ({
    name: `${cell}: ${name}`,
    value: q,
    text: q.toFixed(2),
    colour: q < wantedQ ? theme.red : kind === "comparator" ? theme.green : theme.brown,
  }));
  const left = decisions.length > mostDrawn ? `, ${mostDrawn} weakest of ${decisions.length}` : "";
  const title = `Distance from the wrong decision in standard deviations${left}; dashed: ${wantedQ.toFixed(2)} are wanted`;
  return drawBars(title, "standard deviations", bars, wantedQ);
}
