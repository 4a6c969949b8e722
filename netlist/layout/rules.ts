import type { ChipRules, LayoutFigures } from "../circuit/optics.ts";

export type { ChipRules, LayoutFigures };

/** Names of the technology's layers, in the order in which the script lists them. */
export const layerNames = [
  "waveguide",
  "carrier",
  "heater",
  "contact",
  "metal1",
  "via",
  "metal2",
  "opening",
  "box",
  "pin",
  "label",
  "floorplan",
] as const;
export type LayerName = (typeof layerNames)[number];
export type LayerTable = Readonly<Record<LayerName, readonly [layer: number, datatype: number]>>;

/** Where a technology says none: assumed, the numbers of gdsfactory's generic layers where it has such a layer. */
export const usualLayers: LayerTable = {
  waveguide: [1, 0],
  carrier: [34, 0],
  heater: [47, 0],
  contact: [40, 0],
  metal1: [41, 0],
  via: [44, 0],
  metal2: [45, 0],
  opening: [46, 0],
  box: [99, 0],
  pin: [1, 10],
  label: [66, 0],
  floorplan: [64, 0],
};

/** Figures of a technology that a layout takes, in the order of the option's value. */
export const figureNames = [
  "lane-pitch",
  "bend-radius",
  "heater-length",
  "coupler-length",
  "crossing-length",
  "neuron-area",
  "neuron-delay",
  "group-index",
  "reticle-width",
  "reticle-height",
  "fibre-pitch",
  "pad-pitch",
  "heater-power-pi",
  "heater-resistance",
  "metal-current",
  "metal-resistance",
] as const;
export type Figures = Readonly<Record<(typeof figureNames)[number], number>>;

/** Those of foundry-si; in um, um2, s, mW, ohm and mA/um. */
export const usualFigures: Figures = {
  "lane-pitch": 50,
  "bend-radius": 5,
  "heater-length": 62,
  "coupler-length": 40,
  "crossing-length": 15,
  "neuron-area": 150_000,
  "neuron-delay": 80e-12,
  "group-index": 4.3,
  "reticle-width": 26_000,
  "reticle-height": 33_000,
  "fibre-pitch": 127,
  "pad-pitch": 100,
  "heater-power-pi": 25,
  "heater-resistance": 750,
  "metal-current": 6.8,
  "metal-resistance": 0.047,
};

const LIGHT_UM_A_S = 299_792_458e6;
/** Length of either half of a neuron at least: four pads. */
const LEAST_HALF_UM = 300;
/** Beside the bends of a coupler at least. */
const COUPLING_UM = 16;
/** A pad for a bond, and what is left beside it. */
export const PAD_UM = 60;
const PAD_SPACE_UM = 10;
/** Black boxes of edge couplers lie beside each other. */
const LEAST_FIBRE_UM = 30;
/** Of a strip; the couplers' arms are this wide too. */
export const WIDTH_UM = 0.45;
/** Between two waveguides at least. */
export const GAP_UM = 0.2;

/** The rules that follow from figures: rows wide enough for delay lines and couplers, a neuron as high as its area asks. */
export function rulesOf(figures: Figures): ChipRules {
  const radiusUm = Math.ceil(figures["bend-radius"]);
  const pitchUm = 2 * Math.ceil(Math.max(figures["lane-pitch"], 8 * radiusUm + 10) / 2);
  const whole = (um: number, least: number): number => Math.max(least, 2 * Math.ceil(um / 2));
  // either half of a neuron is about as long as it is high
  const halfUm = whole(Math.sqrt(figures["neuron-area"] / 2), LEAST_HALF_UM);
  const neuronRows = 2 * Math.ceil(Math.max(0, figures["neuron-area"] / (2 * halfUm * pitchUm) - 1) / 2) + 1;
  return {
    pitchUm,
    radiusUm,
    widthUm: WIDTH_UM,
    heaterUm: whole(figures["heater-length"], 40),
    couplerUm: whole(figures["coupler-length"], 4 * radiusUm + COUPLING_UM),
    crossingUm: whole(figures["crossing-length"], 10),
    detectorUm: halfUm,
    modulatorUm: whole(figures["neuron-area"] / (neuronRows * pitchUm) - halfUm, LEAST_HALF_UM),
    neuronRows,
    fibrePitchUm: Math.max(figures["fibre-pitch"], LEAST_FIBRE_UM),
    padPitchUm: Math.max(figures["pad-pitch"], PAD_UM + PAD_SPACE_UM),
    neuronDelayUm: (figures["neuron-delay"] * LIGHT_UM_A_S) / figures["group-index"],
    // a heater is driven up to a whole turn
    heaterMa: 1e3 * Math.sqrt((2e-3 * figures["heater-power-pi"]) / figures["heater-resistance"]),
    heaterOhm: figures["heater-resistance"],
    metalMaPerUm: figures["metal-current"],
    metalOhm: figures["metal-resistance"],
  };
}

export function layoutOf(figures: Figures): LayoutFigures {
  return {
    rules: rulesOf(figures),
    mziUm: 2 * (figures["coupler-length"] + figures["heater-length"]),
    phaseUm: figures["heater-length"],
    crossingUm: figures["crossing-length"],
    reticleUm: [figures["reticle-width"], figures["reticle-height"]],
  };
}

/** How much of what one exposure takes is left beside a chip, either way round, over it; negative where the chip is too large. */
export function reticleSlack([width, height]: LayoutFigures["reticleUm"], chipUm: readonly [number, number]): number {
  const [short, long] = [...chipUm].sort((a, b) => a - b);
  return 1 - Math.max(short! / Math.min(width, height), long! / Math.max(width, height));
}
