import type { ChipLayout } from "../../netlist/index.ts";

/** Above the rows: names of sections. Pixels at scale 1. */
export const headHeight = 20;
/** Columns and rows are not stretched beyond these, pixels at scale 1. */
const mostColumn = 64;
const mostRow = 52;

/** Where columns and rows are: at scale 1 the whole chip fills the canvas. */
export interface ViewPlaces {
  /** Pixels of a column and of a row at scale 1. */
  readonly column: number;
  readonly row: number;
  /** Of the first column, and above the first row, at scale 1. */
  readonly left: number;
  readonly top: number;
}

/** On a canvas of that size with so many pixels for the names of ports on either side. */
export function placesOf({ columns, rows }: ChipLayout, width: number, height: number, port: number): ViewPlaces {
  const [wide, high] = [Math.max(1, width - 2 * port), Math.max(1, height - headHeight)];
  const [column, row] = [Math.min(mostColumn, wide / columns), Math.min(mostRow, high / (rows + 1))];
  const [left, top] = [port + (wide - column * columns) / 2, headHeight + (high - row * (rows + 1)) / 2];
  return { column, row, left, top };
}

/** What is seen: a point of the chip in pixels of scale 1 is at (point - left) * scale of the canvas. */
export interface View {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export const wholeView: View = { scale: 1, left: 0, top: 0 };

/** Columns and rows are then far wider than what stands in them. */
export function mostScale({ column, row }: ViewPlaces): number {
  return Math.max(1, 500 / Math.min(column, row));
}

/** Bigger or smaller around a point of the canvas, within reason, never further out than half of the whole. */
export function zoomed(view: View, factor: number, x: number, y: number, places: ViewPlaces): View {
  const scale = Math.min(mostScale(places), Math.max(0.5, view.scale * factor));
  return {
    scale,
    left: view.left + x / view.scale - x / scale,
    top: view.top + y / view.scale - y / scale,
  };
}

/** Of a column or a row, fractions included; pixels of scale 1. */
export function xOf({ left, column }: ViewPlaces, at: number): number {
  return left + at * column;
}

export function yOf({ top, row }: ViewPlaces, at: number): number {
  return top + (at + 1) * row;
}

/** The column at a horizontal place of the canvas, fractions included. */
export function columnAt({ left, column }: ViewPlaces, view: View, x: number): number {
  return (view.left + x / view.scale - left) / column;
}
