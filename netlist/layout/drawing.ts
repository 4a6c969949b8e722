import type { LayerName } from "./rules.ts";

export type Point = readonly [x: number, y: number];

/** What is placed. Ports are pinsOf; the origin is the middle of the left side, of a crossing, splitter or pad its middle. */
export type CellKind =
  | "fibre"
  | "heater"
  | "phase"
  | "coupler"
  | "tap"
  | "crossing"
  | "end"
  | "detector"
  | "modulator"
  | "splitter"
  | "pad";

export interface Cell {
  readonly kind: CellKind;
  readonly x: number;
  readonly y: number;
  /** Of a coupler: from one arm's row to the other's. */
  readonly rows: number;
  /** Turned round by 180 degrees: fibre ports on the right, ends on the left. */
  readonly turned: boolean;
  /** What it is for: `s2.m0.d3 phi`, a port's or neuron's name. */
  readonly name: string;
}

/** A waveguide from port to port; corners are rounded with the radius of its layer. Horizontal and vertical pieces in turn. */
export interface Wire {
  readonly layer: "waveguide" | "carrier";
  readonly points: readonly Point[];
}

/** A port of the circuit where its wire ends at the edge of the rows. */
export interface EdgePort {
  readonly name: string;
  readonly at: Point;
  /** At the right edge. */
  readonly isRight: boolean;
  readonly stretch: number;
}

export interface Rectangle {
  readonly layer: LayerName;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Drawing {
  readonly cells: readonly Cell[];
  readonly wires: readonly Wire[];
  readonly rectangles: readonly Rectangle[];
}

export type Box = Omit<Rectangle, "layer">;

/** Of pieces of waveguide, of metal, and of the places of cells. */
export function boxesOf({ cells, wires, rectangles }: Drawing): readonly Box[] {
  const between = (a: Point, b: Point): Box => {
    return { x0: Math.min(a[0], b[0]), y0: Math.min(a[1], b[1]), x1: Math.max(a[0], b[0]), y1: Math.max(a[1], b[1]) };
  };
  const places = cells.map(({ x, y }) => between([x, y], [x, y]));
  const pieces = wires.flatMap(({ points }) => points.slice(1).map((b, i) => between(points[i]!, b)));
  return [...places, ...pieces, ...rectangles];
}

/** The largest of all boxes, of which a chip may have more than a call takes arguments. */
export function mostOf(boxes: readonly Box[], of: (box: Box) => number): number {
  return boxes.reduce((most, box) => Math.max(most, of(box)), Number.NEGATIVE_INFINITY);
}

/** What a chip takes from edge to edge. */
export function extentOf({ rectangles }: Drawing): { readonly widthUm: number; readonly heightUm: number } {
  const { x0, y0, x1, y1 } = rectangles.find(({ layer }) => layer === "floorplan")!;
  return { widthUm: x1 - x0, heightUm: y1 - y0 };
}

/** Length of a line whose corners are arcs. */
export function lengthOf(points: readonly Point[], radiusUm: number): number {
  let length = 0;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1]!, points[i]!];
    length += Math.abs(b[0] - a[0]) + Math.abs(b[1] - a[1]);
  }
  return length - Math.max(0, points.length - 2) * cornerUm(radiusUm);
}

/** What an arc saves against its corner. */
export function cornerUm(radiusUm: number): number {
  return (2 - Math.PI / 2) * radiusUm;
}
