import type { Circuit } from "../../netlist/index.ts";
import type { SectionSpan } from "../chip/layout.ts";
import { modesOf, type Parts } from "../chip/steps.ts";
import { shown } from "../page/table.ts";
import type { Chip, Passage } from "./model.ts";
import { columnAt, type View, type ViewPlaces, yOf } from "./view.ts";

/** An integer that light stands for: its field divided by `fieldPerUnit`. */
interface Carried {
  readonly name: string;
  readonly fieldPerUnit: number;
}

/** What the light stands for, by place of a trace: symbols of workers, signals of the certificate, symbols of receivers. */
export function carriedIntegers(
  { inputs, outputs, modes, certificate }: Circuit,
  { parts }: Parts,
  sections: readonly SectionSpan[],
): ReadonlyMap<number, Carried> {
  const last = Array.from({ length: modes }, (_, mode) => 2 * parts.length + mode);
  const found = new Map<number, Carried>();
  for (const input of inputs) {
    if (input.kind === "worker") found.set(last[input.mode]!, { name: input.name, fieldPerUnit: input.fieldPerLevel });
  }
  for (const [s, { firstStep, endStep }] of sections.entries()) {
    for (let step = firstStep; step < endStep; step++) {
      for (const [side, mode] of modesOf(parts[step]!).entries()) last[mode] = 2 * step + side;
    }
    for (const { section, mode, name, fieldPerUnit } of certificate?.signals ?? []) {
      if (section === s) found.set(last[mode]!, { name, fieldPerUnit });
    }
  }
  for (const { mode, name, levelsPerField } of outputs)
    found.set(last[mode]!, { name, fieldPerUnit: 1 / levelsPerField });
  return found;
}

/** `3 of a0: 2.9998, 0.4998 from another`; null for light that stands for no integer. */
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
