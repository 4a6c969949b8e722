import type { ChipLayout } from "../chip/layout.ts";

/** Pixels of a column and a row at scale 1. */
export const columnWidth = 22;
export const rowHeight = 20;
/** Above the rows: names of sections. */
export const headHeight = 22;
/** Left and right of the chip: names of ports. */
export const portWidth = 74;
/** Columns that a folded section takes. */
const foldedWidth = 1;

/** Where columns are while some sections are folded, in columns. */
export interface ViewPlaces {
  readonly folded: readonly boolean[];
  /** Of each section, and the end of the last one. */
  readonly start: Float64Array;
  readonly width: number;
}

export function placesOf({ sections }: ChipLayout, folded: readonly boolean[]): ViewPlaces {
  const start = new Float64Array(sections.length + 1);
  sections.forEach(({ from, to }, s) => {
    start[s + 1] = start[s]! + (folded[s] === true ? foldedWidth : to - from);
  });
  return { folded, start, width: start[sections.length]! };
}

/** What is seen: a point of the chip in pixels of scale 1 is at (point - left) * scale of the canvas. */
export interface View {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export function chipSize(layout: ChipLayout, places: ViewPlaces): { readonly width: number; readonly height: number } {
  return { width: 2 * portWidth + places.width * columnWidth, height: headHeight + (layout.rows + 1) * rowHeight };
}

/** All of the chip in the middle of the canvas. */
export function wholeView(layout: ChipLayout, places: ViewPlaces, width: number, height: number): View {
  const size = chipSize(layout, places);
  const scale = Math.min(3, width / size.width, height / size.height);
  return { scale, left: (size.width - width / scale) / 2, top: (size.height - height / scale) / 2 };
}

/** Bigger or smaller around a point of the canvas, within reason, never further out than half of the whole. */
export function zoomed(view: View, factor: number, x: number, y: number, least: number): View {
  const scale = Math.min(24, Math.max(least / 2, view.scale * factor));
  return {
    scale,
    left: view.left + x / view.scale - x / scale,
    top: view.top + y / view.scale - y / scale,
  };
}

/** Horizontal place of a column, fractions included, that lies in section `s`; pixels of scale 1. */
export function xOf(layout: ChipLayout, places: ViewPlaces, s: number, column: number): number {
  const { from, to } = layout.sections[s]!;
  const inside = column - from;
  const share = places.folded[s] === true ? (inside / (to - from)) * foldedWidth : inside;
  return portWidth + (places.start[s]! + share) * columnWidth;
}

export function yOf(row: number): number {
  return headHeight + (row + 1) * rowHeight;
}

/** The section at a horizontal place in columns, kept within the chip. */
export function sectionAt(places: ViewPlaces, columns: number): number {
  let low = 0;
  let high = places.folded.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (places.start[middle]! <= columns) low = middle;
    else high = middle - 1;
  }
  return low;
}
