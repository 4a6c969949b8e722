import type { Circuit } from "../../netlist/index.ts";
import type { Reading } from "../technology/recorder.ts";
import type { FigurePart } from "./figures.ts";
import type { ElectricalPower } from "./power.ts";

/** Electrical energy of one averaged word, from the workers' transmitters to their receivers, beside an electronic switch. */
export interface EnergyFigures {
  /** The least that keeps the wanted word error rate: the figures hold at this launch power. */
  readonly launchPowerW: number;
  readonly joulesPerWord: number;
  /** Over the workers' bits. */
  readonly joulesPerBit: number;
  readonly parts: readonly FigurePart[];
  /** Of an electronic switch and its links, for the same words; null where the technology does not give a part of it. */
  readonly switch: { readonly joulesPerWord: number; readonly parts: readonly FigurePart[] } | null;
}

/** Of electrical power: the name of each part, and the quantity that it depends on most. */
export const electricalNames = [
  ["heaters", "heatersW", "heater-power-pi"],
  ["heater drivers", "driversW", "driver-power"],
  ["amplifiers of neurons", "amplifiersW", "tia-power"],
  ["amplifiers of receivers", "receiversW", "tia-power"],
  ["modulators", "modulatorsW", "modulator-drive-power"],
  ["transmitters", "transmittersW", "transmitter-energy"],
  ["phase locks", "locksW", "heater-power-pi"],
  ["lasers", "lasersW", undefined],
] as const;

/** `electrical`: of the circuit at that launch power and symbol rate. Parts that both ways need alike (SerDes, slicers, adapters of the workers) are on neither side. */
export function energyFigures(
  { aggregate: { workers, bits } }: Circuit,
  reading: Reading,
  electrical: ElectricalPower,
  { launchPowerW, symbolRateBd }: { readonly launchPowerW: number; readonly symbolRateBd: number },
): EnergyFigures {
  const parts = electricalNames.map(([name, key, of]): FigurePart => {
    const value = electrical[key] / symbolRateBd;
    return of === undefined ? { name, value } : { name, value, of };
  });
  const joulesPerWord = electrical.totalW / symbolRateBd;
  const sent = workers * bits;
  return { launchPowerW, joulesPerWord, joulesPerBit: joulesPerWord / sent, parts, switch: switchOf(reading, sent) };
}

/** Bits of a symbol of an electronic switch's links: four levels. */
const SYMBOL_BITS = 2;

/**
 * Each bit passes a link to the switch, the switch, and a link back. The links have the transmitters and amplifiers of the technology.
 * The switch's own SerDes, slicers and error correction are in its energy; the workers' error correction is not.
 */
function switchOf(reading: Reading, bits: number): EnergyFigures["switch"] {
  const needed = ["switch-energy", "fec-energy", "link-laser-energy"] as const;
  if (!needed.every(reading.has)) return null;
  // A usual receiver with an equaliser: as wide as its noise. Its power goes with the bandwidth, so that a symbol costs the same at any rate.
  const symbolJ =
    (reading.value("tia-power") * reading.value("noise-bandwidth-ratio")) / reading.value("tia-bandwidth");
  const parts: FigurePart[] = [
    { name: "switch", value: bits * reading.value("switch-energy"), of: "switch-energy" },
    { name: "transmitters of links", value: 2 * bits * reading.value("transmitter-energy"), of: "transmitter-energy" },
    { name: "amplifiers of links", value: (2 * bits * symbolJ) / SYMBOL_BITS, of: "tia-power" },
    { name: "lasers of links", value: 2 * bits * reading.value("link-laser-energy"), of: "link-laser-energy" },
    { name: "error correction", value: bits * reading.value("fec-energy"), of: "fec-energy" },
  ];
  return { joulesPerWord: parts.reduce((sum, { value }) => sum + value, 0), parts };
}
