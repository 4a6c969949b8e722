import { type Circuit, type Device, mziMatrix } from "../netlist/index.ts";
import { decibelsOfField } from "./decibels.ts";

/** Loss and time of the parts of a circuit. Fields behind a part over fields before it; seconds. */
export interface PartFigures {
  readonly mziFieldFactor: number;
  readonly mziDelayS: number;
  readonly phaseFieldFactor: number;
  readonly phaseDelayS: number;
  readonly crossingDelayS: number;
  readonly delaySPerUm: number;
  readonly neuronDelayS: number;
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

export interface Meeting {
  readonly section: string;
  readonly mesh: string;
  /** Between the earliest and the latest light of one word that meet there. */
  readonly skewS: number;
}

export interface LightPaths {
  /** Of every neuron and receiver its lossiest path, the lossiest first. */
  readonly paths: readonly LightPath[];
  /** From the workers' inputs to the last receiver. */
  readonly latencyS: number;
  /** Most neurons on a path. */
  readonly neuronsInSeries: number;
  /** MZIs in which light of one word meets from two lanes, the worst first. */
  readonly meetings: readonly Meeting[];
}

/** Coupling below this is none. */
const NO_COUPLING = 1e-9;

interface Lane {
  readonly path: Omit<LightPath, "to" | "toKind">;
  /** Earliest and latest arrival of a word's light; constant light is always there. */
  readonly time: { readonly first: number; readonly last: number } | null;
  readonly neurons: number;
}

/**
 * Follows the light of every port and neuron to where it is detected. A device's own field factor counts; a circuit without any
 * (version 1) has that of `parts` everywhere, as if it were built of them without having been compiled for it.
 */
export function followLight(circuit: Circuit, parts: PartFigures): LightPaths {
  const lanes: (Lane | null)[] = new Array<Lane | null>(circuit.modes).fill(null);
  const paths: LightPath[] = [];
  const meetings: Meeting[] = [];
  for (const port of circuit.inputs) {
    const time = port.kind === "worker" ? { first: 0, last: 0 } : null;
    lanes[port.mode] = { path: started(port.name, port.kind), time, neurons: 0 };
  }
  for (const section of circuit.sections) {
    for (const mesh of section.meshes) {
      for (const device of mesh.devices) {
        const upper = mesh.modes[device.mode]!;
        const step = passing(circuit, device, parts);
        if (device.kind !== "mzi") {
          lanes[upper] = passed(lanes[upper]!, step, 1);
          continue;
        }
        const lower = mesh.modes[device.mode + 1]!;
        const skewS = skewOf(lanes[upper] ?? null, lanes[lower] ?? null);
        if (skewS !== null) meetings.push({ section: section.name, mesh: mesh.name, skewS });
        const u = mziMatrix(device.thetaRad, device.phiRad);
        const [above, below] = [lanes[upper] ?? null, lanes[lower] ?? null];
        lanes[upper] = merged(
          passed(above, step, Math.hypot(u.aRe, u.aIm)),
          passed(below, step, Math.hypot(u.bRe, u.bIm)),
        );
        lanes[lower] = merged(
          passed(above, step, Math.hypot(u.cRe, u.cIm)),
          passed(below, step, Math.hypot(u.dRe, u.dIm)),
        );
      }
      for (const mode of mesh.terminated) lanes[mode] = null;
    }
    for (const { mode } of section.activations) {
      const lane = lanes[mode];
      if (lane === null || lane === undefined) continue;
      const name = `${section.name} mode ${mode}`;
      paths.push({ ...lane.path, to: name, toKind: "neuron" });
      const { neuronDelayS: delay } = parts;
      const time = lane.time === null ? null : { first: lane.time.first + delay, last: lane.time.last + delay };
      lanes[mode] = { path: started(name, "neuron"), time, neurons: lane.neurons + 1 };
    }
  }
  let latencyS = 0;
  let neuronsInSeries = 0;
  for (const port of circuit.outputs) {
    const lane = lanes[port.mode];
    if (lane === null || lane === undefined) continue;
    paths.push({ ...lane.path, to: port.name, toKind: "receiver" });
    latencyS = Math.max(latencyS, lane.time?.last ?? 0);
    neuronsInSeries = Math.max(neuronsInSeries, lane.neurons);
  }
  paths.sort((a, b) => b.lossDb - a.lossDb);
  meetings.sort((a, b) => b.skewS - a.skewS);
  return { paths, latencyS, neuronsInSeries, meetings };
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

function passing(circuit: Circuit, device: Device, parts: PartFigures): Step {
  const none = { crossings: 0, waveguideUm: 0, share: 1 };
  const lossOf = (own: number | undefined, usual: number): number =>
    -decibelsOfField(circuit.version === 1 ? usual : (own ?? 1));
  switch (device.kind) {
    case "mzi":
    case "attenuator": {
      const lossDb = lossOf(device.fieldFactor, parts.mziFieldFactor);
      const share = device.kind === "mzi" ? 1 : Math.abs(Math.sin(device.thetaRad / 2));
      return { kind: device.kind, lossDb, delayS: parts.mziDelayS, ...none, share };
    }
    case "phase": {
      const lossDb = lossOf(device.fieldFactor, parts.phaseFieldFactor);
      return { kind: "phase", lossDb, delayS: parts.phaseDelayS, ...none };
    }
    case "waveguide": {
      const { crossings, lengthUm } = device;
      const delayS = crossings * parts.crossingDelayS + lengthUm * parts.delaySPerUm;
      const lossDb = -decibelsOfField(device.fieldFactor);
      return { kind: "waveguide", lossDb, delayS, crossings, waveguideUm: lengthUm, share: 1 };
    }
    default:
      return device satisfies never;
  }
}

function passed(lane: Lane | null, step: Step, coupling: number): Lane | null {
  if (lane === null || coupling * step.share < NO_COUPLING) return null;
  const { path, time } = lane;
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
    time: time === null ? null : { first: time.first + step.delayS, last: time.last + step.delayS },
    neurons: lane.neurons,
  };
}

/** The lossier of the two; of equal ones the one that shares out more. */
function merged(a: Lane | null, b: Lane | null): Lane | null {
  if (a === null || b === null) return a ?? b;
  const difference = a.path.lossDb - b.path.lossDb || a.path.splitDb - b.path.splitDb;
  const time =
    a.time === null || b.time === null
      ? (a.time ?? b.time)
      : { first: Math.min(a.time.first, b.time.first), last: Math.max(a.time.last, b.time.last) };
  return { path: difference >= 0 ? a.path : b.path, time, neurons: Math.max(a.neurons, b.neurons) };
}

/** Null where no light of a word meets other light of it. */
function skewOf(a: Lane | null, b: Lane | null): number | null {
  if (a?.time == null || b?.time == null) return null;
  return Math.max(a.time.last, b.time.last) - Math.min(a.time.first, b.time.first);
}
