import { area, line } from "d3-shape";
import { type Axis, type AxisPlan, axisOf } from "./axis.ts";
import { escaped, fixed, heading, label, lineColour, type Panel, theme } from "./svg.ts";

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of what is uncertain about y. */
  readonly spread?: readonly [low: number, high: number];
  /** For those who ask. */
  readonly title?: string;
  /** Where a click on its mark goes. */
  readonly href?: string | null;
}

export interface PlotLine {
  /** Stands at the end of the line; empty for none. */
  readonly name: string;
  /** In the order in which they are joined. */
  readonly points: readonly PlotPoint[];
  readonly colour?: string;
  /** Radius of the marks at its points; 0 for none. A point alone has one anyway. */
  readonly marks?: number;
  /** Marks alone. */
  readonly isLoose?: boolean;
  /** How `spread` is drawn; a band by default. */
  readonly spreads?: "bars";
}

export interface LinePlot {
  readonly title: string;
  readonly note?: string;
  readonly x: AxisPlan;
  readonly y: AxisPlan;
  readonly lines: readonly PlotLine[];
  readonly height: number;
}

/** Lines and points on two axes. Texts are plain; a plot without points is its title alone. */
export function linePanel(plot: LinePlot): Panel {
  const { title, note, lines, height } = plot;
  const all = lines.flatMap(({ points }) => points);
  const head = heading(title, note);
  if (all.length === 0) return { parts: head, height: 44 };
  const longest = Math.max(...lines.map(({ name }) => name.length));
  const right = theme.width - (longest === 0 ? 24 : Math.min(260, 40 + 7 * longest));
  const [left, top, bottom] = [92, note === undefined ? 44 : 54, height - 54];
  const x = axisOf(
    plot.x,
    all.map((point) => point.x),
    left,
    right,
  );
  const y = axisOf(
    plot.y,
    all.flatMap((point) => [point.y, ...(point.spread ?? [])]),
    bottom,
    top,
  );
  const parts = [...head, ...grid(x, y, { left, right, top, bottom })];
  parts.push(
    label((left + right) / 2, height - 16, plot.x.title, 'text-anchor="middle"'),
    `<g transform="translate(16 ${(top + bottom) / 2}) rotate(-90)">${label(0, 0, plot.y.title, 'text-anchor="middle"')}</g>`,
    ...lines.flatMap((each, i) => drawn(each, i, x, y)),
    ...names(lines, x, y, right, top, bottom),
  );
  return { parts, height };
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function grid(x: Axis, y: Axis, { left, right, top, bottom }: Box): readonly string[] {
  // A label needs some 60 pixels.
  const every = Math.ceil((x.ticks.length * 60) / (right - left));
  return [
    ...x.ticks.flatMap(({ at, text }, i) => [
      `<path d="M${fixed(at)} ${top}V${bottom}" stroke="${theme.grid}"/>`,
      ...(i % every === 0 ? [label(at, bottom + 17, text, 'class="x" text-anchor="middle"')] : []),
    ]),
    ...y.ticks.flatMap(({ at, text }) => [
      `<path d="M${left} ${fixed(at)}H${right}" stroke="${theme.grid}"/>`,
      label(left - 6, at + 4, text, 'class="y" text-anchor="end"'),
    ]),
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="${theme.frame}"/>`,
  ];
}

function drawn(each: PlotLine, index: number, x: Axis, y: Axis): readonly string[] {
  const { points, isLoose = false } = each;
  const colour = colourOf(each, index);
  const dash = each.colour === undefined ? theme.dashes[index % theme.dashes.length]! : "";
  const style = dash === "" ? "" : ` stroke-dasharray="${dash}"`;
  const [at, height] = [(point: PlotPoint) => x.at(point.x), (point: PlotPoint) => y.at(point.y)];
  const alone = points.length === 1;
  const marks = each.marks ?? (alone ? 2.5 : 0);
  const [low, high] = [0, 1].map((end) => (point: PlotPoint) => y.at(point.spread?.[end] ?? point.y));
  const withSpread = points.filter(({ spread }) => spread !== undefined);
  const bars = each.spreads === "bars" || alone ? withSpread : [];
  const band = area<PlotPoint>(at, low!, high!).digits(2)(points);
  const path = line<PlotPoint>(at, height).digits(2)(points);
  return [
    ...(withSpread.length > bars.length
      ? [`<path class="band" d="${band}" fill="${colour}" fill-opacity="0.1"/>`]
      : []),
    ...bars.map((it) => `<path d="M${fixed(at(it))} ${fixed(low!(it))}V${fixed(high!(it))}" stroke="${colour}"/>`),
    ...(isLoose || alone
      ? []
      : [`<path class="line" d="${path}" fill="none" stroke="${colour}" stroke-width="1.6"${style}/>`]),
    ...(marks === 0 ? [] : points).map((it) => {
      const circle = `<circle cx="${fixed(at(it))}" cy="${fixed(height(it))}" r="${marks}" fill="${colour}"`;
      const mark = it.title === undefined ? `${circle}/>` : `${circle}><title>${escaped(it.title)}</title></circle>`;
      return it.href == null
        ? mark
        : `<a href="${escaped(it.href)}" aria-label="${escaped(it.title ?? "")}">${mark}</a>`;
    }),
  ];
}

function colourOf({ colour }: PlotLine, index: number): string {
  return colour ?? lineColour(index);
}

/** Every name at the right, with a thin line from where its curve ends. */
function names(lines: readonly PlotLine[], x: Axis, y: Axis, right: number, top: number, bottom: number): string[] {
  const named = lines.flatMap((each, i) =>
    each.name === "" || each.points.length === 0
      ? []
      : [{ name: each.name, colour: colourOf(each, i), end: each.points.at(-1)! }],
  );
  const places = apart(
    named.map(({ end }) => y.at(end.y)),
    top,
    bottom,
  );
  return named.flatMap(({ name, colour, end }, i) => [
    `<path d="M${fixed(x.at(end.x) + 4)} ${fixed(y.at(end.y))}L${right + 13} ${fixed(places[i]!)}" stroke="${colour}" stroke-width="0.6"/>`,
    label(right + 16, places[i]! + 4, name, `class="name" font-size="11" fill="${colour}"`),
  ]);
}

/** Between the base lines of two labels. */
const labelSpacing = 13;

/** Heights of labels near the wanted ones, in the same order, at least a line apart. */
function apart(wanted: readonly number[], top: number, bottom: number): readonly number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  const placed = new Array<number>(wanted.length).fill(0);
  let last = top - labelSpacing;
  for (const i of order) {
    last = Math.max(wanted[i]!, last + labelSpacing);
    placed[i] = last;
  }
  let next = bottom + labelSpacing;
  for (const i of order.toReversed()) {
    next = Math.min(placed[i]!, next - labelSpacing);
    placed[i] = next;
  }
  return placed;
}
