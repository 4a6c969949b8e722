import type { CurvePoint, TrainingCurve } from "../compiler/network/training/index.ts";
import { grouped } from "../dsl/index.ts";
import { escaped, type Scale, scale } from "./axis.ts";

const width = 640;
const panelHeight = 230;
const margin = { left: 84, right: 24, top: 40, bottom: 22 } as const;
const [right, bottom] = [width - margin.right, panelHeight - margin.bottom];
/** Dark enough for print; dashes tell lines apart without colour. */
const strokes: readonly (readonly [colour: string, dash: string])[] = [
  ["#2563a8", ""],
  ["#b3261e", "7 3"],
  ["#1d7a4c", "2 3"],
  ["#6c3483", "9 3 2 3"],
  ["#7d6608", "4 4"],
  ["#17202a", "12 4"],
];

/** Loss above, wrong vectors below, against the steps; of many parts those that took the most steps. Deterministic. */
export function drawCurves(curves: readonly TrainingCurve[]): string {
  const last = ({ points }: TrainingCurve): number => points.at(-1)?.step ?? 0;
  const drawn = curves.filter(({ points }) => points.length > 0).sort((a, b) => last(b) - last(a));
  const shown = drawn.slice(0, strokes.length);
  const points = shown.flatMap((curve) => curve.points);
  const steps = scale(
    points.map(({ step }) => step),
    margin.left,
    right,
    "linear",
  );
  // No logarithm shows a loss of 0.
  const loss = ({ loss: value }: CurvePoint): number | null => (value > 0 ? value : null);
  const wrong = ({ wrong: count }: CurvePoint): number | null => count;
  const [losses, wrongs] = [points.map(loss).filter(isThere), points.map(wrong).filter(isThere)];
  const panels = [
    ...(losses.length === 0 ? [] : [{ title: "loss", of: loss, y: scale(losses, bottom, margin.top) }]),
    ...(wrongs.length === 0 ? [] : [{ title: "wrong vectors", of: wrong, y: counts(Math.max(...wrongs)) }]),
  ];
  const legend = 18 * (curves.length > 1 ? shown.length + (drawn.length > shown.length ? 1 : 0) : 0);
  const height = panels.length * panelHeight + 30 + legend;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...panels.flatMap(({ title, of, y }, i) => panel(title, i * panelHeight, steps, y, shown, of)),
    `<text x="${(margin.left + right) / 2}" y="${panels.length * panelHeight + 16}" text-anchor="middle">steps</text>`,
    ...(legend === 0 ? [] : names(shown, drawn.length, panels.length * panelHeight + 30)),
    "</svg>\n",
  ].join("\n");
}

function panel(
  title: string,
  top: number,
  x: Scale,
  y: Scale,
  curves: readonly TrainingCurve[],
  of: (point: CurvePoint) => number | null,
): string[] {
  return [
    `<g transform="translate(0 ${top})">`,
    `<text x="${margin.left}" y="24" font-size="13" font-weight="bold">${title}</text>`,
    ...x.ticks.flatMap(({ value, at }) => [
      `<path d="M${at} ${margin.top}V${bottom}" stroke="#e4e4e4"/>`,
      `<text x="${at}" y="${bottom + 16}" text-anchor="middle">${grouped(Number(value))}</text>`,
    ]),
    ...y.ticks.flatMap(({ value, at }) => [
      `<path d="M${margin.left} ${at}H${right}" stroke="#e4e4e4"/>`,
      `<text x="${margin.left - 8}" y="${Number(at) + 4}" text-anchor="end">${grouped(Number(value))}</text>`,
    ]),
    ...curves.map(({ points }, i) => {
      const [colour, dash] = strokes[i]!;
      const line = points.flatMap((point) => {
        const value = of(point);
        return value === null ? [] : [`${x.at(point.step)},${y.at(value)}`];
      });
      const style = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
      const dots = line.length > 12 ? [] : line.map((at) => dot(at, colour));
      return `<polyline points="${line.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.4"${style}/>${dots.join("")}`;
    }),
    "</g>",
  ];
}

function dot(at: string, colour: string): string {
  const [x, y] = at.split(",");
  return `<circle cx="${x}" cy="${y}" r="2.6" fill="${colour}"/>`;
}

function names(shown: readonly TrainingCurve[], all: number, top: number): string[] {
  const rows = shown.map(({ part }, i) => {
    const [colour, dash] = strokes[i]!;
    const style = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
    const y = top + 18 * i;
    return `<path d="M${margin.left} ${y}h40" stroke="${colour}" stroke-width="1.4"${style}/><text x="${margin.left + 48}" y="${y + 4}">${escaped(part)}</text>`;
  });
  if (all === shown.length) return rows;
  const y = top + 18 * shown.length + 4;
  return [
    ...rows,
    `<text x="${margin.left}" y="${y}" fill="#555555">the ${shown.length} of ${all} that took the most steps</text>`,
  ];
}

/** From none to `most`, so that one more at few says more than at many. */
function counts(most: number): Scale {
  const along = (value: number): number => Math.log10(1 + value);
  const top = along(Math.max(most, 9));
  const at = (value: number): string => (bottom - (along(value) / top) * (bottom - margin.top)).toFixed(1);
  const values = [
    0,
    ...Array.from({ length: Math.floor(Math.log10(Math.max(most, 9)) + 1e-9) + 1 }, (_, i) => 10 ** i),
  ];
  return { at, ticks: values.map((value) => ({ value: `${value}`, at: at(value) })) };
}

function isThere(value: number | null): value is number {
  return value !== null;
}
