import type { Circuit } from "../circuit/circuit.ts";
import { type Arrival, type Clocks, CONSTANT, type LaneMerge, newClocks } from "../circuit/clocks.ts";
import { followLanes } from "../circuit/lanes.ts";
import { deviceName } from "../circuit/measured-chip.ts";
import { type Delays, delayOfDevice } from "../circuit/optics.ts";

/** When the symbols of a word have to be sent, and when they are received, in seconds after the first launch. */
export interface ArrivalTimes {
  /** One each of `circuit.inputs`, in their order; 0 for constant light. */
  readonly launchesS: readonly number[];
  /** One each of `circuit.outputs`: the last light of the word; 0 where only constant light comes. */
  readonly receptionsS: readonly number[];
}

/** Delays in seconds that light has to pass before it meets other light, so that all of it is equally old since the laser. */
export interface MatchedDelays {
  /** In front of each transmitter, or the port of constant light: one each of `circuit.inputs`. */
  readonly inputsS: readonly number[];
  /** In front of the modulator and of the oscillator's coupler of each neuron, in the order of the file. */
  readonly carriersS: readonly number[];
  readonly oscillatorsS: readonly number[];
  /** In front of the oscillator's coupler of each of `circuit.outputs`. */
  readonly receiversS: readonly number[];
  /** The largest difference in age of light that meets, which such delays cannot remove. */
  readonly mismatchS: number;
}

/**
 * Follows the light of a word through every device and neuron. Each symbol of each worker is sent when it is needed: where light of
 * independent launches meets first, both are there at once. What leaves an MZI leaves with the later of what meets there.
 */
export function arrivalTimes(circuit: Circuit, delays: Delays): ArrivalTimes {
  const clocks = newClocks();
  const launches = circuit.inputs.map(({ kind }) => (kind === "worker" ? clocks.fresh() : CONSTANT));
  const lanes = followDevices(circuit, delays, launches, {
    meet: (above, below) => (above.clock < 0 || below.clock < 0 ? [above, below] : bothOf(clocks.meet([above, below]))),
    neuron: (arrival) => arrival && later(arrival, delays.neuronDelayS),
  });
  const sinceFirst = ages(clocks, launches);
  return {
    launchesS: launches.map(sinceFirst),
    receptionsS: circuit.outputs.map(({ mode }) => sinceFirst(lanes[mode] ?? CONSTANT)),
  };
}

/**
 * How old light must be where it starts on the chip. A neuron's light starts again from its carrier, so each source is a clock of its own;
 * where two meet, both must be equally old. Ages of light that never meets count from their own youngest source.
 */
export function matchedDelays(circuit: Circuit, delays: Delays): MatchedDelays {
  const clocks = newClocks();
  const inputs = circuit.inputs.map(clocks.fresh);
  const [carriers, oscillators]: [Arrival[], Arrival[]] = [[], []];
  let mismatchS = 0;
  const lanes = followDevices(circuit, delays, inputs, {
    meet: (above, below) => {
      const meeting = clocks.meet([above, below]);
      mismatchS = Math.max(mismatchS, ...meeting.waitsS);
      return bothOf(meeting);
    },
    neuron: (arrival) => {
      oscillators.push(arrival ?? CONSTANT);
      const carrier = clocks.fresh();
      carriers.push(carrier);
      return carrier;
    },
  });
  const age = ages(clocks, [...inputs, ...carriers]);
  return {
    inputsS: inputs.map(age),
    carriersS: carriers.map(age),
    oscillatorsS: oscillators.map(age),
    receiversS: circuit.outputs.map(({ mode }) => age(lanes[mode] ?? CONSTANT)),
    mismatchS,
  };
}

/** By how much light that meets differs in age at most, at an MZI or at a detector with its oscillator. */
export interface AgeDifference {
  readonly name: string;
  readonly delayS: number;
}

/** All light is as old at its port, a neuron's modulator or an oscillator's coupler: what comes later differs by the devices since. */
export function ageDifferences(circuit: Circuit, delays: Delays): readonly AgeDifference[] {
  const fresh: Arrival = { clock: 0, atS: 0 };
  /** Pairs of ages of the oldest or the youngest light, where it meets. */
  const meetings = (least: (...ages: number[]) => number): (readonly [string, number, number])[] => {
    const found: [string, number, number][] = [];
    const launches = circuit.inputs.map(() => fresh);
    const lanes = followDevices(circuit, delays, launches, {
      meet: (above, below, name) => {
        found.push([name, above.atS, below.atS]);
        const both: Arrival = { clock: 0, atS: least(above.atS, below.atS) };
        return [both, both];
      },
      neuron: (arrival, name) => {
        if (arrival !== null) found.push([name, arrival.atS, 0]);
        return fresh;
      },
    });
    for (const { mode, name } of circuit.outputs) found.push([name, lanes[mode]?.atS ?? 0, 0]);
    return found;
  };
  const youngest = meetings(Math.min);
  return meetings(Math.max).map(([name, above, below], i) => {
    const [, aboveFirst, belowFirst] = youngest[i]!;
    return { name, delayS: Math.max(above - belowFirst, below - aboveFirst) };
  });
}

function bothOf({ arrival }: LaneMerge): [Arrival, Arrival] {
  return [arrival, arrival];
}

/** Seconds since the earliest of `sources` on the clock that an arrival belongs to; 0 for constant light. */
function ages(clocks: Clocks, sources: readonly Arrival[]): (arrival: Arrival) => number {
  const firstS = new Map<number, number>();
  for (const { clock, atS } of sources.map(clocks.settled)) {
    firstS.set(clock, Math.min(firstS.get(clock) ?? atS, atS));
  }
  return (arrival) => {
    const { clock, atS } = clocks.settled(arrival);
    return clock < 0 ? 0 : atS - firstS.get(clock)!;
  };
}

/** Arrivals among those that are followed; `neuron` gets null where no light comes. */
interface Encounters {
  readonly meet: (above: Arrival, below: Arrival, name: string) => readonly [Arrival, Arrival];
  readonly neuron: (arrival: Arrival | null, name: string) => Arrival | null;
}

/** The arrival on every mode behind all devices and neurons, null where it is dark; `launches`: one each of `circuit.inputs`. */
function followDevices(
  circuit: Circuit,
  delays: Delays,
  launches: readonly Arrival[],
  { meet, neuron }: Encounters,
): readonly (Arrival | null)[] {
  return followLanes<Arrival>(circuit, launches, {
    pass: (arrival, device) => later(arrival, delayOfDevice(device, delays)),
    meet: (above, below, { section, mesh, index }) => meet(above, below, deviceName(section.name, mesh.name, index)),
    merge: (above, below) => (above.clock < 0 && below.clock >= 0 ? below : above),
    neuron: (arrival, { mode }, section) => neuron(arrival, `${section.name}[${mode}]`),
  });
}

/** An arrival so much later; constant light is there at any time. */
export function later({ clock, atS }: Arrival, delayS: number): Arrival {
  return clock < 0 ? { clock, atS } : { clock, atS: atS + delayS };
}
