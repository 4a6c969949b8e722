import { symbolOf } from "../../netlist/index.ts";
import { aboveThreshold } from "../player/decision.ts";
import { angleColour, type Palette, phaseColour, strengthOf } from "./colours.ts";
import type { Chip, Passage } from "./model.ts";
import { type Paint, type Raster, rasterOf } from "./raster.ts";
import { drawSymbol, type Ink } from "./symbols.ts";
import { columnAt, type View, type ViewPlaces, xOf, yOf } from "./view.ts";

/** Everything that a picture depends on. */
export interface Picture {
  readonly chip: Chip;
  readonly places: ViewPlaces;
  readonly view: View;
  readonly shown: Passage;
  /** Largest field of the passage. */
  readonly largest: number;
  /** Light is drawn up to this column. */
  readonly front: number;
  readonly paint: Paint;
  readonly palette: Palette;
  /** Step of the device in focus, or -1. */
  readonly focus: number;
  /** Steps of devices that something else is linked with. */
  readonly marked: readonly number[];
}

/** Rasters of sections that need not be made again; whoever changes light, paint or theme empties it. */
export type Rasters = Map<number, Raster>;

/** Columns narrower than this are drawn as pixels where more devices and lanes are in sight than one wants to draw. */
const leastColumn = 6;
const mostMarks = 8000;

/** Of every text on the screen, pixels. */
export const labelSize = 11;

/** Half of the width of a symbol, at scale 1. */
function symbolSize({ column, row }: ViewPlaces): number {
  return Math.min(0.42 * column, 0.36 * row, 9);
}

export function labelFont(size: number): string {
  return `${size}px system-ui, "DejaVu Sans", sans-serif`;
}

/** Draws what is seen. */
export function drawPicture(canvas: HTMLCanvasElement, picture: Picture, rasters: Rasters): void {
  const { places, view } = picture;
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d")!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const scale = view.scale * ratio;
  context.setTransform(scale, 0, 0, scale, -view.left * scale, -view.top * scale);
  const right = view.left + width / view.scale;
  const [from, to] = [columnAt(places, view, 0), columnAt(places, view, width)];
  const inSight = picture.chip.layout.sections.flatMap((it, s) => (it.to >= from && it.from <= to ? [s] : []));
  const coarse = places.column * view.scale < leastColumn && marksInSight(picture, to - from, height) > mostMarks;
  for (const s of inSight) {
    drawHead(context, picture, s);
    if (coarse) drawRaster(context, picture, s, rasters);
    else drawSection(context, picture, s, right, height);
  }
  drawPorts(context, picture);
  if (!coarse) for (const step of picture.marked) drawFrame(context, picture, step, 1.5);
  if (picture.focus >= 0) drawFrame(context, picture, picture.focus, 2.5);
}

/** About how many devices, lanes and bends are in sight, if they stand evenly; `columns` and `height` as the canvas shows them. */
function marksInSight({ chip, places, view }: Picture, columns: number, height: number): number {
  const { lanes, bends, column, rows, columns: all } = chip.layout;
  const down = Math.min(1, height / view.scale / (rows * places.row));
  return (lanes.length + bends.length + column.length) * down * Math.min(1, columns / all);
}

function drawHead(context: CanvasRenderingContext2D, { chip, places, view, palette }: Picture, s: number): void {
  const { name, kind, from, to } = chip.layout.sections[s]!;
  if (name === "") return;
  const [x, end] = [xOf(places, from), xOf(places, to)];
  context.globalAlpha = s % 2 === 0 ? 0.09 : 0.03;
  context.fillStyle = palette.kinds[kind]!;
  context.fillRect(x, places.top, end - x, (chip.layout.rows + 1) * places.row);
  context.globalAlpha = 1;
  context.fillRect(x + 0.5, places.top - 3, Math.max(0.5, end - x - 1), 3);
  const size = labelSize / view.scale;
  context.font = labelFont(size);
  const number = /\d+$/.exec(name)?.[0] ?? "";
  const label = [name, number].find((text) => context.measureText(text).width <= end - x - 2 / view.scale);
  if (label === undefined) return;
  context.fillStyle = palette.ink;
  // Where the head of the chip is out of sight, names stay at the edge.
  context.fillText(label, x + 1 / view.scale, Math.max(places.top - 3 - 0.3 * size, view.top + 1.1 * size));
}

function drawRaster(context: CanvasRenderingContext2D, picture: Picture, s: number, rasters: Rasters): void {
  const { chip, places, view, shown, largest, front, paint, palette } = picture;
  const known = rasters.get(s) ?? rasterOf(chip, s, shown, largest, front, paint, palette);
  rasters.set(s, known);
  const { canvas, columns, rows } = known;
  const { from } = chip.layout.sections[s]!;
  // Drawn larger than it is, its pixels are lanes.
  context.imageSmoothingEnabled = places.row * view.scale < 2;
  const x = xOf(places, from);
  const [width, height] = [canvas.width * columns * places.column, canvas.height * rows * places.row];
  context.drawImage(canvas, x, yOf(places, 0) - places.row / 2, width, height);
}

function drawSection(
  context: CanvasRenderingContext2D,
  picture: Picture,
  s: number,
  right: number,
  height: number,
): void {
  const { chip, places, view } = picture;
  const size = symbolSize(places);
  const { layout } = chip;
  const { firstLane, endLane, firstStep, endStep } = layout.sections[s]!;
  const [above, below] = [view.top - places.row, view.top + height / view.scale + places.row];
  for (const { row, from, to, source } of layout.lanes.slice(firstLane, endLane)) {
    const [y, start, end] = [yOf(places, row), xOf(places, from), xOf(places, to)];
    if (y < above || y > below || end < view.left || start > right) continue;
    pen(context, picture, source, from);
    context.beginPath();
    context.moveTo(start, y);
    context.lineTo(end, y);
    context.stroke();
  }
  drawBends(context, picture, right);
  for (let step = firstStep; step < endStep; step++) {
    const x = xOf(places, layout.column[step]! + 0.5);
    if (x < view.left - places.column || x > right + places.column) continue;
    const [y, other] = [yOf(places, layout.row[2 * step]!), yOf(places, layout.row[2 * step + 1]!)];
    if (Math.max(y, other) < above || Math.min(y, other) > below) continue;
    const symbol = symbolOf(chip.parts.parts[step]!);
    const at = symbol === "absorber" ? x - places.column / 2 + size : x;
    drawSymbol(context, symbol, [at, y, other], size, inkOf(picture, step));
  }
}

/** For the light of a place of the trace, where it has come as far as this column. */
function pen(context: CanvasRenderingContext2D, picture: Picture, place: number, column: number): void {
  const { shown, front, largest, palette, places } = picture;
  const [re, im] = place < 0 ? [0, 0] : [shown.trace.re[place]!, shown.trace.im[place]!];
  const strength = column <= front ? strengthOf(Math.hypot(re, im), largest) : 0;
  context.lineWidth = Math.max(0.7, (strength > 0 ? 0.2 + 0.7 * strength : 0.15) * symbolSize(places));
  context.strokeStyle = strength > 0 ? rgbText(phaseColour(re, im, palette.dark)) : palette.faint;
}

/** Bends between rows, and the wires of neurons. */
function drawBends(context: CanvasRenderingContext2D, picture: Picture, right: number): void {
  const { chip, places, view, palette } = picture;
  const { layout } = chip;
  const { bends, wires } = layout;
  const { column } = places;
  const seen = (x: number): boolean => x > view.left - column && x < right + column;
  for (const { from, fromRow, toRow, source } of bends) {
    const [x, y, to] = [xOf(places, from), yOf(places, fromRow), yOf(places, toRow)];
    if (!seen(x)) continue;
    pen(context, picture, source, from);
    context.beginPath();
    context.moveTo(x, y);
    context.bezierCurveTo(x + column / 2, y, x + column / 2, to, x + column, to);
    context.stroke();
  }
  context.lineWidth = 0.2 * symbolSize(places);
  context.strokeStyle = palette.kinds["neuron"]!;
  context.setLineDash([0.2 * column, 0.2 * column]);
  for (const { column: at, fromRow, toRow } of wires) {
    const x = xOf(places, at);
    if (!seen(x)) continue;
    context.beginPath();
    context.moveTo(x, yOf(places, fromRow));
    context.lineTo(x, yOf(places, toRow));
    context.stroke();
  }
  context.setLineDash([]);
}

/** Neurons are full where they fire. */
function inkOf({ chip, palette, shown, front, paint }: Picture, step: number): Ink {
  const part = chip.parts.parts[step]!;
  if (part.kind === "termination") return { line: palette.ink, fill: palette.ground };
  if (part.kind === "neuron") {
    const line = palette.kinds["neuron"]!;
    const fires = chip.layout.column[step]! <= front && aboveThreshold(shown, step) > 0;
    return { line, fill: fires ? line : palette.ground };
  }
  const { device, section } = part;
  const line = palette.kinds[device.kind === "waveguide" ? "waveguide" : section.kind]!;
  if (paint === "theta" && "thetaRad" in device)
    return { line, fill: rgbText(angleColour(device.thetaRad, palette.dark)) };
  return { line, fill: paint === "kind" ? line : palette.ground };
}

function drawPorts(context: CanvasRenderingContext2D, { chip, places, view, palette }: Picture): void {
  const size = labelSize / view.scale;
  if (places.row * view.scale < labelSize) return;
  const { circuit, layout } = chip;
  context.fillStyle = palette.ink;
  context.font = labelFont(size);
  context.textAlign = "right";
  for (const [i, { name }] of circuit.inputs.entries()) {
    context.fillText(name.slice(0, 24), places.left - 0.4 * size, yOf(places, layout.inputRow[i]!) + size / 3);
  }
  context.textAlign = "left";
  const x = xOf(places, layout.columns) + 0.4 * size;
  for (const [o, { name }] of circuit.outputs.entries()) {
    context.fillText(name.slice(0, 24), x, yOf(places, layout.outputRow[o]!) + size / 3);
  }
}

function drawFrame(context: CanvasRenderingContext2D, picture: Picture, step: number, thick: number): void {
  const { chip, places, palette, view } = picture;
  const { layout } = chip;
  const x = xOf(places, layout.column[step]! + 0.5);
  const ys = [yOf(places, layout.row[2 * step]!), yOf(places, layout.row[2 * step + 1]!)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  context.strokeStyle = palette.focus;
  context.lineWidth = thick / view.scale;
  const room = Math.max(1.3 * symbolSize(places), 5 / view.scale);
  context.strokeRect(x - room, top - room, 2 * room, bottom - top + 2 * room);
}

export function rgbText([r, g, b]: readonly [number, number, number]): string {
  return `rgb(${r} ${g} ${b})`;
}
