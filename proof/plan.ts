import type { Certificate, Circuit, SumCell } from "../netlist/index.ts";
import { type Work, workFor } from "./bounds.ts";
import { checkComposition, levelsOf, receivedOf, type SumSource } from "./composition.ts";
import { chipOf, type ProofChip } from "./devices.ts";
import { compose, flowOf, type Slice, sliceOf } from "./slices.ts";
import {
  type DecidingCell,
  inputsOf,
  type JointTable,
  type MadeTable,
  outputsOf,
  type Part,
  type ReachableStates,
  reachableStates,
  type Steps,
  sumOf,
} from "./states.ts";
import { addedBy } from "./sums.ts";

/** All that chips of a circuit share: which devices each cell, sum and output depends on, and which integers meet there. */
export interface ProofPlan {
  readonly circuit: Circuit;
  readonly certificate: Certificate;
  /** The circuit as a chip without errors. */
  readonly nominal: ProofChip;
  readonly reachable: ReachableStates;
  /** Why the claims do not make the mean, or are not of these devices: reasons that hold for every chip. */
  readonly problems: readonly string[];
  /** Sums of workers, then cells in the order of the certificate; behind each the receivers that can be read then. */
  readonly stages: readonly ProofStage[];
  /** Of each analog signal: where it is read first. Null for bits, which neurons send in phase. */
  readonly readers: readonly (readonly [Slice, number] | null)[];
}

export type ProofStage = SumPlan | TotalPlan | DecidingPlan | ReceiversPlan;

/** Some fields, what their light comes from, and which signals they are; receivers make none. */
interface Stage {
  readonly slice: Slice;
  readonly made: readonly number[];
}

export interface SumPlan extends Stage {
  readonly kind: "sum";
  readonly source: SumSource;
}

export interface TotalPlan extends Stage {
  readonly kind: "total";
  readonly cell: SumCell;
  /** Of each term. */
  readonly from: readonly Part[];
}

/** A slice in all states of what it reads. */
export interface Driven extends Stage {
  readonly work: Work;
  readonly table: JointTable;
  /** Of each source of the slice: its part, and its column there. */
  readonly places: readonly (readonly [part: number, column: number])[];
}

export interface DecidingPlan extends Driven {
  readonly kind: "cell";
  readonly cell: DecidingCell;
  readonly outputs: MadeTable;
}

export interface ReceiversPlan extends Driven {
  readonly kind: "receivers";
  readonly symbol: number;
  readonly top: number;
  /** Numbers of the outputs. */
  readonly ports: readonly number[];
  /** Of each state. */
  readonly wanted: Float64Array;
}

/** Lemmas 3, 5, 7 and 9: what must be so on every chip. */
export function* planProof(circuit: Circuit, states: ReachableStates | null = null): Steps<ProofPlan> {
  const { certificate, aggregate, outputs: allPorts } = circuit;
  if (certificate === null) throw new Error("a circuit without certificate has no cells to drive");
  const { signals, cells, symbols } = certificate;
  const reachable = states ?? (yield* reachableStates(certificate));
  const problems = [...reachable.problems];
  const flow = flowOf(circuit);
  const nominal = chipOf(circuit);
  const endOf = (id: number) => ({ step: flow.stepOf[id]!, mode: signals[id]!.mode });
  const sources = new Map<number, SumSource>();
  const stages: ProofStage[] = [];
  for (const [id, { kind }] of signals.entries()) {
    if (kind !== "sum") continue;
    const slice = sliceOf(flow, [endOf(id)], null);
    compose(slice, circuit, nominal);
    const { source, problems: found } = addedBy(circuit, id, slice);
    sources.set(id, source);
    problems.push(...found);
    stages.push({ kind: "sum", made: [id], slice, source });
  }
  problems.push(...checkComposition(aggregate, certificate, sources));
  const works = new Map<string, Work>();
  /** Slices of one shape follow each other in one memory: a circuit may have a hundred thousand. */
  const workOf = (slice: Slice): Work => {
    const shape = [slice.signals.length + slice.ports.length, slice.neurons.length, slice.outputs.length].join();
    if (!works.has(shape)) works.set(shape, workFor(slice));
    return { ...works.get(shape)!, slice };
  };
  const drive = (name: string, slice: Slice, table: JointTable): Omit<Driven, "made"> => {
    problems.push(...strangers(circuit, name, slice, table.signals));
    const places = slice.signals.map((id): readonly [number, number] => {
      const part = table.parts.findIndex((it) => it.signals.includes(id));
      return [part, table.parts[part]?.signals.indexOf(id) ?? -1];
    });
    return { slice, work: workOf(slice), table, places };
  };
  const tables = new Map(reachable.cells.map((it) => [it.cell, it]));
  const makers = new Map(cells.flatMap((cell, i) => outputsOf(cell).map((id) => [id, i])));
  const lastOf = symbols.map((all) => all.reduce((last, { signal }) => Math.max(last, makers.get(signal) ?? -1), -1));
  const receiversAfter = (number: number): void => {
    for (const [j, table] of reachable.symbols.entries()) {
      if (lastOf[j] !== number) continue;
      const ports = [...allPorts.keys()].filter((port) => allPorts[port]!.symbol === j);
      if (new Set(ports.map((port) => allPorts[port]!.worker)).size !== aggregate.workers) {
        problems.push(`symbol ${j} does not reach every worker`);
      }
      const ends = ports.map((port) => allPorts[port]!.mode).map((mode) => ({ mode, step: flow.last[mode]! }));
      const wanted = Float64Array.from({ length: table.rows }, (_, row) => sumOf(symbols[j]!, table, row));
      const top = levelsOf(receivedOf(aggregate), j) - 1;
      const driven = drive(`output ${j}`, sliceOf(flow, ends, new Set()), table);
      stages.push({ kind: "receivers", made: [], symbol: j, top, ports, wanted, ...driven });
    }
  };
  receiversAfter(-1);
  for (const [number, cell] of cells.entries()) {
    const made = outputsOf(cell);
    const slice = sliceOf(flow, made.map(endOf), new Set(made));
    if (cell.kind === "sum") {
      if (slice.neurons.length > 0) problems.push(`cell ${cell.name} is not linear`);
      else problems.push(...strangers(circuit, `cell ${cell.name}`, slice, inputsOf(cell)));
      stages.push({ kind: "total", made, cell, slice, from: reachable.terms.get(cell) ?? [] });
    } else if (tables.has(cell)) {
      const { inputs, outputs } = tables.get(cell)!;
      stages.push({ kind: "cell", made, cell, outputs, ...drive(`cell ${cell.name}`, slice, inputs) });
    }
    receiversAfter(number);
  }
  if (reachable.symbols.length !== receivedOf(aggregate).symbols) problems.push("not every symbol is claimed");
  const first = new Map<number, Slice>();
  for (const { slice } of stages) for (const id of slice.signals) if (!first.has(id)) first.set(id, slice);
  const readers = signals.map(({ kind }, id): readonly [Slice, number] | null => {
    const slice = kind === "bit" ? undefined : first.get(id);
    return slice === undefined ? null : [slice, slice.signals.indexOf(id)];
  });
  return { circuit, certificate, nominal, reachable, problems, stages, readers };
}

/** A slice must depend on the claimed inputs only: on no other signal and on no worker's light that no sum has added. */
function strangers({ sections, certificate }: Circuit, by: string, slice: Slice, allowed: readonly number[]): string[] {
  const problems: string[] = [];
  for (const id of slice.signals) {
    const { name, section } = certificate!.signals[id]!;
    const place = `${name} in section ${section} (${sections[section]!.name})`;
    if (!allowed.includes(id)) problems.push(`${by} depends on ${place}, which it does not claim to read`);
  }
  if (slice.ports.length > 0) problems.push(`${by} depends on a worker's light directly`);
  return problems;
}
