import { type AgeDifference, ageDifferences, type Circuit } from "../../netlist/index.ts";
import { LIGHT_SPEED_M_S, partFigures, polarisationLoss } from "../light/part-figures.ts";
import type { Technology } from "../technology/technology.ts";
import { type Answer, answerOf } from "./answers.ts";
import { type Drift, radPerUmOf } from "./drift.ts";

/** What keeps light of one laser in phase where it meets, and what breaks first. */
export interface Coherence {
  /** Where light meets on the chip, the largest difference in age first. */
  readonly points: readonly CoherencePoint[];
  /** Lengths of waveguide in which light that meets may differ, so that no word is wrong 1 K or 1 GHz away, um. */
  readonly matchingPerKelvinUm: number;
  readonly matchingPerGigahertzUm: number;
  /** Least bandwidth of a loop of first order that keeps a fibre's phase, Hz. */
  readonly lockBandwidthHz: number;
  /** Of light with the share `polarisation-extinction` in the wrong polarisation. */
  readonly polarisationDb: number;
  /** How long each drift alone leaves every word right, s: the shortest time first. */
  readonly breaks: readonly { readonly what: string; readonly afterS: number }[];
}

export interface CoherencePoint extends AgeDifference {
  /** Standard deviation by the laser's linewidth. */
  readonly linewidthRad: number;
  readonly radPerKelvin: number;
  readonly radPerGigahertz: number;
}

export function coherenceOf(
  circuit: Circuit,
  { phaseRad, temperatureK, frequencyHz, fibres }: Drift,
  technology: Technology,
): Answer<Coherence> {
  return answerOf(technology, (reading) => {
    const umPerS = (LIGHT_SPEED_M_S / reading.value("group-index")) * 1e6;
    const linewidthHz = reading.value("laser-linewidth");
    const [kelvin, gigahertz] = [radPerUmOf(reading, 1, 0), radPerUmOf(reading, 0, 1e9)];
    const points = ageDifferences(circuit, partFigures(reading)).map(
      ({ name, delayS }): CoherencePoint => ({
        name,
        delayS,
        linewidthRad: Math.sqrt(2 * Math.PI * linewidthHz * delayS),
        radPerKelvin: kelvin * umPerS * delayS,
        radPerGigahertz: gigahertz * umPerS * delayS,
      }),
    );
    const fibreRadPerS = reading.value("fibre-drift");
    return {
      points: points.sort((a, b) => b.delayS - a.delayS),
      matchingPerKelvinUm: phaseRad / kelvin,
      matchingPerGigahertzUm: phaseRad / gigahertz,
      lockBandwidthHz: fibreRadPerS / (2 * Math.PI * fibres.phaseRad),
      polarisationDb: polarisationLoss(reading),
      breaks: [
        { what: "fibres", afterS: fibres.phaseRad / fibreRadPerS },
        { what: "the chip's temperature", afterS: temperatureK / reading.value("chip-temperature-drift") },
        { what: "the laser's frequency", afterS: frequencyHz / reading.value("laser-frequency-drift") },
      ]
        .filter(({ afterS }) => Number.isFinite(afterS))
        .sort((a, b) => a.afterS - b.afterS),
    };
  });
}
