import { aboveThreshold } from "../player/decision.ts";
import { angleColour, type Palette, phaseColour, strengthOf } from "./colours.ts";
import type { Chip, Passage } from "./model.ts";
import { type Paint, type Raster, rasterOf } from "./raster.ts";
import {
  columnWidth,
  headHeight,
  portWidth,
  rowHeight,
  sectionAt,
  type View,
  type ViewPlaces,
  xOf,
  yOf,
} from "./view.ts";

/** Everything that a picture hangs on. */
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
}

/** Rasters of sections that need not be made again; whoever changes light, paint or theme empties it. */
export type Rasters = Map<number, Raster>;

/** Columns narrower than this are drawn as pixels where more devices and lanes are in sight than one wants to draw. */
const leastColumn = 6;
const mostMarks = 8000;

/** Draws what is seen; returns how many devices and lanes were drawn one by one. */
export function drawPicture(canvas: HTMLCanvasElement, picture: Picture, rasters: Rasters): number {
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
  const first = sectionAt(places, (view.left - portWidth) / columnWidth);
  const last = sectionAt(places, (right - portWidth) / columnWidth);
  const coarse = columnWidth * view.scale < leastColumn && hasManyMarks(picture, first, last, right, height);
  let drawn = 0;
  for (let s = first; s <= last; s++) {
    drawHead(context, picture, s);
    if (places.folded[s] === true) drawFolded(context, picture, s);
    else if (coarse) drawRaster(context, picture, s, rasters);
    else drawn += drawSection(context, picture, s, right, height);
  }
  drawPorts(context, picture);
  if (picture.focus >= 0) drawFocus(context, picture);
  return drawn;
}

/** Whether more than `mostMarks` devices, lanes and bends are in sight. */
function hasManyMarks(
  { chip, places, view }: Picture,
  first: number,
  last: number,
  right: number,
  height: number,
): boolean {
  const { sections, lanes, links, row, column } = chip.layout;
  const [above, below] = [view.top - rowHeight, view.top + height / view.scale + rowHeight];
  let marks = 0;
  for (let s = first; s <= last; s++) {
    const { from, firstLane, endLane, firstStep, endStep } = sections[s]!;
    const start = xOf(chip.layout, places, s, from);
    const [low, high] = [from + (view.left - start) / columnWidth - 1, from + (right - start) / columnWidth + 1];
    for (let lane = firstLane; lane < endLane && marks <= mostMarks; lane++) {
      const y = yOf(lanes.row[lane]!);
      if (y >= above && y <= below && lanes.to[lane]! >= low && lanes.from[lane]! <= high) marks++;
    }
    for (let step = firstStep; step < endStep && marks <= mostMarks; step++) {
      const y = yOf(row[2 * step]!);
      if (y >= above && y <= below && column[step]! >= low && column[step]! <= high) marks++;
    }
    for (let link = 0; link < links.count && marks <= mostMarks; link++) {
      if (links.from[link]! >= low && links.from[link]! <= high) marks++;
    }
  }
  return marks > mostMarks;
}

function drawHead(context: CanvasRenderingContext2D, { chip, places, view, palette }: Picture, s: number): void {
  const { name, kind, from, to } = chip.layout.sections[s]!;
  if (name === "") return;
  const [x, end] = [xOf(chip.layout, places, s, from), xOf(chip.layout, places, s, to)];
  const height = (chip.layout.rows + 1) * rowHeight;
  context.globalAlpha = s % 2 === 0 ? 0.09 : 0.03;
  context.fillStyle = palette.kinds[kind]!;
  context.fillRect(x, headHeight - 4, end - x, height);
  context.globalAlpha = 1;
  context.fillRect(x + 1, headHeight - 6, end - x - 2, 3);
  const size = 10 / Math.max(0.6, Math.min(view.scale, 1.6));
  context.font = `${size}px system-ui, "DejaVu Sans", sans-serif`;
  if (context.measureText(name).width > end - x - 2) return;
  context.fillStyle = palette.ink;
  // Where the head of the chip is out of sight, names stay at the edge.
  context.fillText(name, x + 2, Math.max(headHeight - 9, view.top + 1.1 * size));
}

function drawFolded(context: CanvasRenderingContext2D, { chip, places, palette }: Picture, s: number): void {
  const x = xOf(chip.layout, places, s, chip.layout.sections[s]!.from);
  context.strokeStyle = palette.faint;
  context.lineWidth = 1;
  context.beginPath();
  for (let row = 0; row < chip.layout.rows; row++) {
    context.moveTo(x + 5, yOf(row));
    context.lineTo(x + columnWidth - 5, yOf(row));
  }
  context.stroke();
}

function drawRaster(context: CanvasRenderingContext2D, picture: Picture, s: number, rasters: Rasters): void {
  const { chip, places, shown, largest, front, paint, palette } = picture;
  const known = rasters.get(s) ?? rasterOf(chip, s, shown, largest, front, paint, palette);
  rasters.set(s, known);
  const { canvas, columns, rows } = known;
  const { from } = chip.layout.sections[s]!;
  // Drawn larger than it is, its pixels are lanes.
  context.imageSmoothingEnabled = rowHeight * picture.view.scale < 2;
  const x = xOf(chip.layout, places, s, from);
  const [width, height] = [canvas.width * columns * columnWidth, canvas.height * rows * rowHeight];
  context.drawImage(canvas, x, yOf(0) - rowHeight / 2, width, height);
}

function drawSection(
  context: CanvasRenderingContext2D,
  picture: Picture,
  s: number,
  right: number,
  height: number,
): number {
  const { chip, places, view, shown, largest, front, palette, paint } = picture;
  const { layout } = chip;
  const { lanes } = layout;
  const { firstLane, endLane, firstStep, endStep } = layout.sections[s]!;
  const [above, below] = [view.top - rowHeight, view.top + height / view.scale + rowHeight];
  let drawn = 0;
  for (let lane = firstLane; lane < endLane; lane++) {
    const y = yOf(lanes.row[lane]!);
    if (y < above || y > below) continue;
    const start = xOf(layout, places, s, lanes.from[lane]!);
    const end = xOf(layout, places, s, lanes.to[lane]!);
    if (end < view.left || start > right) continue;
    const place = lanes.source[lane]!;
    const [re, im] = place < 0 ? [0, 0] : [shown.trace.re[place]!, shown.trace.im[place]!];
    const strength = lanes.from[lane]! <= front ? strengthOf(Math.hypot(re, im), largest) : 0;
    pen(context, re, im, strength, palette);
    context.beginPath();
    context.moveTo(start, y);
    context.lineTo(end, y);
    context.stroke();
    drawn += 1;
  }
  drawn += drawLinks(context, picture, s, right);
  for (let step = firstStep; step < endStep; step++) {
    const x = xOf(layout, places, s, layout.column[step]! + 0.5);
    if (x < view.left - columnWidth || x > right + columnWidth) continue;
    const [y, other] = [yOf(layout.row[2 * step]!), yOf(layout.row[2 * step + 1]!)];
    if (Math.max(y, other) < above || Math.min(y, other) > below) continue;
    drawPart(context, picture, step, x, y, other, paint);
    drawn += 1;
  }
  return drawn;
}

function pen(context: CanvasRenderingContext2D, re: number, im: number, strength: number, palette: Palette): void {
  context.lineWidth = strength > 0 ? 1 + 4 * strength : 1;
  context.strokeStyle = strength > 0 ? rgbText(phaseColour(re, im, palette.dark)) : palette.faint;
}

/** Bends between rows, and the wires of neurons. */
function drawLinks(context: CanvasRenderingContext2D, picture: Picture, s: number, right: number): number {
  const { chip, places, view, shown, largest, front, palette } = picture;
  const { layout } = chip;
  const { links, wires } = layout;
  let drawn = 0;
  const seen = (x: number): boolean => x > view.left - columnWidth && x < right + columnWidth;
  for (let link = 0; link < links.count; link++) {
    const x = xOf(layout, places, s, links.from[link]!);
    if (!seen(x)) continue;
    const place = links.source[link]!;
    const [re, im] = place < 0 ? [0, 0] : [shown.trace.re[place]!, shown.trace.im[place]!];
    pen(context, re, im, links.from[link]! <= front ? strengthOf(Math.hypot(re, im), largest) : 0, palette);
    const [y, to] = [yOf(links.fromRow[link]!), yOf(links.toRow[link]!)];
    context.beginPath();
    context.moveTo(x, y);
    context.bezierCurveTo(x + columnWidth / 2, y, x + columnWidth / 2, to, x + columnWidth, to);
    context.stroke();
    drawn += 1;
  }
  context.lineWidth = 1;
  context.strokeStyle = palette.kinds["neuron"]!;
  context.setLineDash([3, 3]);
  for (const { column, fromRow, toRow } of wires) {
    const x = xOf(layout, places, s, column);
    if (!seen(x)) continue;
    context.beginPath();
    context.moveTo(x, yOf(fromRow));
    context.lineTo(x, yOf(toRow));
    context.stroke();
  }
  context.setLineDash([]);
  return drawn;
}

function drawPart(
  context: CanvasRenderingContext2D,
  { chip, palette, shown, front }: Picture,
  step: number,
  x: number,
  y: number,
  other: number,
  paint: Paint,
): void {
  const part = chip.parts.parts[step]!;
  const kind = palette.kinds[part.section.kind]!;
  switch (part.kind) {
    case "termination": {
      const end = x - columnWidth / 2;
      context.strokeStyle = palette.ink;
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(end, y - 3);
      context.lineTo(end, y + 3);
      context.stroke();
      return;
    }
    case "neuron": {
      const fires = chip.layout.column[step]! <= front && aboveThreshold(shown, step) > 0;
      context.beginPath();
      context.moveTo(x - 5, y - 6);
      context.lineTo(x - 5, y + 6);
      context.lineTo(x + 6, y);
      context.closePath();
      context.fillStyle = fires ? palette.kinds["neuron"]! : palette.ground;
      context.strokeStyle = palette.kinds["neuron"]!;
      context.lineWidth = 1.4;
      context.fill();
      context.stroke();
      return;
    }
    case "device": {
      const { device } = part;
      const painted =
        paint === "theta" && "thetaRad" in device ? rgbText(angleColour(device.thetaRad, palette.dark)) : kind;
      context.fillStyle = painted;
      context.strokeStyle = painted;
      context.lineWidth = 1.4;
      if (device.kind === "waveguide") {
        context.strokeStyle = palette.kinds["waveguide"]!;
        context.strokeRect(x - 5, y - 2.5, 10, 5);
      } else if (device.kind === "phase") {
        context.beginPath();
        context.arc(x, y, 2.8, 0, 2 * Math.PI);
        context.fill();
      } else if (device.kind === "attenuator") {
        context.fillRect(x - 4.5, y - 4, 9, 8);
        context.strokeStyle = palette.ground;
        context.beginPath();
        context.moveTo(x - 4, y + 3.5);
        context.lineTo(x + 4, y - 3.5);
        context.stroke();
      } else {
        context.fillRect(x - 1, Math.min(y, other), 2, Math.abs(other - y));
        for (const at of [y, other]) context.fillRect(x - 4.5, at - 3.5, 9, 7);
      }
      return;
    }
    default:
      part satisfies never;
  }
}

function drawPorts(context: CanvasRenderingContext2D, { chip, places, view, palette }: Picture): void {
  if (rowHeight * view.scale < 7) return;
  const { circuit, layout } = chip;
  context.fillStyle = palette.ink;
  context.font = `9px system-ui, "DejaVu Sans", sans-serif`;
  context.textAlign = "right";
  for (const [i, { name }] of circuit.inputs.entries()) {
    context.fillText(name.slice(0, 24), portWidth - 5, yOf(layout.inputRow[i]!) + 3, portWidth - 8);
  }
  context.textAlign = "left";
  const x = portWidth + places.width * columnWidth + 5;
  for (const [o, { name }] of circuit.outputs.entries()) {
    context.fillText(name.slice(0, 24), x, yOf(layout.outputRow[o]!) + 3, portWidth - 8);
  }
}

function drawFocus(context: CanvasRenderingContext2D, { chip, places, palette, focus, view }: Picture): void {
  const { layout } = chip;
  const s = layout.sections.findIndex(({ endStep }) => focus < endStep);
  const x = xOf(layout, places, s, layout.column[focus]! + 0.5);
  const ys = [yOf(layout.row[2 * focus]!), yOf(layout.row[2 * focus + 1]!)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  context.strokeStyle = palette.focus;
  context.lineWidth = Math.max(2, 2.5 / view.scale);
  const room = Math.max(8, 5 / view.scale);
  context.strokeRect(x - room, top - room, 2 * room, bottom - top + 2 * room);
}

function rgbText([r, g, b]: readonly [number, number, number]): string {
  return `rgb(${r} ${g} ${b})`;
}
