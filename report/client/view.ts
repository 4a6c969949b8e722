import type { ChipLayout } from "../chip/layout.ts";

/** Above the rows: names of sections. Pixels at scale 1. */
export const headHeight = 20;
/** Columns and rows are not stretched beyond these, pixels at scale 1. */
const mostColumn = 64;
const mostRow = 52;
/** Columns that a folded section takes. */
const foldedWidth = 1;

/** Of the canvas, and of the names of ports beside the chip, pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
  readonly port: number;
}

/** Where columns and rows are while some sections are folded: at scale 1 the whole chip fills the canvas. */
export interface ViewPlaces {
  readonly folded: readonly boolean[];
  /** Of each section, and the end of the last one; in columns. */
  readonly start: Float64Array;
  /** Of all sections, in columns. */
  readonly width: number;
  /** Pixels of a column and of a row at scale 1. */
  readonly column: number;
  readonly row: number;
  /** Of the first column, and above the first row, at scale 1. */
  readonly left: number;
  readonly top: number;
}

export function placesOf({ sections, rows }: ChipLayout, folded: readonly boolean[], room: Room): ViewPlaces {
  const start = new Float64Array(sections.length + 1);
  sections.forEach(({ from, to }, s) => {
    start[s + 1] = start[s]! + (folded[s] === true ? foldedWidth : to - from);
  });
  const width = start[sections.length]!;
  const [wide, high] = [Math.max(1, room.width - 2 * room.port), Math.max(1, room.height - headHeight)];
  const [column, row] = [Math.min(mostColumn, wide / width), Math.min(mostRow, high / (rows + 1))];
  const [left, top] = [room.port + (wide - column * width) / 2, headHeight + (high - row * (rows + 1)) / 2];
  return { folded, start, width, column, row, left, top };
}

/** What is seen: a point of the chip in pixels of scale 1 is at (point - left) * scale of the canvas. */
export interface View {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export const wholeView: View = { scale: 1, left: 0, top: 0 };

/** Bigger or smaller around a point of the canvas, within reason, never further out than half of the whole. */
export function zoomed(view: View, factor: number, x: number, y: number, { column, row }: ViewPlaces): View {
  const scale = Math.min(Math.max(1, 500 / Math.min(column, row)), Math.max(0.5, view.scale * factor));
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
  return places.left + (places.start[s]! + share) * places.column;
}

export function yOf({ top, row }: ViewPlaces, at: number): number {
  return top + (at + 1) * row;
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
