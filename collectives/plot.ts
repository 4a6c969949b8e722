import { binaryBytes, grouped, measured } from "../dsl/index.ts";
import { stackedBars } from "./bars.ts";
import type { Comparison, ComparisonRow, Outcome } from "./compare.ts";
import { apart, distinctColours, escaped, fixed, type Panel, picture, width } from "./svg.ts";

const panelHeight = 560;
const margin = { left: 92, right: 260, top: 44, bottom: 54 } as const;

/** With colours that differ: dashes and marks tell lines apart without them. */
const dashes = ["", "6 3", "2 3", "9 3 2 3"];

interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

interface Axis {
  readonly name: string;
  readonly format: (value: number) => string;
}

/**
 * A comparison as SVG. Over several numbers of workers a panel for each gradient, of time; over sizes (`sweep`) two panels
 * for each number of workers, of time and of bus bandwidth; both axes are logarithmic. Otherwise bars of what the time
 * is made of.
 */
export function comparisonSvg(comparison: Comparison, sweep = false): string {
  const { rows, cluster, dtype, collective } = comparison;
  const name = `${collective[0]!.toUpperCase()}${collective.slice(1)}`;
  const of = <T>(key: (row: ComparisonRow) => T): readonly (readonly ComparisonRow[])[] =>
    [...new Set(rows.map(key))].map((value) => rows.filter((row) => key(row) === value));
  const time: Axis = { name: `time of ${collective === "reduce-scatter" ? "a" : "an"} ${collective}`, format: seconds };
  const totalS = ({ timing }: Outcome): number => timing.totalS;
  if (sweep) {
    const size: Axis = { name: "buffer", format: binaryBytes };
    const rate: Axis = { name: "bus bandwidth", format: (value) => `${measured(value, "B")}/s` };
    const bytesOf = ({ outcome, gradient }: ComparisonRow): number =>
      outcome.kind === "refused" ? gradient.elements : bufferBytes(outcome, gradient.elements);
    const panels = of(({ workers }) => workers).flatMap((some) => {
      const on = `on ${cluster}: ${some[0]!.workers} workers, ${dtype}`;
      return [
        linePanel(`${name} time ${on}`, linesOf(some, bytesOf, totalS), size, time),
        linePanel(
          `Bus bandwidth ${on}`,
          linesOf(some, bytesOf, (it) => it.busBandwidth),
          size,
          rate,
        ),
      ];
    });
    return picture(panels, comparison.inputs);
  }
  const panels = of(({ gradient }) => gradient.name).flatMap((some): Panel[] => {
    const { gradient, workers } = some[0]!;
    const title = `${name} time on ${cluster}: ${gradient.name}, ${grouped(gradient.elements)} x ${dtype}`;
    if (new Set(some.map((row) => row.workers)).size > 1) {
      const lines = linesOf(some, (row) => row.workers, totalS);
      return [linePanel(title, lines, { name: "workers", format: String }, time)];
    }
    const bars = some.flatMap(({ algorithm, outcome }) => {
      if (outcome.kind === "refused") return [];
      const { setupS, latencyS, transmissionS, reductionS } = outcome.timing;
      return [
        { name: algorithm, parts: [setupS, latencyS, transmissionS, reductionS], note: measured(totalS(outcome), "s") },
      ];
    });
    const legend = ["set-up", "latency", "transmission", "reduction"];
    return [stackedBars({ title: `${title}, ${workers} workers`, axis: time.name, legend, bars }, width, seconds)];
  });
  return picture(panels, comparison.inputs);
}

/** Of the gradient in its own type. */
function bufferBytes({ bytesPerWorker, volume }: Outcome, elements: number): number {
  return volume === 0 ? elements : Math.round(bytesPerWorker / volume);
}

function linesOf(
  rows: readonly ComparisonRow[],
  xOf: (row: ComparisonRow) => number,
  yOf: (outcome: Outcome) => number,
): readonly Line[] {
  const lines = [...new Set(rows.map(({ algorithm }) => algorithm))].map((name): Line => {
    const points = rows.flatMap((row) =>
      row.algorithm === name && row.outcome.kind === "timed" ? [{ x: xOf(row), y: yOf(row.outcome) }] : [],
    );
    return { name, points: points.sort((a, b) => a.x - b.x) };
  });
  return together(lines.filter(({ points }) => points.length > 0));
}

/** Lines that nobody could tell apart, everywhere within half of a percent, as one with all their names. */
function together(lines: readonly Line[]): readonly Line[] {
  const kept: Line[] = [];
  for (const line of lines) {
    const same = kept.findIndex(
      ({ points }) =>
        points.length === line.points.length &&
        points.every(({ x, y }, i) => x === line.points[i]!.x && Math.abs(y / line.points[i]!.y - 1) < 0.005),
    );
    if (same < 0) kept.push(line);
    else kept[same] = { ...kept[same]!, name: `${kept[same]!.name}, ${line.name}` };
  }
  return kept;
}

function linePanel(title: string, lines: readonly Line[], xAxis: Axis, yAxis: Axis): Panel {
  const all = lines.flatMap(({ points }) => points);
  if (all.length === 0) return { text: [heading(title)], height: 40 };
  const [right, bottom] = [width - margin.right, panelHeight - margin.bottom];
  const x = logScale(
    all.map((point) => point.x),
    margin.left,
    right,
    2,
  );
  const y = logScale(
    all.map((point) => point.y),
    bottom,
    margin.top,
    10,
  );
  const text = [heading(title)];
  text.push(
    `<rect x="${margin.left}" y="${margin.top}" width="${right - margin.left}" height="${bottom - margin.top}" fill="none" stroke="#888"/>`,
  );
  // A label needs some 60 pixels.
  const every = Math.ceil((x.ticks.length * 60) / (right - margin.left));
  x.ticks.forEach((tick, i) => {
    const at = fixed(x.at(tick));
    text.push(`<line x1="${at}" y1="${margin.top}" x2="${at}" y2="${bottom}" stroke="#ddd"/>`);
    if (i % every === 0) {
      text.push(`<text x="${at}" y="${bottom + 17}" text-anchor="middle">${escaped(xAxis.format(tick))}</text>`);
    }
  });
  for (const tick of y.ticks) {
    const at = fixed(y.at(tick));
    text.push(
      `<line x1="${margin.left}" y1="${at}" x2="${right}" y2="${at}" stroke="#ddd"/>`,
      `<text x="${margin.left - 6}" y="${fixed(y.at(tick) + 4)}" text-anchor="end">${escaped(yAxis.format(tick))}</text>`,
    );
  }
  const [midX, midY] = [(margin.left + right) / 2, (margin.top + bottom) / 2];
  text.push(
    `<text x="${midX}" y="${panelHeight - 16}" text-anchor="middle">${escaped(xAxis.name)}</text>`,
    `<text x="16" y="${midY}" text-anchor="middle" transform="rotate(-90 16 ${midY})">${escaped(yAxis.name)}</text>`,
  );
  const colours = distinctColours(lines.length);
  lines.forEach(({ points }, i) => {
    const path = points.map((point) => `${fixed(x.at(point.x))},${fixed(y.at(point.y))}`);
    const dash = dashes[i % dashes.length]!;
    const style = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
    text.push(
      `<polyline points="${path.join(" ")}" fill="none" stroke="${colours[i]}" stroke-width="1.6"${style}/>`,
      ...path.map(
        (point) => `<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="2.2" fill="${colours[i]}"/>`,
      ),
    );
  });
  // Every name at the right, with a thin line from where its curve ends.
  const ends = lines.map(({ points }) => points.at(-1)!);
  const wanted = ends.map((end) => y.at(end.y));
  const spread = apart(wanted, margin.top, bottom);
  lines.forEach(({ name }, i) => {
    const [from, to] = [x.at(ends[i]!.x) + 4, right + 16];
    text.push(
      `<line x1="${fixed(from)}" y1="${fixed(wanted[i]!)}" x2="${to - 3}" y2="${fixed(spread[i]!)}" stroke="${colours[i]}" stroke-width="0.6"/>`,
      `<text x="${to}" y="${fixed(spread[i]! + 4)}" font-size="11" fill="${colours[i]}">${escaped(name)}</text>`,
    );
  });
  return { text, height: panelHeight };
}

function heading(title: string): string {
  return `<text x="14" y="24" font-size="14" font-weight="bold">${escaped(title)}</text>`;
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Logarithmic from the least value to the largest, which stand at `from` and `to`; ticks at powers of `base`, or 1, 2, 5 x 10^n. */
function logScale(values: readonly number[], from: number, to: number, base: 2 | 10): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [low, high] = least === most ? [least / 2, most * 2] : [least / 1.08, most * 1.08];
  const start = base === 2 && least < most ? least : low;
  const end = base === 2 && least < most ? most : high;
  const at = (value: number): number => from + ((to - from) * Math.log(value / start)) / Math.log(end / start);
  const ticks: number[] = [];
  const many = Math.log10(end / start) > 2.5;
  const mantissas = base === 2 ? [1] : many ? [1] : [1, 2, 5];
  for (let power = Math.floor(Math.log(start) / Math.log(base)) - 1; base ** power <= end * 1.0001; power++) {
    for (const mantissa of mantissas) {
      const tick = Number((mantissa * base ** power).toPrecision(12));
      if (tick >= start * 0.9999 && tick <= end * 1.0001) ticks.push(tick);
    }
  }
  return { ticks, at };
}

function seconds(value: number): string {
  return measured(value, "s");
}
