import { curveOfEvent, type FlowIndex, lastWriter, type Position, timeOf } from "./flow.ts";
import { applyMzi, applyScale } from "./program.ts";
import type { LinearForm, ProgramSlice, SliceActivation } from "./slice.ts";

/** Where a field comes from: a cut, an event that wrote it, a port, nowhere. */
type Origin =
  | { readonly kind: "cut"; readonly cut: number }
  | { readonly kind: "event"; readonly event: number }
  | { readonly kind: "port"; readonly port: number }
  | { readonly kind: "dark" };

/** `section` is the last section whose end the light has seen: a cut at a later one is not read, even on bare waveguide. */
type OriginFinder = (mode: number, time: number, section: number) => Origin;

interface TimedCut {
  readonly time: number;
  readonly section: number;
  readonly cut: number;
}

/** Cuts by mode, to be made once where many slices share them. */
type CutIndex = ReadonlyMap<number, readonly TimedCut[]>;

export function indexCuts(index: FlowIndex, cuts: readonly Position[]): CutIndex {
  const cutsOfMode = new Map<number, TimedCut[]>();
  cuts.forEach((position, cut) => {
    const entry = { time: timeOf(index, position), section: position.section, cut };
    const known = cutsOfMode.get(position.mode);
    if (known === undefined) cutsOfMode.set(position.mode, [entry]);
    else known.push(entry);
  });
  return cutsOfMode;
}

/** What a slice consists of, ascending. */
interface Extent {
  readonly events: readonly number[];
  readonly reads: readonly number[];
  readonly ports: readonly number[];
}

/**
 * Walks backwards from `outputs` to `cuts` and ports. A cut hides everything before it on its mode, also when the light
 * passes it on a bare waveguide; a cut at the very position of an output is ignored, because nothing is to be assumed
 * about what is asked for. Positions must lie in the circuit.
 *
 * The forms themselves go through the devices: vector j of the fields is the coefficient of source j, the last one the constant.
 */
export function sliceProgram(
  index: FlowIndex,
  outputs: readonly Position[],
  cuts: readonly Position[] | CutIndex,
): ProgramSlice {
  const { coefficients, launch, circuit } = index;
  const origins = originFinder(index, outputs, "get" in cuts ? cuts : indexCuts(index, cuts));
  const { events, reads, ports } = extentOf(index, outputs, origins);
  const unresolved = ports.filter((port) => circuit.inputs[port]!.kind === "worker");
  const neurons = events.filter((event) => index.events[event]!.kind === "neuron");
  const sources = reads.length + unresolved.length + neurons.length;
  const sourceOfCut = new Map(reads.map((cut, i) => [cut, i]));
  const sourceOfPort = new Map(unresolved.map((port, i) => [port, reads.length + i]));
  const sourceOfNeuron = new Map(neurons.map((event, i) => [event, reads.length + unresolved.length + i]));
  const width = sources + 1;
  const rows = events.reduce((sum, event) => sum + rowsOf(index, event), 0);
  // one row more, in which forms are taken
  const spare = rows * width;
  const re = new Float64Array(spare + width);
  const im = new Float64Array(spare + width);
  const rowOfEvent = new Map<number, number>();

  const load = (at: number, mode: number, time: number, section: number): void => {
    const origin = origins(mode, time, section);
    switch (origin.kind) {
      case "dark":
        return;
      case "cut":
        re[at + sourceOfCut.get(origin.cut)!] = 1;
        return;
      case "port": {
        const port = circuit.inputs[origin.port]!;
        if (port.kind === "worker") re[at + sourceOfPort.get(origin.port)!] = 1;
        else {
          re[at + sources] = port.field * launch.re[origin.port]!;
          im[at + sources] = port.field * launch.im[origin.port]!;
        }
        return;
      }
      case "event": {
        const writer = index.events[origin.event]!;
        if (writer.kind === "neuron") {
          const k = 8 * writer.step;
          const [leakRe, leakIm, top] = [coefficients[k + 3]!, coefficients[k + 4]!, coefficients[k + 5]!];
          const source = at + sourceOfNeuron.get(origin.event)!;
          [re[source], im[source]] = [1 - leakRe, 0 - leakIm];
          [re[at + sources], im[at + sources]] = [leakRe * top, leakIm * top];
        } else {
          const from = (rowOfEvent.get(origin.event)! + writer.part.modes.indexOf(mode)) * width;
          re.copyWithin(at, from, from + width);
          im.copyWithin(at, from, from + width);
        }
        return;
      }
      default:
        origin satisfies never;
    }
  };
  const formOf = (mode: number, time: number, section: number): LinearForm => {
    re.fill(0, spare);
    im.fill(0, spare);
    load(spare, mode, time, section);
    const [constantRe, constantIm] = [re[spare + sources]!, im[spare + sources]!];
    return { re: re.slice(spare, spare + sources), im: im.slice(spare, spare + sources), constantRe, constantIm };
  };
  const activations: SliceActivation[] = [];
  let meshes = 0;
  let rowsTaken = 0;
  for (const event of events) {
    const it = index.events[event]!;
    const { section } = it;
    if (it.kind === "neuron") {
      const { mode, step } = it;
      activations.push({ section, mode, step, ...curveOfEvent(index, event), form: formOf(mode, event, section - 1) });
      continue;
    }
    meshes += 1;
    const first = rowsTaken;
    rowOfEvent.set(event, first);
    rowsTaken += rowsOf(index, event);
    const rowOf = (local: number): number => (first + local) * width;
    const { devices, terminated, modes } = it.part;
    for (const [local, mode] of modes.entries()) load(rowOf(local), mode, event, section - 1);
    for (const [i, { kind, mode }] of devices.entries()) {
      const [row, k] = [rowOf(mode), 8 * it.steps[i]!];
      if (kind === "mzi") applyMzi(re, im, row, row + width, width, coefficients, k);
      else applyScale(re, im, row, width, coefficients[k]!, coefficients[k + 1]!);
    }
    for (const mode of terminated) {
      const row = rowOf(modes.indexOf(mode));
      re.fill(0, row, row + width);
      im.fill(0, row, row + width);
    }
  }
  const forms = outputs.map((it) => formOf(it.mode, timeOf(index, it), it.section));
  return { reads, unresolved, activations, outputs: forms, meshes };
}

/** Rows of fields that an event takes. */
function rowsOf(index: FlowIndex, event: number): number {
  const it = index.events[event]!;
  return it.kind === "linear" ? it.part.modes.length : 0;
}

function extentOf(index: FlowIndex, outputs: readonly Position[], origins: OriginFinder): Extent {
  const events = new Set<number>();
  const reads = new Set<number>();
  const ports = new Set<number>();
  const open: number[] = [];
  const visit = (mode: number, time: number, section: number): void => {
    const origin = origins(mode, time, section);
    if (origin.kind === "cut") reads.add(origin.cut);
    else if (origin.kind === "port") ports.add(origin.port);
    else if (origin.kind === "event" && !events.has(origin.event)) {
      events.add(origin.event);
      open.push(origin.event);
    }
  };
  for (const output of outputs) visit(output.mode, timeOf(index, output), output.section);
  for (let event = open.pop(); event !== undefined; event = open.pop()) {
    const it = index.events[event]!;
    for (const mode of it.kind === "linear" ? it.part.modes : [it.mode]) visit(mode, event, it.section - 1);
  }
  const ascending = (some: ReadonlySet<number>): readonly number[] => [...some].sort((a, b) => a - b);
  return { events: ascending(events), reads: ascending(reads), ports: ascending(ports) };
}

function originFinder(index: FlowIndex, outputs: readonly Position[], cuts: CutIndex): OriginFinder {
  const asked = new Set(outputs.map((it) => `${it.section} ${it.mode}`));
  return (mode, time, section) => {
    const event = lastWriter(index, mode, time);
    // the latest cut between the last writer and here carries the same field
    let best: TimedCut | null = null;
    for (const entry of cuts.get(mode) ?? []) {
      const later = entry.time > event && entry.section <= section && (best === null || entry.section > best.section);
      if (later && !asked.has(`${entry.section} ${mode}`)) best = entry;
    }
    if (best !== null) return { kind: "cut", cut: best.cut };
    if (event >= 0) {
      const it = index.events[event]!;
      return it.kind === "linear" && it.part.terminated.includes(mode) ? { kind: "dark" } : { kind: "event", event };
    }
    const port = index.portOfMode[mode]!;
    return port < 0 ? { kind: "dark" } : { kind: "port", port };
  };
}
