import { label, svgDocument, theme } from "../../formats/index.ts";
import { type Box, type CellKind, type Drawing, extentOf, type Point, type Rectangle } from "./drawing.ts";
import { FIBRE_UM } from "./fibres.ts";
import { type ChipRules, PAD_UM } from "./rules.ts";

/** From the lowest to the uppermost. */
const inks = [
  ["metal of grounds", "#d9c9a3"],
  ["metal of heaters", "#d68910"],
  ["pads", theme.grey],
  ["neurons", theme.green],
  ["carriers", theme.red],
  ["light", theme.blue],
  ["heaters", "#7d3c98"],
] as const;
type Ink = (typeof inks)[number][0];

const metals: Partial<Record<Rectangle["layer"], Ink>> = { metal1: "metal of grounds", metal2: "metal of heaters" };
const cells: Partial<Record<CellKind, Ink>> = {
  ...{ pad: "pads", detector: "neurons", modulator: "neurons", heater: "heaters" },
  ...{ fibre: "light", phase: "light", coupler: "light", tap: "light" },
};

/** A chip to scale, as SVG: one path a colour, corners not rounded, in whole um. */
export function chipPicture(drawing: Drawing, rules: ChipRules): string {
  const { x0: left, y1: top } = drawing.rectangles.find(({ layer }) => layer === "floorplan")!;
  const { widthUm, heightUm } = extentOf(drawing);
  const scale = theme.width / widthUm;
  const paths = new Map<Ink, string>(inks.map(([ink]) => [ink, ""]));
  const line = (ink: Ink, points: readonly Point[]): void => {
    const at = points.map(([x, y]) => `${Math.round(x - left)} ${Math.round(top - y)}`);
    paths.set(ink, `${paths.get(ink)}M${at.join("L")}`);
  };
  const box = (ink: Ink, { x0, y0, x1, y1 }: Box): void => {
    line(ink, [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
      [x0, y0],
    ]);
  };
  for (const rectangle of drawing.rectangles) {
    const ink = metals[rectangle.layer];
    if (ink !== undefined) box(ink, rectangle);
  }
  for (const { layer, points } of drawing.wires) line(layer === "carrier" ? "carriers" : "light", points);
  const [lengths, highUm] = [lengthsOf(rules), rules.neuronRows * rules.pitchUm];
  for (const { kind, x, y, rows, turned } of drawing.cells) {
    const ink = cells[kind];
    if (ink === undefined) continue;
    const end = x + (turned ? -1 : 1) * lengths[kind]!;
    const half = kind === "coupler" ? (rows * rules.pitchUm) / 2 : kind === "pad" ? PAD_UM / 2 : highUm / 2;
    if (kind === "pad") box(ink, { x0: x - half, y0: y - half, x1: x + half, y1: y + half });
    else if (ink === "neurons") box(ink, { x0: x, y0: y - half, x1: end, y1: y + half });
    else {
      // the arms of a coupler meet between its ends
      const sides = kind === "coupler" ? [-half, half] : [0];
      for (const side of sides) {
        line(ink, [
          [x, y + side],
          [(x + end) / 2, y],
          [end, y + side],
        ]);
      }
    }
  }
  const drawn = inks.map(([ink, colour]) => {
    const fill = ink === "neurons" || ink.startsWith("metal") ? colour : "none";
    return `<path d="${paths.get(ink)}" stroke="${colour}" fill="${fill}" fill-opacity="0.5"/>`;
  });
  const below = heightUm * scale + 20;
  const legend = inks.map(([ink, colour], i) =>
    label(8 + (i * theme.width) / inks.length, below, ink, `fill="${colour}"`),
  );
  return svgDocument(theme.width, Math.ceil(below + 8), [
    `<g transform="scale(${scale.toPrecision(6)})" stroke-width="${(0.8 / scale).toPrecision(3)}">`,
    ...drawn,
    "</g>",
    ...legend,
  ]);
}

/** How far each kind of cell reaches along its row, um. */
function lengthsOf({ heaterUm, couplerUm, detectorUm, modulatorUm }: ChipRules): Partial<Record<CellKind, number>> {
  const bent = { coupler: couplerUm, tap: couplerUm };
  return { ...bent, fibre: FIBRE_UM, heater: heaterUm, phase: heaterUm, detector: detectorUm, modulator: modulatorUm };
}
