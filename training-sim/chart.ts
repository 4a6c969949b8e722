import { apart, escaped, fixed } from "../collectives/index.ts";
import type { MeanCurve, Spread } from "./statistics.ts";

const width = 900;
const panelHeight = 300;
const margin = { left: 66, right: 130, top: 40, bottom: 44 } as const;
/** Dark enough for print; the dashes tell lines apart without colour, also where they lie on each other. */
const strokes: readonly (readonly [colour: string, dash: string])[] = [
  ["#17202a", ""],
  ["#1b4f72", "9 4"],
  ["#922b21", "4 4"],
  ["#196f3d", "1.5 3"],
  ["#6c3483", "9 3 2 3"],
  ["#7d6608", "2 3"],
];

type Metric = "loss" | "accuracy";

/**
 * Mean curves with bands of one standard deviation, loss above accuracy; each line has its name at its end. The start is
 * left out, as the untrained model is so far off that nothing else could be told apart.
 */
export function curvesSvg(title: string, curves: readonly MeanCurve[], note: string): string {
  const shown = curves
    .map(({ run, points }) => ({ run, points: points.filter(({ step }) => step > 0) }))
    .filter(({ points }) => points.length > 0);
  const height = 2 * panelHeight + 30;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...(shown.length === 0
      ? []
      : [
          ...panel(`${title}: test loss, nats`, "loss", shown, 0),
          ...panel(`${title}: test accuracy`, "accuracy", shown, panelHeight),
        ]),
    `<text x="14" y="${height - 12}" font-size="10" fill="#444">${escaped(note)}</text>`,
    "</svg>",
    "",
  ].join("\n");
}

function panel(title: string, metric: Metric, curves: readonly MeanCurve[], top: number): string[] {
  const values = curves.flatMap(({ points }) => points.map((point) => band(point[metric])));
  const steps = curves.flatMap(({ points }) => points.map(({ step }) => step));
  const lastStep = Math.max(...steps);
  // One point alone stands at the end of the steps that led to it.
  const firstStep = steps.every((step) => step === lastStep) ? 0 : Math.min(...steps);
  const low = Math.min(...values.map(([least]) => least));
  const high = Math.max(...values.map(([, most]) => most));
  const pad = high === low ? 0.5 : 0.04 * (high - low);
  const [left, right, bottom] = [margin.left, width - margin.right, panelHeight - margin.bottom];
  const x = (step: number): number => left + ((right - left) * (step - firstStep)) / (lastStep - firstStep);
  const y = (value: number): number => bottom - ((bottom - margin.top) * (value - low + pad)) / (high - low + 2 * pad);
  const text = [
    `<g transform="translate(0 ${top})">`,
    `<text x="14" y="24" font-size="14" font-weight="bold">${escaped(title)}</text>`,
  ];
  for (const tick of ticks(low - pad, high + pad)) {
    text.push(
      `<line x1="${left}" y1="${fixed(y(tick))}" x2="${right}" y2="${fixed(y(tick))}" stroke="#ddd"/>`,
      `<text x="${left - 6}" y="${fixed(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
    );
  }
  for (const tick of ticks(firstStep, lastStep)) {
    text.push(`<text x="${fixed(x(tick))}" y="${bottom + 17}" text-anchor="middle">${tick}</text>`);
  }
  text.push(
    `<text x="${(left + right) / 2}" y="${bottom + 33}" text-anchor="middle">steps</text>`,
    `<rect x="${left}" y="${margin.top}" width="${right - left}" height="${bottom - margin.top}" fill="none" stroke="#888"/>`,
  );
  curves.forEach(({ points }, i) => {
    const [colour, dash] = strokes[i % strokes.length]!;
    const upper = points.map((point) => `${fixed(x(point.step))},${fixed(y(band(point[metric])[1]))}`);
    const lower = points.map((point) => `${fixed(x(point.step))},${fixed(y(band(point[metric])[0]))}`);
    const middle = points.map((point) => `${fixed(x(point.step))},${fixed(y(point[metric].mean))}`);
    if (points.length === 1) {
      const [only] = points;
      const [at, [least, most]] = [fixed(x(only!.step)), band(only![metric])];
      text.push(
        `<line x1="${at}" y1="${fixed(y(least))}" x2="${at}" y2="${fixed(y(most))}" stroke="${colour}"/>`,
        `<circle cx="${at}" cy="${fixed(y(only![metric].mean))}" r="2.5" fill="${colour}"/>`,
      );
      return;
    }
    const style = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
    text.push(
      `<polygon points="${[...upper, ...lower.toReversed()].join(" ")}" fill="${colour}" fill-opacity="0.1"/>`,
      `<polyline points="${middle.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.6"${style}/>`,
    );
  });
  const ends = curves.map(({ points }) => points.at(-1)!);
  const places = apart(
    ends.map((end) => y(end[metric].mean)),
    margin.top,
    bottom,
  );
  curves.forEach(({ run }, i) => {
    const [colour] = strokes[i % strokes.length]!;
    const from = x(ends[i]!.step) + 3;
    text.push(
      `<line x1="${fixed(from)}" y1="${fixed(y(ends[i]![metric].mean))}" x2="${right + 13}" y2="${fixed(places[i]!)}" stroke="${colour}" stroke-width="0.6"/>`,
      `<text x="${right + 16}" y="${fixed(places[i]! + 4)}" fill="${colour}">${escaped(run)}</text>`,
    );
  });
  return [...text, "</g>"];
}

/** Mean minus and plus one standard deviation. */
function band({ mean, deviation }: Spread): readonly [number, number] {
  const reach = Number.isNaN(deviation) ? 0 : deviation;
  return [mean - reach, mean + reach];
}

/** Multiples of 1, 2 or 5 times a power of ten, four to nine of them. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((mantissa) => mantissa * power).find((size) => size >= rough)!;
  const found: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) found.push(Number((i * step).toPrecision(6)));
  return found;
}
