import {
  type Arrival,
  type ArrivalTimes,
  arrivalTimes,
  type Circuit,
  type Clocks,
  CONSTANT,
  type Delays,
  type Device,
  delayOfDevice,
  losesLight,
  matrixOfMzi,
  newClocks,
} from "../../netlist/index.ts";
import { decibelsOfField } from "./decibels.ts";

/** Loss and time of the parts of a circuit. Fields behind a part over fields before it; seconds. */
export interface PartFigures extends Delays {
  readonly mziFieldFactor: number;
  readonly phaseFieldFactor: number;
}

/** The way of the light from where it starts to where it is detected; losses in dB of power. */
export interface LightPath {
  readonly from: string;
  readonly fromKind: "worker" | "reference" | "neuron";
  readonly to: string;
  readonly toKind: "neuron" | "receiver";
  readonly mzis: number;
  readonly mziLossDb: number;
  readonly phaseLossDb: number;
  readonly crossings: number;
  readonly waveguideUm: number;
  /** Of waveguides between devices, their crossings included. */
  readonly waveguideLossDb: number;
  /** What is absorbed or scattered on the way: all of the above, without what splitters share out. */
  readonly lossDb: number;
  /** Power that leaves by other ports of the MZIs on the way. */
  readonly splitDb: number;
}

export interface InterferencePoint {
  readonly section: string;
  readonly mesh: string;
  /** How much earlier light of a word is there than other light of it that it meets. */
  readonly skewS: number;
}

export interface LightPaths {
  /** Of every neuron and receiver its lossiest path, the lossiest first. */
  readonly paths: readonly LightPath[];
  /** From the first launch of a symbol of a word to the last receiver; transmitters send symbols when they are needed. */
  readonly latencyS: number;
  /** Most neurons on a path. */
  readonly neuronsInSeries: number;
  /** MZIs in which light of one word meets from two lanes, the worst first. */
  readonly meetings: readonly InterferencePoint[];
}

/** Coupling below this is none. */
const NO_COUPLING = 1e-9;

interface Lane {
  readonly path: Omit<LightPath, "to" | "toKind">;
  /** Of the last light of a word. */
  readonly arrival: Arrival;
  /** How much earlier the first light of that word is there. */
  readonly spreadS: number;
  readonly neurons: number;
}

/**
 * Follows the light of every port and neuron to where it is detected. A device's own field factor counts; a circuit without any
 * has that of `parts` everywhere, as if it were built of them without having been compiled for it. Of merging paths
 * the lossier one goes on, the fibre in front of light from outside included, `fibreLossDb` in dB: it is no part of `lossDb`.
 */
export function followLight(circuit: Circuit, parts: PartFigures, fibreLossDb = 0): LightPaths {
  const lanes: (Lane | null)[] = new Array<Lane | null>(circuit.modes).fill(null);
  const paths: LightPath[] = [];
  const meetings: InterferencePoint[] = [];
  const clocks = newClocks();
  const isLossy = losesLight(circuit.sections);
  for (const port of circuit.inputs) {
    const arrival = port.kind === "worker" ? clocks.fresh() : CONSTANT;
    lanes[port.mode] = { path: started(port.name, port.kind), arrival, spreadS: 0, neurons: 0 };
  }
  for (const section of circuit.sections) {
    for (const mesh of section.meshes) {
      for (const device of mesh.devices) {
        const upper = mesh.modes[device.mode]!;
        const step = passing(isLossy, device, parts);
        if (device.kind !== "mzi") {
          lanes[upper] = passed(lanes[upper]!, step, 1);
          continue;
        }
        const lower = mesh.modes[device.mode + 1]!;
        const u = matrixOfMzi(device);
        const { above, below, skewS } = met(lanes[upper] ?? null, lanes[lower] ?? null, clocks);
        if (skewS !== null) meetings.push({ section: section.name, mesh: mesh.name, skewS });
        lanes[upper] = merged(
          passed(above, step, Math.hypot(u.aRe, u.aIm)),
          passed(below, step, Math.hypot(u.bRe, u.bIm)),
          fibreLossDb,
        );
        lanes[lower] = merged(
          passed(above, step, Math.hypot(u.cRe, u.cIm)),
          passed(below, step, Math.hypot(u.dRe, u.dIm)),
          fibreLossDb,
        );
      }
      for (const mode of mesh.terminated) lanes[mode] = null;
    }
    for (const neuron of section.activations) {
      const { mode } = neuron;
      const lane = lanes[mode];
      const name = `${section.name} mode ${mode}`;
      if (lane === null || lane === undefined) {
        const shines = neuron.kind === "saturating" && neuron.threshold < 0;
        if (shines) lanes[mode] = { path: started(name, "neuron"), arrival: CONSTANT, spreadS: 0, neurons: 0 };
        continue;
      }
      paths.push({ ...lane.path, to: name, toKind: "neuron" });
      const arrival = later(lane.arrival, parts.neuronDelayS);
      lanes[mode] = { path: started(name, "neuron"), arrival, spreadS: lane.spreadS, neurons: lane.neurons + 1 };
    }
  }
  let neuronsInSeries = 0;
  for (const port of circuit.outputs) {
    const lane = lanes[port.mode];
    if (lane === null || lane === undefined) continue;
    paths.push({ ...lane.path, to: port.name, toKind: "receiver" });
    neuronsInSeries = Math.max(neuronsInSeries, lane.neurons);
  }
  paths.sort((a, b) => b.lossDb - a.lossDb);
  meetings.sort((a, b) => b.skewS - a.skewS);
  return { paths, latencyS: latencyOf(arrivalTimes(circuit, parts)), neuronsInSeries, meetings };
}

/** From the first launch of a word to the last receiver, s. */
export function latencyOf({ receptionsS }: ArrivalTimes): number {
  return receptionsS.reduce((longest, atS) => Math.max(longest, atS), 0);
}

function started(from: string, fromKind: LightPath["fromKind"]): Lane["path"] {
  const nothing = { mzis: 0, mziLossDb: 0, phaseLossDb: 0, crossings: 0, waveguideUm: 0, waveguideLossDb: 0 };
  return { from, fromKind, ...nothing, lossDb: 0, splitDb: 0 };
}

/** What one device adds to a path. */
interface Step {
  readonly kind: Device["kind"];
  readonly lossDb: number;
  readonly delayS: number;
  readonly crossings: number;
  readonly waveguideUm: number;
  readonly share: number;
}

function passing(isLossy: boolean, device: Device, parts: PartFigures): Step {
  const none = { crossings: 0, waveguideUm: 0, share: 1 };
  const lossOf = (own: number | undefined, usual: number): number => -decibelsOfField(isLossy ? (own ?? 1) : usual);
  const delayS = delayOfDevice(device, parts);
  switch (device.kind) {
    case "mzi":
    case "attenuator": {
      const lossDb = lossOf(device.fieldFactor, parts.mziFieldFactor);
      const share = device.kind === "mzi" ? 1 : Math.abs(Math.sin(device.thetaRad / 2));
      return { kind: device.kind, lossDb, delayS, ...none, share };
    }
    case "phase": {
      const lossDb = lossOf(device.fieldFactor, parts.phaseFieldFactor);
      return { kind: "phase", lossDb, delayS, ...none };
    }
    case "waveguide": {
      const { crossings, lengthUm } = device;
      const lossDb = -decibelsOfField(device.fieldFactor);
      return { kind: "waveguide", lossDb, delayS, crossings, waveguideUm: lengthUm, share: 1 };
    }
  }
}

function passed(lane: Lane | null, step: Step, coupling: number): Lane | null {
  if (lane === null || coupling * step.share < NO_COUPLING) return null;
  const { path, arrival } = lane;
  const isMzi = step.kind === "mzi" || step.kind === "attenuator";
  return {
    path: {
      ...path,
      mzis: path.mzis + (isMzi ? 1 : 0),
      mziLossDb: path.mziLossDb + (isMzi ? step.lossDb : 0),
      phaseLossDb: path.phaseLossDb + (step.kind === "phase" ? step.lossDb : 0),
      crossings: path.crossings + step.crossings,
      waveguideUm: path.waveguideUm + step.waveguideUm,
      waveguideLossDb: path.waveguideLossDb + (step.kind === "waveguide" ? step.lossDb : 0),
      lossDb: path.lossDb + step.lossDb,
      splitDb: path.splitDb - decibelsOfField(Math.min(1, coupling * step.share)),
    },
    arrival: later(arrival, step.delayS),
    spreadS: lane.spreadS,
    neurons: lane.neurons,
  };
}

/** The lossier of the two; of equal ones the one that shares out more. Both carry the same arrival, or constant light. */
function merged(a: Lane | null, b: Lane | null, fibreLossDb: number): Lane | null {
  if (a === null || b === null) return a ?? b;
  const lossDb = ({ path }: Lane): number => path.lossDb + (path.fromKind === "neuron" ? 0 : fibreLossDb);
  const difference = lossDb(a) - lossDb(b) || a.path.splitDb - b.path.splitDb;
  const { arrival, spreadS } = a.arrival.clock < 0 ? b : a;
  return { path: difference >= 0 ? a.path : b.path, arrival, spreadS, neurons: Math.max(a.neurons, b.neurons) };
}

/**
 * Two lanes at an MZI: from there on both are as late as the later one, with the first light of either. Null where no light of a
 * word meets other light of it.
 */
function met(
  above: Lane | null,
  below: Lane | null,
  clocks: Clocks,
): { readonly above: Lane | null; readonly below: Lane | null; readonly skewS: number | null } {
  if (above === null || below === null || above.arrival.clock < 0 || below.arrival.clock < 0) {
    return { above, below, skewS: null };
  }
  const { arrival, waitsS } = clocks.meet([above.arrival, below.arrival]);
  const spreadS = Math.max(waitsS[0]! + above.spreadS, waitsS[1]! + below.spreadS);
  return { above: { ...above, arrival, spreadS }, below: { ...below, arrival, spreadS }, skewS: spreadS };
}

function later(arrival: Arrival, delayS: number): Arrival {
  return arrival.clock < 0 ? arrival : { clock: arrival.clock, atS: arrival.atS + delayS };
}
