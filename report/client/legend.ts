import { type SymbolKind, symbolOf } from "../../netlist/index.ts";
import { angleColour, type Palette, phaseColour, strengthOf } from "./colours.ts";
import { byId, make } from "./dom.ts";
import { rgbText } from "./drawing.ts";
import type { Chip, Passage } from "./model.ts";
import type { Paint } from "./raster.ts";
import { drawSymbol } from "./symbols.ts";

/** Fills the legend with what the drawing holds: phases of its light or angles of its devices, and its symbols. */
export function fillLegend(chip: Chip, shown: Passage, largest: number, paint: Paint, palette: Palette): void {
  const colours = paint === "theta" ? angles(palette) : paint === "light" ? phases(shown, largest, palette) : [];
  const about = paint === "theta" ? ["theta:"] : paint === "light" ? ["a wider line is more light; phase:"] : [];
  const kinds = [...new Set(chip.parts.parts.map(symbolOf))];
  byId("legend", "ul").replaceChildren(
    ...about.map((text) => make("li", {}, text)),
    ...colours.map(([name, colour]) => make("li", {}, swatch(colour), name)),
    ...kinds.map((kind) => make("li", {}, icon(kind, palette), kind)),
    ...(kinds.some((kind) => kind.endsWith("neuron")) ? [make("li", {}, "a full neuron fires")] : []),
  );
}

type Colour = readonly [name: string, colour: string];

/** Of the light that is drawn, to the nearest quarter of a turn. */
function phases({ trace: { re, im } }: Passage, largest: number, { dark, faint }: Palette): readonly Colour[] {
  const found = new Set<number>();
  let isDark = false;
  for (let place = 0; place < re.length; place++) {
    const [x, y] = [re[place]!, im[place]!];
    if (strengthOf(Math.hypot(x, y), largest) > 0) found.add((Math.round(Math.atan2(y, x) / (Math.PI / 2)) + 4) % 4);
    else isDark = true;
  }
  const turns = [[1, 0] as const, [0, 1] as const, [-1, 0] as const, [0, -1] as const];
  const lit = [...found].sort().map((turn): Colour => {
    const [x, y] = turns[turn]!;
    return [`${90 * turn}°`, rgbText(phaseColour(x, y, dark))];
  });
  return isDark ? [...lit, ["dark", faint]] : lit;
}

function angles({ dark }: Palette): readonly Colour[] {
  const some: readonly (readonly [string, number])[] = [
    ["0 (cross)", 0],
    ["π/2", Math.PI / 2],
    ["π (bar)", Math.PI],
  ];
  return some.map(([name, rad]): Colour => [name, rgbText(angleColour(rad, dark))]);
}

function swatch(colour: string): HTMLElement {
  const element = make("span", { class: "swatch" });
  element.style.background = colour;
  return element;
}

function icon(kind: SymbolKind, palette: Palette): HTMLCanvasElement {
  const [width, height, ratio] = [24, 20, 2];
  const canvas = make("canvas", { width: `${ratio * width}`, height: `${ratio * height}`, "aria-hidden": "true" });
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  const lanes = kind === "MZI" ? [5, 15] : [12];
  context.strokeStyle = palette.faint;
  for (const y of lanes) {
    context.beginPath();
    context.moveTo(0, y);
    context.lineTo(kind === "absorber" ? 12 : width, y);
    context.stroke();
  }
  const line = palette.kinds[kind.endsWith("neuron") ? "neuron" : kind === "waveguide" ? "waveguide" : "layer"]!;
  const ink = { line: kind === "absorber" ? palette.ink : line, fill: palette.ground };
  drawSymbol(context, kind, [kind === "absorber" ? 20 : 12, lanes[0]!, lanes.at(-1)!], 8, ink);
  return canvas;
}
