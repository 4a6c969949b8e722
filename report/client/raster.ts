import { angleColour, type Palette, phaseColour, strengthOf } from "./colours.ts";
import type { Chip, Passage } from "./model.ts";

export type Paint = "light" | "theta" | "kind";

/** A section from afar; a pixel stands for so many columns and rows. */
export interface Raster {
  readonly canvas: HTMLCanvasElement;
  readonly columns: number;
  readonly rows: number;
}

/** Pixels of a side: no screen has more, and browsers have no memory for hundreds of millions of them. */
const mostPixels = 4096;

/** A pixel a column and row, of large sections a pixel several. Of lanes what light they have, of devices what is painted. */
export function rasterOf(
  chip: Chip,
  s: number,
  shown: Passage,
  largest: number,
  front: number,
  paint: Paint,
  palette: Palette,
): Raster {
  const { layout, parts } = chip;
  const { from, to, firstLane, endLane, firstStep, endStep } = layout.sections[s]!;
  const canvas = document.createElement("canvas");
  const columns = Math.ceil((to - from) / mostPixels);
  const rows = Math.ceil(layout.rows / mostPixels);
  canvas.width = Math.ceil((to - from) / columns);
  canvas.height = Math.ceil(layout.rows / rows);
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  const set = (x: number, row: number, [r, g, b]: readonly [number, number, number], alpha: number): void => {
    if (row <= -0.5) return;
    const [column, line] = [Math.floor(x / columns), Math.floor(Math.round(row) / rows)];
    image.data.set([r, g, b, alpha], 4 * (line * canvas.width + column));
  };
  const faint = rgbOfHex(palette.faint);
  for (const lane of layout.lanes.slice(firstLane, endLane)) {
    const place = lane.source;
    const [re, im] = place < 0 ? [0, 0] : [shown.trace.re[place]!, shown.trace.im[place]!];
    const strength = lane.from <= front ? strengthOf(Math.hypot(re, im), largest) : 0;
    const [colour, alpha] =
      paint === "light" && strength > 0 ? [phaseColour(re, im, palette.dark), 70 + 185 * strength] : [faint, 70];
    const end = Math.min(to, Math.ceil(lane.to));
    for (let x = Math.floor(lane.from); x < end; x += columns) set(x - from, lane.row, colour, alpha);
  }
  if (paint !== "light") {
    for (let step = firstStep; step < endStep; step++) {
      const part = parts.parts[step]!;
      if (part.kind === "termination") continue;
      const theta = part.kind === "device" && "thetaRad" in part.device ? part.device.thetaRad : null;
      const named =
        part.kind === "neuron" ? "neuron" : part.device.kind === "waveguide" ? "waveguide" : part.section.kind;
      if (paint === "theta" && theta === null) continue;
      const colour = paint === "theta" ? angleColour(theta!, palette.dark) : rgbOfHex(palette.kinds[named]!);
      for (const side of [0, 1]) set(layout.column[step]! - from, layout.row[2 * step + side]!, colour, 255);
    }
  }
  context.putImageData(image, 0, 0);
  return { canvas, columns, rows };
}

function rgbOfHex(text: string): readonly [number, number, number] {
  const long = text.length === 4 ? [...text.slice(1)].map((digit) => digit + digit).join("") : text.slice(1);
  const value = Number.parseInt(long, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}
