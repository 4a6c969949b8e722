import type { Mesh } from "../circuit/circuit.ts";
import { type FlowIndex, lastWriter, type Position, timeOf } from "./flow.ts";

/** Where a field comes from inside a slice: a source, the constant of a reference port, a row of an earlier step, nowhere. */
export type Load =
  | { readonly kind: "source"; readonly source: number }
  | { readonly kind: "constant"; readonly port: number; readonly field: number }
  | { readonly kind: "row"; readonly row: number }
  | { readonly kind: "dark" };

type PlanStep =
  | {
      readonly kind: "linear";
      readonly event: number;
      readonly part: Mesh;
      readonly row: number;
      readonly loads: readonly Load[];
    }
  | {
      readonly kind: "neuron";
      readonly event: number;
      readonly section: number;
      readonly mode: number;
      readonly load: Load;
    };

/** The structure of a slice, which does not depend on phases: plan once, compose for every chip. */
export interface SlicePlan {
  readonly reads: readonly number[];
  readonly unresolved: readonly number[];
  readonly sources: number;
  readonly rows: number;
  readonly steps: readonly PlanStep[];
  readonly outputs: readonly Load[];
}

function planSteps(
  index: FlowIndex,
  outputs: readonly Position[],
  origins: OriginFinder,
  events: readonly number[],
  reads: readonly number[],
  ports: readonly number[],
): SlicePlan {
  const { inputs } = index.circuit;
  const unresolved = ports.filter((port) => inputs[port]!.kind === "worker").sort(ascending);
  const neurons = events.filter((event) => index.events[event]!.kind === "neuron");
  const sources = reads.length + unresolved.length + neurons.length;
  const sourceOfCut = new Map(reads.map((cut, i) => [cut, i]));
  const sourceOfPort = new Map(unresolved.map((port, i) => [port, reads.length + i]));
  const sourceOfEvent = new Map(neurons.map((event, i) => [event, reads.length + unresolved.length + i]));
  const rowOfEvent = new Map<number, number>();

  const loadOf = (mode: number, time: number, section: number): Load => {
    const origin = origins(mode, time, section);
    switch (origin.kind) {
      case "dark":
        return origin;
      case "cut":
        return { kind: "source", source: sourceOfCut.get(origin.cut)! };
      case "port": {
        const port = inputs[origin.port]!;
        if (port.kind === "reference") return { kind: "constant", port: origin.port, field: port.field };
        return { kind: "source", source: sourceOfPort.get(origin.port)! };
      }
      case "event": {
        const writer = index.events[origin.event]!;
        if (writer.kind === "neuron") return { kind: "source", source: sourceOfEvent.get(origin.event)! };
        return { kind: "row", row: rowOfEvent.get(origin.event)! + writer.part.modes.indexOf(mode) };
      }
    }
  };
  let rows = 0;
  const steps = events.map((event): PlanStep => {
    const it = index.events[event]!;
    if (it.kind === "neuron") {
      return {
        kind: "neuron",
        event,
        section: it.section,
        mode: it.mode,
        load: loadOf(it.mode, event, it.section - 1),
      };
    }
    const row = rows;
    rowOfEvent.set(event, row);
    rows += it.part.modes.length;
    return {
      kind: "linear",
      event,
      part: it.part,
      row,
      loads: it.part.modes.map((mode) => loadOf(mode, event, it.section - 1)),
    };
  });
  const wanted = outputs.map((it) => loadOf(it.mode, timeOf(index, it), it.section));
  return { reads, unresolved, sources, rows, steps, outputs: wanted };
}

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
export type CutIndex = ReadonlyMap<number, readonly TimedCut[]>;

export function indexCuts(index: FlowIndex, cuts: readonly Position[]): CutIndex {
  const cutsOfMode = new Map<number, TimedCut[]>();
  cuts.forEach((position, cut) => {
    const entry = { time: timeOf(index, position), section: position.section, cut };
    const known = cutsOfMode.get(position.mode);
    if (known === undefined) {
      cutsOfMode.set(position.mode, [entry]);
    } else {
      known.push(entry);
    }
  });
  return cutsOfMode;
}

/** The structure of `sliceProgram` without its numbers. */
export function planSlice(
  index: FlowIndex,
  outputs: readonly Position[],
  cuts: readonly Position[] | CutIndex,
): SlicePlan {
  const origins = originFinder(index, outputs, "get" in cuts ? cuts : indexCuts(index, cuts));
  const events = new Set<number>();
  const reads = new Set<number>();
  const ports = new Set<number>();
  const open: number[] = [];
  const visit = (mode: number, time: number, section: number): void => {
    const origin = origins(mode, time, section);
    if (origin.kind === "cut") {
      reads.add(origin.cut);
    } else if (origin.kind === "port") {
      ports.add(origin.port);
    } else if (origin.kind === "event" && !events.has(origin.event)) {
      events.add(origin.event);
      open.push(origin.event);
    }
  };
  for (const output of outputs) {
    visit(output.mode, timeOf(index, output), output.section);
  }
  for (let event = open.pop(); event !== undefined; event = open.pop()) {
    for (const mode of modesOf(index, event)) {
      visit(mode, event, index.events[event]!.section - 1);
    }
  }
  return planSteps(index, outputs, origins, [...events].sort(ascending), [...reads].sort(ascending), [...ports]);
}

function originFinder(index: FlowIndex, outputs: readonly Position[], cuts: CutIndex): OriginFinder {
  const asked = new Set(outputs.map((it) => `${it.section} ${it.mode}`));
  return (mode, time, section) => {
    const event = lastWriter(index, mode, time);
    // the latest cut between the last writer and here carries the same field
    let best: TimedCut | null = null;
    for (const entry of cuts.get(mode) ?? []) {
      const later = entry.time > event && entry.section <= section && (best === null || entry.section > best.section);
      if (later && !asked.has(`${entry.section} ${mode}`)) {
        best = entry;
      }
    }
    if (best !== null) {
      return { kind: "cut", cut: best.cut };
    }
    if (event >= 0) {
      const it = index.events[event]!;
      return it.kind === "linear" && it.part.terminated.includes(mode) ? { kind: "dark" } : { kind: "event", event };
    }
    const port = index.portOfMode[mode]!;
    return port < 0 ? { kind: "dark" } : { kind: "port", port };
  };
}

function modesOf(index: FlowIndex, event: number): readonly number[] {
  const it = index.events[event]!;
  return it.kind === "linear" ? it.part.modes : [it.mode];
}

function ascending(a: number, b: number): number {
  return a - b;
}
