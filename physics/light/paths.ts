import {
  type Arrival,
  type ArrivalTimes,
  arrivalTimes,
  type Circuit,
  CONSTANT,
  type Delays,
  type Device,
  delayOfDevice,
  followLanes,
  heaterCounts,
  later,
  losesLight,
  mziFactor,
  newClocks,
} from "../../netlist/index.ts";
import { decibelsOfField } from "./decibels.ts";

/** Loss and time of the parts of a circuit. Fields behind a part over fields before it; seconds. */
export interface PartFigures extends Delays {
  readonly mziFieldFactor: number;
  readonly heaterFieldFactor: number;
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
  const paths: LightPath[] = [];
  const meetings: InterferencePoint[] = [];
  const clocks = newClocks();
  const usual = losesLight(circuit.sections) ? null : { parts, heaters: heaterCounts(circuit) };
  const launches = circuit.inputs.map(({ name, kind }): Lane => {
    const arrival = kind === "worker" ? clocks.fresh() : CONSTANT;
    return { path: started(name, kind), arrival, spreadS: 0, neurons: 0 };
  });
  const lanes = followLanes<Lane>(circuit, launches, {
    pass: (lane, device, coupling) => ({
      ...lane,
      path: passed(lane.path, device, coupling, usual),
      arrival: later(lane.arrival, delayOfDevice(device, parts)),
    }),
    // From there on both are as late as the later one, with the first light of either.
    meet: (above, below, { section, mesh }) => {
      if (above.arrival.clock < 0 || below.arrival.clock < 0) return [above, below];
      const { arrival, waitsS } = clocks.meet([above.arrival, below.arrival]);
      const spreadS = Math.max(waitsS[0]! + above.spreadS, waitsS[1]! + below.spreadS);
      meetings.push({ section: section.name, mesh: mesh.name, skewS: spreadS });
      return [
        { ...above, arrival, spreadS },
        { ...below, arrival, spreadS },
      ];
    },
    merge: (above, below) => merged(above, below, fibreLossDb),
    neuron: (lane, neuron, section) => {
      const name = `${section.name} mode ${neuron.mode}`;
      const path = started(name, "neuron");
      if (lane === null) {
        const shines = neuron.kind === "saturating" && neuron.threshold < 0;
        return shines ? { path, arrival: CONSTANT, spreadS: 0, neurons: 0 } : null;
      }
      paths.push({ ...lane.path, to: name, toKind: "neuron" });
      return { ...lane, path, arrival: later(lane.arrival, parts.neuronDelayS), neurons: lane.neurons + 1 };
    },
  });
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

/** A path one device further, which lets so much of the field out; without `usual` figures a device loses what it says. */
function passed(
  path: Lane["path"],
  device: Device,
  coupling: number,
  usual: { readonly parts: PartFigures; readonly heaters: ReadonlyMap<Device, number> } | null,
): Lane["path"] {
  const splitDb = path.splitDb - decibelsOfField(Math.min(1, coupling));
  const lost = (own: number | undefined, kind: "mziLossDb" | "phaseLossDb" | "waveguideLossDb") => {
    const ownDb = -decibelsOfField(own ?? 1);
    return { ...path, [kind]: path[kind] + ownDb, lossDb: path.lossDb + ownDb, splitDb };
  };
  switch (device.kind) {
    case "mzi":
    case "attenuator": {
      const own = usual === null ? device.fieldFactor : mziFactor(usual.parts, usual.heaters.get(device)!);
      return { ...lost(own, "mziLossDb"), mzis: path.mzis + 1 };
    }
    case "phase":
      return lost(usual?.parts.phaseFieldFactor ?? device.fieldFactor, "phaseLossDb");
    case "waveguide": {
      const crossings = path.crossings + device.crossings;
      return {
        ...lost(device.fieldFactor, "waveguideLossDb"),
        crossings,
        waveguideUm: path.waveguideUm + device.lengthUm,
      };
    }
  }
}

/** The lossier of the two; of equal ones the one that shares out more. Both carry the same arrival, or constant light. */
function merged(a: Lane, b: Lane, fibreLossDb: number): Lane {
  const lossDb = ({ path }: Lane): number => path.lossDb + (path.fromKind === "neuron" ? 0 : fibreLossDb);
  const difference = lossDb(a) - lossDb(b) || a.path.splitDb - b.path.splitDb;
  const { arrival, spreadS } = a.arrival.clock < 0 ? b : a;
  return { path: difference >= 0 ? a.path : b.path, arrival, spreadS, neurons: Math.max(a.neurons, b.neurons) };
}
