import { type SymbolKind, symbolPaths } from "../../netlist/index.ts";

/** Colours of one symbol as canvas takes them. */
export interface Ink {
  readonly line: string;
  readonly fill: string;
}

/** Draws a symbol on the lane at `y`, of an MZI between the lanes at `y` and `other`; `size` is half of its width. */
export function drawSymbol(
  context: CanvasRenderingContext2D,
  symbol: SymbolKind,
  [x, y, other]: readonly [x: number, y: number, other: number],
  size: number,
  { line, fill }: Ink,
): void {
  const { lines, full, outline } = symbolPaths(symbol, other - y, size);
  const outlined = new Path2D(outline);
  context.translate(x, y);
  context.strokeStyle = line;
  context.lineWidth = 0.28 * size;
  context.stroke(new Path2D(lines));
  context.fillStyle = line;
  context.fill(new Path2D(full));
  context.fillStyle = fill;
  context.fill(outlined);
  context.stroke(outlined);
  context.translate(-x, -y);
}
