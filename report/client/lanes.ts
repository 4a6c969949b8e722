import { shown } from "../page/table.ts";
import type { Chip, Passage } from "./model.ts";
import { columnAt, type View, type ViewPlaces, yOf } from "./view.ts";

/** `a0 is 3: 2.9998, 0.4998 from another integer`; null for light that stands for no integer. */
export function integerText({ carried }: Chip, { trace }: Passage, place: number): string | null {
  const known = carried.get(place);
  if (known === undefined) return null;
  const value = trace.re[place]! / known.fieldPerUnit;
  const integer = Math.round(value);
  return `${known.name} is ${integer}: ${shown(value)}, ${shown(0.5 - Math.abs(value - integer))} from another integer`;
}

/** The place of a trace of the lane at a point of the canvas, or -1. */
export function laneAt({ layout }: Chip, places: ViewPlaces, view: View, x: number, y: number): number {
  const [column, down] = [columnAt(places, view, x), view.top + y / view.scale];
  let [best, least] = [-1, places.row / 2];
  for (const { from, to, row, source } of layout.lanes) {
    const distance = Math.abs(yOf(places, row) - down);
    if (from <= column && column < to && distance < least) [best, least] = [source, distance];
  }
  return best;
}
