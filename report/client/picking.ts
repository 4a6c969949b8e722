import type { ChipLayout } from "../../netlist/index.ts";
import type { Chip } from "./model.ts";
import { columnAt, type View, type ViewPlaces, yOf } from "./view.ts";

/** Steps by their column; what a mesh absorbs is left out. Made once a layout. */
const byColumn = new WeakMap<ChipLayout, readonly (readonly number[])[]>();

function columnsOf({ layout, parts }: Chip): readonly (readonly number[])[] {
  const known = byColumn.get(layout);
  if (known !== undefined) return known;
  const columns: number[][] = Array.from({ length: layout.columns }, () => []);
  parts.parts.forEach((part, step) => {
    if (part.kind !== "termination") columns[layout.column[step]!]?.push(step);
  });
  byColumn.set(layout, columns);
  return columns;
}

/** The step of the device at a point of the canvas, or -1. */
export function nearestPart(chip: Chip, places: ViewPlaces, view: View, x: number, y: number): number {
  const { layout } = chip;
  const column = Math.floor(columnAt(places, view, x));
  const down = view.top + y / view.scale;
  if (places.column * view.scale < 3) return -1;
  let best = -1;
  let least = places.row * 0.6;
  for (const step of columnsOf(chip)[column] ?? []) {
    const rows = [yOf(places, layout.row[2 * step]!), yOf(places, layout.row[2 * step + 1]!)];
    const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
    // On the bar between far ports another device may stand: its own rows come first.
    const inside = down > top && down < bottom ? places.row * 0.5 : Number.POSITIVE_INFINITY;
    const distance = Math.min(inside, ...rows.map((row) => Math.abs(row - down)));
    if (distance < least) [best, least] = [step, distance];
  }
  return best;
}

/** The next device in a direction: across the nearest row of the next column that has any, up and down within the column. */
export function nextPart(chip: Chip, from: number, [dx, dy]: readonly [number, number]): number {
  const { layout } = chip;
  const columns = columnsOf(chip);
  if (from < 0) return columns.find((steps) => steps.length > 0)?.[0] ?? -1;
  const row = layout.row[2 * from]!;
  const near = (steps: readonly number[]): number =>
    steps.reduce(
      (best, step) => (Math.abs(layout.row[2 * step]! - row) < Math.abs(layout.row[2 * best]! - row) ? step : best),
      steps[0]!,
    );
  if (dx !== 0) {
    for (let column = layout.column[from]! + dx; column >= 0 && column < layout.columns; column += dx) {
      const steps = columns[column]!;
      if (steps.length > 0) return near(steps);
    }
    return from;
  }
  const beyond = columns[layout.column[from]!]!.filter((step) => (layout.row[2 * step]! - row) * dy > 0);
  return beyond.length === 0 ? from : near(beyond);
}
