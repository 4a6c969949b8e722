import {
  type Circuit,
  countDevices,
  hasMeasuredCouplers,
  type PlacementFigures,
  placementFigures,
  type Section,
} from "../../netlist/index.ts";
import { withoutFreePhases, wrapped } from "../light/free-phases.ts";

/** Everything that has to be built, counted. */
export interface Hardware {
  /** Attenuators among them. */
  readonly mzis: number;
  /**
   * Of these, MZIs of P, bias and T whose ratio is the same in every such circuit: couplers without heaters.
   * Those of the layers can be trimmed. None where couplers were measured: there every MZI is set for its own ones.
   */
  readonly fixedCouplers: number;
  /** Phase shifters of the netlist: theta and phi of each MZI, one in each phase device. */
  readonly phasesDrawn: number;
  /** Of these, whose phase is no whole number of turns. */
  readonly phasesSet: number;
  /** Phases that have to be built: what is left when those that change nothing are moved into the oscillators. */
  readonly phasesBuilt: number;
  /** Sums of |phase| over pi, each in its cheapest branch: of those that are drawn, of those that are built. */
  readonly phasesDrawnPi: number;
  readonly phasesBuiltPi: number;
  readonly neurons: number;
  readonly receivers: number;
  /** One for each neuron and receiver; each has a fixed phase, set by the length of its lane. */
  readonly oscillators: number;
  /** Light of its own for each neuron's modulator. */
  readonly carriers: number;
  /** Balanced pairs: two for each neuron and receiver. */
  readonly photodiodes: number;
  readonly amplifiers: number;
  /** Of neurons. */
  readonly modulators: number;
  /** Of workers, one a symbol. */
  readonly transmitters: number;
  readonly referenceInputs: number;
  /** One for each phase that is built. */
  readonly dacChannels: number;
  readonly crossings: number;
  /** Waveguide beyond the devices, delay lines among it. */
  readonly waveguideUm: number;
  /** The longest piece of it on one lane between two devices. */
  readonly longestUm: number;
  /** Of a circuit that is placed; null otherwise. */
  readonly placement: PlacementFigures | null;
}

export function countHardware(circuit: Circuit): Hardware {
  const counts = countDevices(circuit);
  const drawn = phasesOf(circuit, () => true);
  // Columns of oscillators are the phase devices of the reduced circuit; they are lengths of lanes.
  const isSet = hasMeasuredCouplers(circuit.sections) ? () => true : isTrimmed;
  const built = phasesOf(withoutFreePhases(circuit), isSet).filter(({ kind }) => kind !== "phase");
  const needed = built.filter(({ radians }) => radians !== 0);
  const neurons = counts.activations;
  const receivers = circuit.outputs.length;
  let crossings = 0;
  let waveguideUm = 0;
  let longestUm = 0;
  for (const { meshes } of circuit.sections) {
    for (const { devices } of meshes) {
      for (const device of devices) {
        if (device.kind !== "waveguide") continue;
        crossings += device.crossings;
        waveguideUm += device.lengthUm;
        longestUm = Math.max(longestUm, device.lengthUm);
      }
    }
  }
  return {
    mzis: counts.mzis,
    fixedCouplers: counts.mzis - mzisOf(circuit, isSet),
    phasesDrawn: drawn.length,
    phasesSet: drawn.filter(({ radians }) => radians !== 0).length,
    phasesBuilt: needed.length,
    phasesDrawnPi: sumPi(drawn),
    phasesBuiltPi: sumPi(needed),
    neurons,
    receivers,
    oscillators: neurons + receivers,
    carriers: neurons,
    photodiodes: 2 * (neurons + receivers),
    amplifiers: neurons + receivers,
    modulators: neurons,
    transmitters: counts.workerInputs,
    referenceInputs: counts.referenceInputs,
    dacChannels: needed.length,
    // each of the two waveguides names the crossing
    crossings: crossings / 2,
    waveguideUm,
    longestUm,
    placement: placementFigures(circuit),
  };
}

interface Phase {
  readonly kind: "mzi" | "attenuator" | "phase";
  /** In (-pi, pi]. */
  readonly radians: number;
}

/** Sections whose devices can be trimmed: the layers of the network. */
function isTrimmed({ kind }: Section): boolean {
  return kind === "layer";
}

function phasesOf(circuit: Circuit, wanted: (section: Section) => boolean): Phase[] {
  return circuit.sections
    .filter(wanted)
    .flatMap(({ meshes }) => meshes.flatMap(({ devices }) => devices))
    .flatMap((device): Phase[] => {
      if (device.kind === "waveguide") return [];
      const phi = { kind: device.kind, radians: wrapped(device.phiRad) };
      return device.kind === "phase" ? [phi] : [{ kind: device.kind, radians: wrapped(device.thetaRad) }, phi];
    });
}

function mzisOf(circuit: Circuit, wanted: (section: Section) => boolean): number {
  const devices = circuit.sections.filter(wanted).flatMap(({ meshes }) => meshes.flatMap((mesh) => mesh.devices));
  return devices.filter(({ kind }) => kind === "mzi" || kind === "attenuator").length;
}

function sumPi(phases: readonly Phase[]): number {
  return phases.reduce((sum, { radians }) => sum + Math.abs(radians) / Math.PI, 0);
}
