import type { Waterfall } from "./budget.ts";
import type { WeakestDecision } from "./error-bound.ts";

/** Pixels. */
const WIDTH = 760;
const LABEL = 250;
const ROW = 18;
const MARGIN = 16;
const TITLE = 40;

/** Of an SVG; names come out of files. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function frame(title: string, rows: number, body: readonly string[]): string {
  const height = TITLE + rows * ROW + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="20" font-size="13" font-weight="bold">${escaped(title)}</text>`,
    ...body,
    "</svg>\n",
  ].join("\n");
}

/** Where the light of the lossiest path goes, step by step, in dB of power; what splitters share out last, in a lighter colour. */
export function drawWaterfall({ path, fibreInDb, fibreOutDb, couplerDb, lossDb }: Waterfall): string {
  const steps: [string, number, string][] = [
    ["fibre to chip", fibreInDb, "#2563a8"],
    [`${path.mzis} MZIs`, path.mziLossDb, "#2563a8"],
    ["phase shifters", path.phaseLossDb, "#2563a8"],
    [`${path.crossings} crossings, ${(path.waveguideUm / 1000).toFixed(2)} mm`, path.waveguideLossDb, "#2563a8"],
    ["chip to fibre", fibreOutDb, "#2563a8"],
    ["coupler to the oscillator", couplerDb, "#2563a8"],
    ["shared out by splitters", path.splitDb, "#a9c4e4"],
  ];
  const scale = (WIDTH - LABEL - 90) / Math.max(lossDb + path.splitDb, 1e-9);
  let at = 0;
  const bars = steps.map(([name, lossOfStep, colour], i) => {
    const y = TITLE + i * ROW;
    const from = LABEL + at * scale;
    at += lossOfStep;
    const width = Math.max(lossOfStep * scale, 0);
    return [
      `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${from.toFixed(1)}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 5}" fill="${colour}"/>`,
      `<text x="${(from + width + 6).toFixed(1)}" y="${y + 12}">${lossOfStep.toFixed(2)} dB</text>`,
    ].join("\n");
  });
  const title = `${path.from} to ${path.to}: ${lossDb.toFixed(2)} dB lost, ${path.splitDb.toFixed(2)} dB shared out`;
  return frame(title, steps.length, bars);
}

/** A quantity from 0 on: `text` stands behind its bar. Name and text may come out of files. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly colour: string;
}

/** Bars on one scale from 0 on; `wanted` is drawn as a dashed line across them. */
export function drawBars(title: string, bars: readonly Bar[], wanted: number | null = null): string {
  const finite = bars.map(({ value }) => value).filter(Number.isFinite);
  const largest = Math.max(...finite, wanted ?? 0, Number.MIN_VALUE) * 1.05;
  const scale = (WIDTH - LABEL - 60) / largest;
  const rows = bars.map(({ name, value, text, colour }, i) => {
    const y = TITLE + i * ROW;
    const width = Math.min(value, largest) * scale;
    return [
      `<text x="${LABEL - 8}" y="${y + 12}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${LABEL}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 5}" fill="${colour}"/>`,
      `<text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 12}">${escaped(text)}</text>`,
    ].join("\n");
  });
  const end = TITLE + bars.length * ROW;
  const line = (LABEL + (wanted ?? 0) * scale).toFixed(1);
  const limit = `<path d="M${line} ${TITLE - 4}V${end}" stroke="#444444" stroke-dasharray="3 3" fill="none"/>`;
  return frame(title, bars.length, [...rows, ...(wanted === null ? [] : [limit])]);
}

/** How many standard deviations of its noise every comparator and receiver stands from another decision, in its weakest state. */
export function drawMargins(decisions: readonly WeakestDecision[], wantedQ: number, most: number = 40): string {
  const bars = decisions.slice(0, most).map(({ kind, cell, name, q }) => ({
    name: `${cell}: ${name}`,
    value: q,
    text: q.toFixed(2),
    colour: q < wantedQ ? "#b3261e" : kind === "comparator" ? "#1d7a4c" : "#b2651b",
  }));
  const left = decisions.length > most ? `, ${most} weakest of ${decisions.length}` : "";
  const title = `Distance from the wrong decision in standard deviations${left}; dashed: ${wantedQ.toFixed(2)} are wanted`;
  return drawBars(title, bars, wantedQ);
}
