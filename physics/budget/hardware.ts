import {
  type Circuit,
  countDevices,
  heatersOf,
  isMeasured,
  namedDevices,
  type PlacementFigures,
  placementFigures,
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
  /** Phases that have a heater (netlist/circuit/heaters.ts); the layout draws one for each. */
  readonly heaters: number;
  /** Sums of |phase| over pi, each in its cheapest branch: of those that are drawn, and of those that the heaters are set to by design. */
  readonly phasesDrawnPi: number;
  readonly heatersPi: number;
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
  /** One for each heater. */
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
  const drawn = phasesOf(circuit);
  const heaters = new Set(heatersOf(circuit).values());
  const set = phasesOf(withoutFreePhases(circuit)).filter(({ name }) => heaters.has(name));
  const neurons = counts.activations;
  const receivers = circuit.outputs.length;
  return {
    mzis: counts.mzis,
    fixedCouplers: circuit.sections.reduce((sum, section) => sum + fixedIn(section), 0),
    phasesDrawn: drawn.length,
    heaters: heaters.size,
    phasesDrawnPi: sumPi(drawn),
    heatersPi: sumPi(set),
    neurons,
    receivers,
    oscillators: neurons + receivers,
    carriers: neurons,
    photodiodes: 2 * (neurons + receivers),
    amplifiers: neurons + receivers,
    modulators: neurons,
    transmitters: counts.workerInputs,
    referenceInputs: counts.referenceInputs,
    dacChannels: heaters.size,
    crossings: counts.crossings,
    waveguideUm: counts.waveguideUm,
    longestUm: longestWaveguideUm(circuit),
    placement: placementFigures(circuit),
  };
}

/** MZIs without a heater for theta. */
function fixedIn({ kind, meshes }: Circuit["sections"][number]): number {
  if (kind === "layer") return 0;
  const devices = meshes.flatMap((mesh) => mesh.devices);
  return devices.filter((device) => device.kind === "mzi" && !isMeasured(device)).length;
}

/** Between two devices, delay lines among them; 0 where there are no lengths. */
export function longestWaveguideUm(circuit: Circuit): number {
  return namedDevices(circuit).reduce(
    (longest, { device }) => (device.kind === "waveguide" ? Math.max(longest, device.lengthUm) : longest),
    0,
  );
}

/** By the names that a bring-up has for heaters, in (-pi, pi]. */
function phasesOf(circuit: Circuit): { readonly name: string; readonly radians: number }[] {
  return namedDevices(circuit).flatMap(({ name, device }) => {
    if (device.kind === "waveguide") return [];
    const phi = { name: `${name}.phi`, radians: wrapped(device.phiRad) };
    return device.kind === "phase" ? [phi] : [{ name: `${name}.theta`, radians: wrapped(device.thetaRad) }, phi];
  });
}

function sumPi(phases: ReturnType<typeof phasesOf>): number {
  return phases.reduce((sum, { radians }) => sum + Math.abs(radians) / Math.PI, 0);
}
