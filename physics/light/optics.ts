import { type Figures, layoutOf, type Optics, usualFigures } from "../../netlist/index.ts";
import type { QuantityKey } from "../technology/quantities.ts";
import { readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { fieldRatio } from "./decibels.ts";
import { partFigures } from "./part-figures.ts";

/** Share of a symbol period that lanes may differ by where they meet before the earlier one gets a delay line. */
const WAIT_SHARE = 1e-3;

/** What circuits are constructed with, or what the technology would have to say first. */
export interface OpticsReading {
  readonly optics: Optics | null;
  readonly missing: readonly QuantityKey[];
}

const losses: readonly QuantityKey[] = ["coupler-loss", "heater-loss", "crossing-loss", "propagation-loss"];
const lengths: readonly QuantityKey[] = ["coupler-length", "heater-length", "lane-pitch", "crossing-length"];
const times: readonly QuantityKey[] = ["group-index", "neuron-delay"];

/**
 * The optics of a technology at a symbol rate in Bd: its parts (part-figures.ts), and how
 * its lanes lie. Losses have to be given; lengths where a length loses or takes time; without group-index and neuron-delay no lane waits
 * for another, as in ideal light.
 */
export function opticsOf(technology: Technology, symbolRateBd: number): OpticsReading {
  const reading = readingOf(technology);
  const timed = times.every(reading.has);
  const long = timed || !reading.has("propagation-loss") || reading.value("propagation-loss") > 0;
  const missing = [...losses, ...(long ? lengths : [])].filter((key) => !reading.has(key));
  if (missing.length > 0) return { optics: null, missing };
  return {
    missing,
    optics: {
      ...partFigures(reading, { lengths: long, times: timed }),
      crossingFieldFactor: fieldRatio(-reading.value("crossing-loss")),
      fieldFactorPerUm: fieldRatio(-1e-6 * reading.value("propagation-loss")),
      lanePitchUm: long ? 1e6 * reading.value("lane-pitch") : 0,
      matchDelays: timed,
      shortestWaitS: WAIT_SHARE / symbolRateBd,
      // where a technology says nothing, a layout is drawn as in foundry-si
      layout: long ? layoutOf({ ...usualFigures, ...layoutFigures(technology) }) : null,
    },
  };
}

/** What a layout takes of a technology, and the base unit where the layout has micrometres. */
const layoutUnits = [
  ["lane-pitch", 1e6],
  ["bend-radius", 1e6],
  ["heater-length", 1e6],
  ["coupler-length", 1e6],
  ["crossing-length", 1e6],
  ["neuron-area", 1e12],
  ["neuron-delay", 1],
  ["group-index", 1],
  ["reticle-width", 1e6],
  ["reticle-height", 1e6],
  ["fibre-pitch", 1e6],
  ["pad-pitch", 1e6],
  ["heater-power-pi", 1e3],
  ["heater-resistance", 1],
  ["metal-current", 1e-3],
  ["metal-resistance", 1],
] as const;

/** The figures of a technology by which a chip is drawn; in um, um2, s, mW, ohm and mA/um. */
export function layoutFigures({ entries }: Technology): Partial<Figures> {
  return Object.fromEntries(
    layoutUnits.flatMap(([name, scale]) => {
      const entry = entries[name];
      return entry === undefined ? [] : [[name, entry.value * scale]];
    }),
  );
}
