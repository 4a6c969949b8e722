import { bisectLeft } from "d3-array";
import type { Circuit, Device, Mesh } from "../circuit/circuit.ts";
import type { NeuronCurve } from "../circuit/neuron.ts";
import type { Launch } from "./lower.ts";
import { programOfCircuit } from "./program.ts";
import { exactLaunch, exactReceivers, type Receivers, type Simulator } from "./simulator.ts";

/** A place in the circuit: the field on `mode` after section `section`; section -1 is the input side. */
export interface Position {
  readonly section: number;
  readonly mode: number;
}

/** Modes of one mesh that its devices couple with each other, and nothing else; `modes` are circuit modes. */
export interface LinearEvent {
  readonly kind: "linear";
  readonly section: number;
  readonly part: Mesh;
  /** For each device and then each termination of the part: its step in the program of the whole circuit. */
  readonly steps: readonly number[];
}

export interface NeuronEvent {
  readonly kind: "neuron";
  readonly section: number;
  readonly mode: number;
  /** Its step in the program of the whole circuit. */
  readonly step: number;
}

export type FlowEvent = LinearEvent | NeuronEvent;

/**
 * Who writes what, for walking a circuit backwards. Event numbers are times: event e has happened at every time > e.
 * Build it once a circuit; it takes one pass over the devices.
 */
export interface FlowIndex {
  readonly circuit: Circuit;
  readonly events: readonly FlowEvent[];
  /** Events that write the mode, ascending. */
  readonly writers: readonly (readonly number[])[];
  /** Time at which section s is over; empty for a circuit without sections. */
  readonly sectionEnd: readonly number[];
  /** Index into circuit.inputs of the port that feeds the mode, or -1. */
  readonly portOfMode: Int32Array;
  /** Of every step, as in `Program`: the circuit's own, or those of a chip. */
  readonly coefficients: Float64Array;
  readonly launch: Launch;
  readonly receivers: Receivers;
}

export function indexFlow(circuit: Circuit): FlowIndex {
  const events: FlowEvent[] = [];
  const writers: number[][] = Array.from({ length: circuit.modes }, () => []);
  const sectionEnd: number[] = [];
  let step = 0;
  circuit.sections.forEach((section, s) => {
    for (const mesh of section.meshes) {
      for (const { part, local } of coupledParts(mesh)) {
        for (const mode of part.modes) {
          writers[mode]!.push(events.length);
        }
        const first = step;
        events.push({ kind: "linear", section: s, part, steps: local.map((at) => first + at) });
      }
      step += mesh.devices.length + mesh.terminated.length;
    }
    for (const { mode } of section.activations) {
      writers[mode]!.push(events.length);
      events.push({ kind: "neuron", section: s, mode, step });
      step += 1;
    }
    sectionEnd.push(events.length);
  });
  const portOfMode = new Int32Array(circuit.modes).fill(-1);
  circuit.inputs.forEach((port, i) => {
    portOfMode[port.mode] = i;
  });
  const { coefficients } = programOfCircuit(circuit);
  const launch = exactLaunch(circuit);
  const receivers = exactReceivers(circuit);
  return { circuit, events, writers, sectionEnd, portOfMode, coefficients, launch, receivers };
}

/** Time of a position: the events before it are those with smaller numbers. */
export function timeOf(index: FlowIndex, position: Position): number {
  return position.section < 0 ? 0 : index.sectionEnd[position.section]!;
}

/** The last event before `time` that writes `mode`, or -1. */
export function lastWriter(index: FlowIndex, mode: number, time: number): number {
  const all = index.writers[mode]!;
  return all[bisectLeft(all, time) - 1] ?? -1;
}

/** The same index on a chip: `chip` is a simulator of the same circuit, with errors of its own. */
export function onChip(index: FlowIndex, { program: { coefficients }, launch, receivers }: Simulator): FlowIndex {
  return { ...index, coefficients, launch, receivers: receivers ?? index.receivers };
}

/** The curve of a neuron, on its chip. */
export function curveOfEvent({ events, coefficients }: FlowIndex, event: number): NeuronCurve {
  const writer = events[event]!;
  if (writer.kind !== "neuron") throw new Error("only neurons have a curve");
  const at = 8 * writer.step;
  return { gain: coefficients[at]!, threshold: 0 - coefficients[at + 1]!, range: coefficients[at + 2]! };
}

interface CoupledPart {
  readonly part: Mesh;
  /** Numbers, within the mesh, of the part's devices and then terminations (which follow the devices). */
  readonly local: readonly number[];
}

/**
 * The mesh as independent meshes: local modes are joined by MZIs only. Modes that neither a device nor a termination touches
 * are left out. Neighbouring local modes stay neighbours because an MZI joins them.
 */
export function coupledParts(mesh: Mesh): CoupledPart[] {
  /** Modes that an MZI joins to the one before: a part is a run of consecutive modes. */
  const joined = new Set(mesh.devices.flatMap(({ kind, mode }) => (kind === "mzi" ? [mode + 1] : [])));
  const parts: {
    readonly first: number;
    readonly modes: number[];
    readonly devices: Device[];
    readonly terminated: number[];
    readonly local: number[];
  }[] = [];
  const partOf = mesh.modes.map((mode, i) => {
    if (!joined.has(i)) parts.push({ first: i, modes: [], devices: [], terminated: [], local: [] });
    const part = parts.at(-1)!;
    part.modes.push(mode);
    return part;
  });
  mesh.devices.forEach((device, i) => {
    const { first, devices, local } = partOf[device.mode]!;
    devices.push({ ...device, mode: device.mode - first });
    local.push(i);
  });
  mesh.terminated.forEach((mode, i) => {
    const { terminated, local } = partOf[mesh.modes.indexOf(mode)]!;
    terminated.push(mode);
    local.push(mesh.devices.length + i);
  });
  const { kind, name } = mesh;
  return parts.flatMap(({ modes, devices, terminated, local }) =>
    local.length === 0 ? [] : [{ part: { kind, name, modes, devices, terminated }, local }],
  );
}
