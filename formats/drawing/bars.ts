import { median, sum } from "d3-array";
import { type AxisPlan, axisOf } from "./axis.ts";
import { fixed, heading, label, type Panel, theme } from "./svg.ts";

/** A bar of parts that follow each other. */
export interface PlotBar {
  readonly name: string;
  /** None below zero; one beyond the axis is cut. */
  readonly parts: readonly number[];
  /** Where the first part starts; 0 by default. */
  readonly from?: number;
  /** Of its parts, one after the other; those of the theme by default. */
  readonly colours?: readonly string[];
  /** Behind the bar. */
  readonly note: string;
}

export interface BarPlot {
  readonly title: string;
  readonly axis: Pick<AxisPlan, "title" | "format">;
  /** Names of the parts; none where the bars have one part each. */
  readonly legend?: readonly string[];
  readonly bars: readonly PlotBar[];
  /** The shortest first, and bars beyond twelve times the median cut: one of a hundred times would hide all others. */
  readonly isRanked?: boolean;
  /** A value that is drawn as a dashed line across the bars. */
  readonly wanted?: number;
}

const rowHeight = 20;

/** Horizontal bars on one linear axis from zero on, in their order; a bar that is cut says so. */
export function barPanel({ title, axis, legend = [], bars: given, wanted, isRanked = false }: BarPlot): Panel {
  const endOf = ({ from = 0, parts }: PlotBar): number => from + sum(parts);
  const bars = isRanked ? given.toSorted((a, b) => endOf(a) - endOf(b)) : given;
  const ends = bars.map(endOf);
  const finite = ends.filter(Number.isFinite);
  const typical = (isRanked && 12 * (median(finite) ?? 0)) || Number.POSITIVE_INFINITY;
  const most = Math.max(Math.min(Math.max(0, ...finite), typical), wanted ?? 0) || 1;
  const left = Math.min(320, 30 + 6.6 * Math.max(0, ...bars.map(({ name }) => name.length)));
  const right = theme.width - Math.min(260, 30 + 7 * Math.max(0, ...bars.map(({ note }) => note.length)));
  const top = legend.length === 0 ? 40 : 66;
  const bottom = top + rowHeight * bars.length + 4;
  const plan: AxisPlan = { ...axis, scale: "linear", include: [0, most], room: 0 };
  const { at, ticks } = axisOf(plan, [], left, right);
  const end = (value: number): number => at(Math.min(value, most));
  // A label needs some 60 pixels.
  const every = Math.ceil((ticks.length * 60) / (right - left));
  const parts = [
    ...heading(title),
    ...keys(legend, left),
    ...ticks.flatMap((tick, i) => [
      `<path d="M${fixed(tick.at)} ${top - 4}V${bottom}" stroke="${theme.grid}"/>`,
      ...(i % every === 0 ? [label(tick.at, bottom + 16, tick.text, 'class="x" text-anchor="middle"')] : []),
    ]),
    label((left + right) / 2, bottom + 34, axis.title, 'text-anchor="middle"'),
    ...bars.flatMap((bar, i) => drawn(bar, top + rowHeight * i, left, end, isRanked && ends[i]! > most)),
  ];
  if (wanted !== undefined) {
    const x = fixed(at(wanted));
    parts.push(`<path d="M${x} ${top - 4}V${bottom}" stroke="${theme.ink}" stroke-dasharray="3 3"/>`);
  }
  return { parts, height: bottom + 50 };
}

function keys(legend: readonly string[], left: number): readonly string[] {
  let x = left;
  return legend.flatMap((name, i) => {
    const at = x;
    x += 40 + 7 * name.length;
    const fill = theme.fills[i % theme.fills.length];
    return [`<rect x="${fixed(at)}" y="38" width="12" height="12" fill="${fill}"/>`, label(at + 17, 48, name)];
  });
}

function drawn(
  { name, parts, from = 0, colours = theme.fills, note }: PlotBar,
  y: number,
  left: number,
  end: (value: number) => number,
  isCut: boolean,
): readonly string[] {
  const text = [label(left - 8, y + 13, name, 'class="bar" text-anchor="end"')];
  let start = from;
  parts.forEach((part, i) => {
    const [x, width] = [end(start), end(start + part) - end(start)];
    start += part;
    if (width < 0.01) return;
    const fill = colours[i % colours.length];
    text.push(`<rect x="${fixed(x)}" y="${y + 2}" width="${fixed(width)}" height="${rowHeight - 6}" fill="${fill}"/>`);
  });
  const x = end(start);
  if (isCut) {
    text.push(`<path d="M${fixed(x - 6)} ${y} l6 5 l-6 5 l6 5 l-6 5" fill="none" stroke="#ffffff" stroke-width="3"/>`);
  }
  return [...text, label(x + 8, y + 13, isCut ? `${note}, cut` : note)];
}
