import type { Circuit } from "../circuit/circuit.ts";
import { type Arrival, CONSTANT, newClocks } from "../circuit/clocks.ts";
import { matrixOfMzi } from "../circuit/convention.ts";
import { type Delays, delayOfDevice } from "../circuit/optics.ts";

/** Coupling below this is none. */
const NO_COUPLING = 1e-9;

/** When the symbols of a word have to be sent, and when they are received, in seconds after the first launch. */
export interface ArrivalTimes {
  /** One each of `circuit.inputs`, in their order; 0 for constant light. */
  readonly launchesS: readonly number[];
  /** One each of `circuit.outputs`: the last light of the word; 0 where only constant light comes. */
  readonly receptionsS: readonly number[];
}

/**
 * Follows the light of a word through every device and neuron. Each symbol of each worker is sent when it is needed: where light of
 * independent launches meets first, both are there at once. What leaves an MZI leaves with the later of what meets there.
 */
export function arrivalTimes(circuit: Circuit, delays: Delays): ArrivalTimes {
  const lanes = new Array<Arrival | null>(circuit.modes).fill(null);
  const clocks = newClocks();
  const launches = circuit.inputs.map(({ kind }) => (kind === "worker" ? clocks.fresh() : CONSTANT));
  circuit.inputs.forEach(({ mode }, p) => {
    lanes[mode] = launches[p]!;
  });
  const met = (above: Arrival | null, below: Arrival | null): (Arrival | null)[] => {
    if (above === null || below === null || above.clock < 0 || below.clock < 0) return [above, below];
    const { arrival } = clocks.meet([above, below]);
    return [arrival, arrival];
  };
  for (const { meshes, activations } of circuit.sections) {
    for (const { devices, modes, terminated } of meshes) {
      for (const device of devices) {
        const upper = modes[device.mode]!;
        const delayS = delayOfDevice(device, delays);
        if (device.kind !== "mzi") {
          const dark = device.kind === "attenuator" && Math.abs(Math.sin(device.thetaRad / 2)) < NO_COUPLING;
          lanes[upper] = dark ? null : later(lanes[upper]!, delayS);
          continue;
        }
        const lower = modes[device.mode + 1]!;
        const [above, below] = met(lanes[upper]!, lanes[lower]!);
        const { aRe, aIm, bRe, bIm, cRe, cIm, dRe, dIm } = matrixOfMzi(device);
        const behind = (fromAbove: number, fromBelow: number): Arrival | null => {
          const came = [fromAbove < NO_COUPLING ? null : above!, fromBelow < NO_COUPLING ? null : below!];
          return later(came.find((it) => it !== null && it.clock >= 0) ?? came[0] ?? came[1]!, delayS);
        };
        lanes[upper] = behind(Math.hypot(aRe, aIm), Math.hypot(bRe, bIm));
        lanes[lower] = behind(Math.hypot(cRe, cIm), Math.hypot(dRe, dIm));
      }
      for (const mode of terminated) lanes[mode] = null;
    }
    for (const { mode } of activations) lanes[mode] = later(lanes[mode]!, delays.neuronDelayS);
  }
  const firstS = new Map<number, number>();
  for (const { clock, atS } of launches.map(clocks.settled)) {
    firstS.set(clock, Math.min(firstS.get(clock) ?? atS, atS));
  }
  const since = (arrival: Arrival): number => {
    const { clock, atS } = clocks.settled(arrival);
    return clock < 0 ? 0 : atS - firstS.get(clock)!;
  };
  return {
    launchesS: launches.map(since),
    receptionsS: circuit.outputs.map(({ mode }) => since(lanes[mode] ?? CONSTANT)),
  };
}

function later(arrival: Arrival | null, delayS: number): Arrival | null {
  return arrival === null || arrival.clock < 0 ? arrival : { clock: arrival.clock, atS: arrival.atS + delayS };
}
