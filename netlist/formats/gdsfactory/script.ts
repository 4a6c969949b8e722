import type { Circuit } from "../../circuit/circuit.ts";
import { heatersOf } from "../../circuit/heaters.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { CARRIER_RADIUS_UM, SPLITTER_UM } from "../../layout/carriers.ts";
import type { ChipDrawing } from "../../layout/chip.ts";
import { COUPLER_MIDDLE_UM, tapPitch } from "../../layout/devices.ts";
import type { Point } from "../../layout/drawing.ts";
import { FIBRE_UM } from "../../layout/fibres.ts";
import { CARRIER_OFFSET_UM } from "../../layout/neurons.ts";
import { type ChipRules, type LayerTable, layerNames, PAD_UM } from "../../layout/rules.ts";
import { builder } from "./builder.ts";

/** The drawing as a Python script for gdsfactory: what is where as tables, and how it is drawn. */
export function* printScript(
  circuit: Circuit,
  drawing: ChipDrawing,
  rules: ChipRules,
  layers: LayerTable,
): Generator<string> {
  const { name } = circuit;
  yield `"""${name}: the whole chip, for gdsfactory 9. python FILE.py [OUT.gds] draws it, with its pads in OUT.pads.csv. Lengths in um."""\n\n`;
  yield `import csv\nimport math\nimport os\nimport sys\n\nimport gdsfactory as gf\n\ngf.gpdk.PDK.activate()\n\n`;
  yield `NAME = ${text(name)}\n`;
  const table = layerNames.map((layer) => `    "${layer}": (${layers[layer].join(", ")}),\n`);
  yield `LAYERS = {\n${table.join("")}}\n`;
  const figures = {
    PITCH: rules.pitchUm,
    TAP: tapPitch(rules),
    RADIUS: rules.radiusUm,
    WIDTH: rules.widthUm,
    MIDDLE: COUPLER_MIDDLE_UM,
    CARRIER_RADIUS: CARRIER_RADIUS_UM,
    CARRIER_WIDTH: 1,
    CARRIER_OFFSET: CARRIER_OFFSET_UM,
    SPLITTER: SPLITTER_UM,
    FIBRE: FIBRE_UM,
    HEATER: rules.heaterUm,
    COUPLER: rules.couplerUm,
    CROSSING: rules.crossingUm,
    DETECTOR: rules.detectorUm,
    MODULATOR: rules.modulatorUm,
    NEURON_ROWS: rules.neuronRows,
    PAD: PAD_UM,
    HEATER_MA: rules.heaterMa,
  };
  yield Object.entries(figures)
    .map(([key, value]) => `${key} = ${formatNumber(value)}\n`)
    .join("");
  yield `GROUND = ${text(groundText(drawing.ground, rules))}\n`;
  yield "\n# kind, x, y, rows between a coupler's arms, turned by 180 degrees, purpose\nCELLS = [\n";
  for (const { kind, x, y, rows, turned, name: what } of drawing.cells) {
    yield `    ("${kind}", ${formatNumber(x)}, ${formatNumber(y)}, ${rows}, ${turned ? "True" : "False"}, ${text(what)}),\n`;
  }
  yield "]\n\n# layer, corners\nWIRES = [\n";
  for (const { layer, points } of drawing.wires) yield `    ("${layer}", [${points.map(pointText).join(", ")}]),\n`;
  yield "]\n\n# layer, x0, y0, x1, y1\nRECTANGLES = [\n";
  for (const { layer, x0, y0, x1, y1 } of drawing.rectangles) {
    yield `    ("${layer}", ${[x0, y0, x1, y1].map(formatNumber).join(", ")}),\n`;
  }
  yield "]\n\n# what a bring-up calls heaters and neurons\nNAMES = {\n";
  for (const [place, called] of bringupNames(circuit)) yield `    ${text(place)}: ${text(called)},\n`;
  yield `}\n${builder}`;
}

function groundText({ ohm, crosstalk, maPerUm }: ChipDrawing["ground"], { metalMaPerUm }: ChipRules): string {
  const [resistance, share, density] = [ohm, 100 * crosstalk, maPerUm].map((value) => value.toPrecision(3));
  const lost = `a heater at 2 pi takes up to ${share} % of another one's phase`;
  return `ground lines: at most ${resistance} ohm to the pads; ${lost}; wires carry ${density} of ${metalMaPerUm} mA/um`;
}

/** Names of cells, and those that `optinc bringup` has for them. */
function bringupNames(circuit: Circuit): readonly (readonly [string, string])[] {
  const heaters = [...heatersOf(circuit)].map(([place, name]) => [place, `heater ${name}`] as const);
  const neurons = circuit.sections.flatMap(({ name, activations }, s) =>
    activations.map(({ mode }) => [`s${s}.mode${mode}`, `neuron ${name}[${mode}]`] as const),
  );
  return [...heaters, ...neurons];
}

function pointText([x, y]: Point): string {
  return `(${formatNumber(x)}, ${formatNumber(y)})`;
}

/** A string of Python, in ASCII. */
function text(value: string): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
