import type { Comparison, ComparisonRow } from "./compare.ts";
import { apart, escaped, fixed } from "./svg.ts";
import { seconds } from "./tables.ts";

const width = 860;
const panelHeight = 520;
const margin = { left: 74, right: 210, top: 44, bottom: 50 } as const;

/** Dark enough for print; dashes and marks tell the lines apart without colour. */
const colours = ["#1b4f72", "#922b21", "#196f3d", "#6c3483", "#7e5109", "#17202a", "#0e6655", "#a04000"];
const dashes = ["", "6 3", "2 3", "9 3 2 3"];

interface Line {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/**
 * A comparison as SVG, one panel for each gradient: time over workers on two logarithmic axes, every line with its
 * name at its end; with one number of workers, a dot for each algorithm instead.
 */
export function comparisonSvg(comparison: Comparison): string {
  const gradients = [...new Set(comparison.rows.map(({ gradient }) => gradient.name))];
  const panels = gradients.map((name) => comparison.rows.filter(({ gradient }) => gradient.name === name));
  const parts: string[] = [];
  let top = 0;
  for (const rows of panels) {
    const several = new Set(rows.map(({ workers }) => workers)).size > 1;
    const { text, height } = several ? linePanel(comparison, rows) : dotPanel(comparison, rows);
    parts.push(`<g transform="translate(0 ${top})">`, ...text, "</g>");
    top += height;
  }
  const inputs = comparison.inputs.map(({ path, value }) => `${path} ${value}`);
  const lines = wrap(`Inputs: ${inputs.join(", ")}.`, 150);
  lines.forEach((line, i) => {
    parts.push(`<text x="14" y="${top + 14 + 13 * i}" font-size="10" fill="#444">${escaped(line)}</text>`);
  });
  const height = top + 13 * lines.length + 16;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

interface Panel {
  readonly text: readonly string[];
  readonly height: number;
}

function linePanel(comparison: Comparison, rows: readonly ComparisonRow[]): Panel {
  const lines: Line[] = [];
  for (const name of new Set(rows.map(({ algorithm }) => algorithm))) {
    const points = rows.flatMap(({ algorithm, workers, outcome }) =>
      algorithm === name && outcome.kind === "timed" ? [{ x: workers, y: outcome.timing.totalS }] : [],
    );
    if (points.length > 0) lines.push({ name, points: points.sort((a, b) => a.x - b.x) });
  }
  const all = lines.flatMap(({ points }) => points);
  const x = logScale(
    all.map((point) => point.x),
    margin.left,
    width - margin.right,
    2,
  );
  const y = logScale(
    all.map((point) => point.y),
    panelHeight - margin.bottom,
    margin.top,
    10,
  );
  const text = [...title(comparison, rows), ...frame()];
  for (const tick of x.ticks) {
    const at = fixed(x.at(tick));
    text.push(`<line x1="${at}" y1="${margin.top}" x2="${at}" y2="${panelHeight - margin.bottom}" stroke="#ddd"/>`);
    text.push(`<text x="${at}" y="${panelHeight - margin.bottom + 17}" text-anchor="middle">${tick}</text>`);
  }
  for (const tick of y.ticks) text.push(...yTick(tick, y.at(tick)));
  const middle = (margin.left + width - margin.right) / 2;
  text.push(`<text x="${middle}" y="${panelHeight - 14}" text-anchor="middle">workers</text>`);
  lines.forEach(({ points }, i) => {
    const path = points.map((point) => `${fixed(x.at(point.x))},${fixed(y.at(point.y))}`);
    const dash = dashes[Math.floor(i / colours.length) % dashes.length] ?? "";
    const style = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
    const colour = colours[i % colours.length]!;
    text.push(`<polyline points="${path.join(" ")}" fill="none" stroke="${colour}" stroke-width="1.6"${style}/>`);
    for (const point of path) {
      const [cx, cy] = point.split(",");
      text.push(`<circle cx="${cx}" cy="${cy}" r="2.2" fill="${colour}"/>`);
    }
  });
  const last = Math.max(...all.map((point) => point.x));
  for (const [i, { name, points }] of lines.entries()) {
    const end = points.at(-1)!;
    if (end.x === last) continue;
    const [endX, endY] = [fixed(x.at(end.x)), fixed(y.at(end.y) - 6)];
    text.push(
      `<text x="${endX}" y="${endY}" text-anchor="middle" fill="${colours[i % colours.length]}">${escaped(name)}</text>`,
    );
  }
  const lasting = [...lines.entries()].filter(([, { points }]) => points.at(-1)!.x === last);
  const ends = lasting.map(([, { points }]) => points.at(-1)!);
  const wanted = ends.map((end) => y.at(end.y));
  const spread = apart(wanted, margin.top, panelHeight - margin.bottom);
  lasting.forEach(([index, { name }], i) => {
    const colour = colours[index % colours.length]!;
    const [from, to] = [x.at(ends[i]!.x) + 4, width - margin.right + 16];
    text.push(
      `<line x1="${fixed(from)}" y1="${fixed(wanted[i]!)}" x2="${to - 3}" y2="${fixed(spread[i]!)}" stroke="${colour}" stroke-width="0.6"/>`,
      `<text x="${to}" y="${fixed(spread[i]! + 4)}" fill="${colour}">${escaped(name)}</text>`,
    );
  });
  return { text, height: panelHeight };
}

function dotPanel(comparison: Comparison, rows: readonly ComparisonRow[]): Panel {
  const bars = rows
    .flatMap(({ algorithm, outcome }) =>
      outcome.kind === "timed" ? [{ name: algorithm, s: outcome.timing.totalS }] : [],
    )
    .sort((a, b) => a.s - b.s);
  const [left, right] = [190, width - 100];
  const bottom = margin.top + 22 * bars.length + 8;
  const x = logScale(
    bars.map(({ s }) => s),
    left,
    right,
    10,
  );
  const text = [...title(comparison, rows)];
  for (const tick of x.ticks) {
    const at = fixed(x.at(tick));
    text.push(`<line x1="${at}" y1="${margin.top}" x2="${at}" y2="${bottom}" stroke="#ddd"/>`);
    text.push(`<text x="${at}" y="${bottom + 17}" text-anchor="middle">${seconds(tick)}</text>`);
  }
  bars.forEach(({ name, s }, i) => {
    const y = margin.top + 22 * i + 6;
    const end = fixed(x.at(s));
    text.push(
      `<text x="${left - 8}" y="${y + 11}" text-anchor="end">${escaped(name)}</text>`,
      // A dot, not a bar: on a logarithmic axis the length of a bar would mean nothing.
      `<line x1="${left}" y1="${y + 7}" x2="${end}" y2="${y + 7}" stroke="#999" stroke-dasharray="1 3"/>`,
      `<circle cx="${end}" cy="${y + 7}" r="4" fill="#1b4f72"/>`,
      `<text x="${fixed(Math.max(left, x.at(s)) + 9)}" y="${y + 11}">${seconds(s)}</text>`,
    );
  });
  return { text, height: bottom + 34 };
}

function title(comparison: Comparison, rows: readonly ComparisonRow[]): string[] {
  const { gradient, workers } = rows[0]!;
  const several = new Set(rows.map((row) => row.workers)).size > 1;
  const size = `${gradient.name}, ${gradient.elements} x ${comparison.dtype}`;
  const text = `All-reduce time on ${comparison.cluster}: ${size}${several ? "" : `, ${workers} workers`}`;
  return [`<text x="14" y="24" font-size="14" font-weight="bold">${escaped(text)}</text>`];
}

function frame(): string[] {
  const [w, h] = [width - margin.right - margin.left, panelHeight - margin.bottom - margin.top];
  return [`<rect x="${margin.left}" y="${margin.top}" width="${w}" height="${h}" fill="none" stroke="#888"/>`];
}

function yTick(tick: number, y: number): string[] {
  const at = fixed(y);
  return [
    `<line x1="${margin.left}" y1="${at}" x2="${width - margin.right}" y2="${at}" stroke="#ddd"/>`,
    `<text x="${margin.left - 6}" y="${fixed(y + 4)}" text-anchor="end">${seconds(tick)}</text>`,
  ];
}

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Logarithmic from the least value to the largest, which stand at `from` and `to`; ticks at powers of `base`, or 1, 2, 5 x 10^n. */
function logScale(values: readonly number[], from: number, to: number, base: 2 | 10): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const [low, high] = least === most ? [least / 2, most * 2] : [least / 1.08, most * 1.08];
  const start = base === 2 ? least : low;
  const end = base === 2 ? most : high;
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

function wrap(text: string, most: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line.length + word.length + 1 > most) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
