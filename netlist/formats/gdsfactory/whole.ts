import { sum } from "d3-array";
import { caution, type Finding, failure } from "../../check/finding.ts";
import { claimedStretches } from "../../check/placement.ts";
import type { Circuit } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { type ChipDrawing, drawChip } from "../../layout/chip.ts";
import { type Drawing, extentOf } from "../../layout/drawing.ts";
import { drawnLengths } from "../../layout/lengths.ts";
import {
  type ChipRules,
  type Figures,
  figureNames,
  type LayerTable,
  type LayoutFigures,
  layerNames,
  layoutOf,
  reticleSlack,
  rulesOf,
  usualFigures,
  usualLayers,
} from "../../layout/rules.ts";
import { floorOfCircuit } from "../../placement/circuit-floor.ts";
import type { Subject } from "../scope.ts";
import type { TargetFile } from "../target.ts";
import { printScript } from "./script.ts";

const number = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?`;

/** Figures and layers of a technology as a value of the option `chip`. */
const given = String.raw`(?:(?:${figureNames.join("|")})=${number}|(?:${layerNames.join("|")})=\d{1,5}/\d{1,5})`;
export const figuresPattern: RegExp = new RegExp(`^whole:${given}(?:,${given})*$`);
export const figuresInWords: string = `whole: and ${figureNames.join(", ")}, as lane-pitch=50, in um, um2, s, mW, ohm and mA/um; layers, as waveguide=1/0`;

/** The value of the option `chip` that says so; what is missing is as in foundry-si, layers as is usual. */
export function chipOption(figures: Partial<Figures>, layers: Partial<LayerTable> = {}): string {
  const numbers = figureNames.map((name) => `${name}=${formatNumber(figures[name] ?? usualFigures[name])}`);
  const table = layerNames.flatMap((name) => (layers[name] === undefined ? [] : [`${name}=${layers[name].join("/")}`]));
  return `whole:${[...numbers, ...table].join(",")}`;
}

export function isWholeChip(option: string): boolean {
  return option.startsWith("whole");
}

function givenIn(option: string): readonly (readonly string[])[] {
  return option
    .split(/[:,]/)
    .slice(1)
    .map((each) => each.split("="));
}

function figuresOf(option: string): Figures {
  const figures = { ...usualFigures };
  for (const [name, value] of givenIn(option)) {
    for (const known of figureNames) if (known === name) figures[known] = Number(value);
  }
  return figures;
}

function layersOf(option: string): LayerTable {
  const layers = { ...usualLayers };
  for (const [name, place] of givenIn(option)) {
    const [layer, datatype] = place!.split("/").map(Number);
    for (const known of layerNames) if (known === name) layers[known] = [layer!, datatype!];
  }
  return layers;
}

/** That all of a circuit is asked for, that light is on the way to every neuron, and that the chip can be exposed. */
export function checkChip({ circuit, scope }: Subject, option: string, hasTests: boolean): readonly Finding[] {
  if (scope.kind !== "circuit") {
    const message = "chip=whole draws all of a circuit, no part of it";
    return [failure("OPT0444", "", message, "leave --scope or the option chip out")];
  }
  const { floor } = floorOfCircuit(circuit);
  if (floor.stretches.length === 0) {
    const message = `${circuit.name} has no light to lay out`;
    return [failure("OPT0444", "", message)];
  }
  const layout = layoutOf(figuresOf(option));
  const drawing = drawChip(circuit, layout.rules, hasTests);
  return [
    ...reticleFindings(drawing, layout),
    ...lengthFindings(circuit, layout),
    ...currentFindings(drawing, layout.rules),
  ];
}

function currentFindings({ ground: { maPerUm } }: ChipDrawing, { metalMaPerUm }: ChipRules): readonly Finding[] {
  if (maPerUm <= metalMaPerUm) return [];
  const message = `with all heaters at 2 pi a ground line carries ${maPerUm.toPrecision(3)} mA/um; its metal takes ${metalMaPerUm} mA/um`;
  return [caution("OPT0453", "", message, "drive fewer heaters at once, or use thicker metal")];
}

function reticleFindings(drawing: Drawing, { reticleUm, rules }: LayoutFigures): readonly Finding[] {
  const { widthUm, heightUm } = extentOf(drawing);
  if (reticleSlack(reticleUm, [widthUm, heightUm]) >= 0) return [];
  const [width, height] = reticleUm;
  const message = `the chip is ${inMm(widthUm)} mm by ${inMm(heightUm)} mm; the reticle takes ${width / 1000} mm by ${height / 1000} mm`;
  const couplers = drawing.cells.filter(({ kind, turned }) => kind === "fibre" && !turned).length;
  const [longestUm, arrayUm] = [Math.max(width, height), couplers * rules.fibrePitchUm];
  const help =
    arrayUm > longestUm
      ? `the fibre array of ${couplers} couplers alone takes ${inMm(arrayUm)} mm; at a fibre-pitch of ${Math.floor(longestUm / couplers)} um it would fit`
      : "take fewer workers or bits, a cascade of small chips, or exposures stitched together";
  return [failure("OPT0450", "", message, help)];
}

/** Of the sum of lengths: beyond that, the drawing is another chip than the one that was proved. */
const SAME_LENGTH = 1e-3;

/** Circuits that name no technology have no waveguides, and claim no length. */
function lengthFindings(circuit: Circuit, layout: LayoutFigures): readonly Finding[] {
  const placed = floorOfCircuit(circuit);
  const counted = claimedStretches(circuit, placed).map(({ lengthUm }) => lengthUm);
  if (counted.every((um) => um === 0)) return [];
  const drawn = drawnLengths(circuit, layout);
  const [drawnUm, countedUm] = [sum(drawn), sum(counted)];
  const otherUm = sum(drawn.map((um, i) => Math.abs(um - counted[i]!)));
  if (otherUm <= SAME_LENGTH * countedUm) return [];
  const message = `the layout draws ${inMm(drawnUm)} mm of waveguide, and the circuit counts ${inMm(countedUm)} mm`;
  const help = "words, path loss and launch power hold for the circuit's lengths, not for this layout";
  return [caution("OPT0452", "", message, help)];
}

function inMm(um: number): string {
  return (um / 1000).toFixed(1);
}

/** A Python script that draws the whole chip. */
export function chipFiles({ circuit, stem }: Subject, option: string, hasTests: boolean): readonly TargetFile[] {
  const rules = rulesOf(figuresOf(option));
  function* content(): Generator<string> {
    yield* printScript(circuit, drawChip(circuit, rules, hasTests), rules, layersOf(option));
  }
  return [{ name: `${stem}.chip.py`, content: content() }];
}
