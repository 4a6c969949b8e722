import {
  type Certificate,
  type Circuit,
  type FlowIndex,
  indexCuts,
  indexFlow,
  type OpenSlice,
  openSlice,
  type Position,
  planSlice,
  type SumCell,
  type WorkerInput,
} from "../netlist/index.ts";
import {
  checkComposition,
  inputsOf,
  levelsOf,
  outputsOf,
  type ReachableStates,
  reachableStates,
  receivedOf,
  type StateTable,
  sumOf,
  sumSources,
} from "../proof/index.ts";
import { finish } from "./driving/steps.ts";
import { type BoundWork, boundWork } from "./field-bounds.ts";
import { type Boxes, emptyBoxes, type Hull, newHull, type Part, partOf, partsOf, type Variants } from "./variants.ts";

/**
 * All that chips of a circuit share: which devices each cell, sum and output depends on, which integers meet there, and room for
 * the fields. One chip at a time is judged on a plan (chip-states.ts), and makes next to no objects.
 */
export interface ChipPlan {
  readonly circuit: Circuit;
  readonly certificate: Certificate;
  readonly index: FlowIndex;
  readonly reachable: ReachableStates;
  /** A certificate whose claims do not make the mean (lemmas 7 and 9 of docs/explanation/proof.md), or that reads what it does not claim, is true of no chip. */
  readonly holds: boolean;
  readonly sums: readonly SumPlan[];
  /** In the order of the certificate's cells. */
  readonly cells: readonly (DecidingPlan | TotalPlan)[];
  readonly symbols: readonly SymbolPlan[];
  /** The numbers of the symbols that can be read after cell number i at entry i + 1; from the sums alone at entry 0. */
  readonly readAfter: readonly (readonly number[])[];
  /** Of each signal that is analog: where it is read first. Null for bits, which neurons send in phase. */
  readonly readers: readonly (Reader | null)[];
  /** What was found of each reader's slice on the chip: by how much the field of each signal is turned on its way to it. */
  readonly angles: Float64Array;
  /** Of each signal on the chip: how far rounding can put its field outside of its boxes. */
  readonly outside: Float64Array;
  /** What rounding does to fields, as a share of the light that meets: 2^-49 a device, for 5.7 units of 2^-53 and light that is at most doubled on its way. */
  readonly rounding: number;
}

interface Reader {
  readonly slice: OpenSlice;
  readonly read: number;
}

/** Of the workers' symbols. */
interface SumPlan {
  readonly open: OpenSlice;
  readonly signals: readonly number[];
  readonly levels: number;
  readonly workers: readonly { readonly port: number; readonly fieldPerLevel: number }[];
  readonly hull: Hull;
  readonly made: Variants;
}

interface DecidingPlan {
  readonly kind: "deciding";
  readonly open: OpenSlice;
  readonly signals: readonly number[];
  readonly inputs: Inputs;
  readonly work: BoundWork;
  readonly made: Variants;
}

/** The bounds of each total are sums of the bounds of its terms, found term by term. */
interface TotalPlan {
  readonly kind: "total";
  readonly open: OpenSlice;
  readonly signals: readonly number[];
  readonly terms: readonly { readonly weight: number; readonly read: number; readonly part: Part }[];
  readonly sums: Hull;
  readonly next: Hull;
  readonly made: Variants;
}

interface SymbolPlan {
  readonly open: OpenSlice;
  readonly top: number;
  /** Numbers of its ports among the outputs of the circuit. */
  readonly ports: readonly number[];
  readonly inputs: Inputs;
  readonly work: BoundWork;
  /** Of each state. */
  readonly wanted: Float64Array;
}

/** The states that the reads of a slice are driven with. */
export interface Inputs {
  readonly parts: readonly Part[];
  readonly states: number;
  /** The rows of the table that they are. */
  readonly kept: Int32Array;
  /** Of each read: its part, and where the box of each state stands there. */
  readonly places: readonly { readonly boxes: Boxes; readonly at: Int32Array }[];
  /** [read][state] */
  readonly boxes: Boxes;
}

/** Throws an Error for a circuit without certificate, which has no cells to drive. */
export function planChips(circuit: Circuit, states: ReachableStates | null = null): ChipPlan {
  const { certificate, aggregate } = circuit;
  if (certificate === null) throw new Error("a circuit without certificate has no cells to drive");
  const reachable = states ?? finish(reachableStates(certificate));
  const sources = sumSources(circuit);
  const index = indexFlow(circuit);
  const { signals } = certificate;
  const cuts = indexCuts(index, signals);
  const producer = new Map<number, Variants>();
  const counted = reachable.problems.length === 0;
  let holds = counted && checkComposition(aggregate, certificate, sources).length === 0;
  const inputsFor = (open: OpenSlice, table: StateTable): Inputs => {
    const inputs = planInputs(certificate, open, table, producer);
    holds &&= inputs !== null;
    return inputs ?? { parts: [], states: 0, kept: new Int32Array(0), places: [], boxes: emptyBoxes(0) };
  };

  const sums = [...sources].map(([id, { symbol, workers: added }]): SumPlan => {
    const open = openSlice(index, planSlice(index, [signals[id]!], []));
    const workers = open.slice.unresolved.map((port) => {
      const input = circuit.inputs[port] as WorkerInput;
      holds &&= input.symbol === symbol;
      return { port, fieldPerLevel: input.fieldPerLevel };
    });
    const { max } = signals[id]!;
    const levels = levelsOf(aggregate, symbol);
    holds &&= workers.length === added.length && max === added.length * (levels - 1);
    const made = valuesOf(id, [...new Array(max + 1).keys()]);
    producer.set(id, made);
    return { open, signals: [id], levels, workers, hull: newHull(max + 1), made };
  });
  const tables = new Map(reachable.cells.map((it) => [it.cell, it]));

  const cells = certificate.cells.map((cell): DecidingPlan | TotalPlan => {
    const outputs = outputsOf(cell);
    const at = (id: number): Position => signals[id]!;
    const open = openSlice(index, planSlice(index, outputs.map(at), cuts));
    if (cell.kind === "sum") {
      const plan = planTotal(certificate, cell, open, producer);
      holds &&= plan !== null;
      const made = plan?.made ?? valuesOf(cell.total, []);
      producer.set(cell.total, made);
      return plan ?? { kind: "total", open, signals: outputs, terms: [], sums: newHull(1), next: newHull(1), made };
    }
    const reached = tables.get(cell) ?? NOTHING;
    const inputs = inputsFor(open, reached.inputs);
    const claimed = rowsOf(reached.outputs, inputs.kept);
    const made = { ...claimed, boxes: emptyBoxes(claimed.values.length) };
    for (const id of outputs) producer.set(id, made);
    return { kind: "deciding", open, signals: outputs, inputs, work: boundWork(open.slice, inputs.states), made };
  });

  const last = circuit.sections.length - 1;
  const producers = new Map(certificate.cells.flatMap((cell, i) => outputsOf(cell).map((id) => [id, i])));
  const readAfter = Array.from({ length: cells.length + 1 }, (): number[] => []);
  const symbols = certificate.symbols.map((terms, j): SymbolPlan => {
    const cell = terms.reduce((latest, { signal }) => Math.max(latest, producers.get(signal) ?? -1), -1);
    readAfter[cell + 1]!.push(j);
    const ports = [...circuit.outputs.keys()].filter((port) => circuit.outputs[port]!.symbol === j);
    const ends = ports.map((port) => ({ section: last, mode: circuit.outputs[port]!.mode }));
    const open = openSlice(index, planSlice(index, ends, cuts));
    const top = levelsOf(receivedOf(aggregate), j) - 1;
    const table = reachable.symbols[j] ?? NOTHING.inputs;
    // Free combination of cells can ask for digits that do not exist; no input does.
    const sum = (row: number): number => sumOf(terms, table, row);
    const rows = [...new Array(table.rows).keys()].filter((row) => sum(row) >= 0 && sum(row) <= top);
    const digits = rowsOf(table, rows);
    const inputs = inputsFor(open, digits);
    const wanted = Float64Array.from(inputs.kept, (row) => sumOf(terms, digits, row));
    return { open, top, ports, inputs, work: boundWork(open.slice, inputs.states), wanted };
  });
  const readers = readersOf(certificate, [...cells, ...symbols]);
  const angles = new Float64Array(signals.length);
  const outside = new Float64Array(signals.length);
  const rounding = (index.events.length + 64) * 2 ** -49;
  return {
    circuit,
    certificate,
    index,
    reachable,
    holds,
    sums,
    cells,
    symbols,
    readAfter,
    readers,
    angles,
    outside,
    rounding,
  };
}

function valuesOf(id: number, values: readonly number[]): Variants {
  return { signals: [id], rows: values.length, values: Int32Array.from(values), boxes: emptyBoxes(values.length) };
}

function readersOf({ signals }: Certificate, slices: readonly { readonly open: OpenSlice }[]): (Reader | null)[] {
  const readers = signals.map((): Reader | null => null);
  for (const { open: slice } of slices) {
    for (const [read, id] of slice.slice.reads.entries()) {
      if (signals[id]!.kind !== "bit") readers[id] ??= { slice, read };
    }
  }
  return readers;
}

/** Where a certificate has no states that could be counted. */
const NOTHING: { readonly inputs: StateTable; readonly outputs: StateTable } = {
  inputs: { signals: [], rows: 0, values: new Int32Array(0) },
  outputs: { signals: [], rows: 0, values: new Int32Array(0) },
};

function rowsOf({ signals, values }: StateTable, rows: ArrayLike<number>): StateTable {
  const width = signals.length;
  const kept = new Int32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) kept.set(values.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return { signals, rows: rows.length, values: kept };
}

/** Null where the slice reads what is not in the table. */
function planInputs(
  certificate: Certificate,
  { slice }: OpenSlice,
  table: StateTable,
  producer: ReadonlyMap<number, Variants>,
): Inputs | null {
  if (slice.unresolved.length > 0) return null;
  const { kept, parts } = partsOf(certificate, table, producer);
  const places = [];
  for (const id of slice.reads) {
    const found = parts.find(({ part }) => part.to.signals.includes(id));
    if (found === undefined) return null;
    const { boxes, signals } = found.part.to;
    const column = signals.indexOf(id);
    places.push({ boxes, at: found.rowIn.map((row) => row * signals.length + column) });
  }
  const boxes = emptyBoxes(places.length * kept.length);
  return { parts: parts.map(({ part }) => part), states: kept.length, kept, places, boxes };
}

function planTotal(
  certificate: Certificate,
  cell: SumCell,
  open: OpenSlice,
  producer: ReadonlyMap<number, Variants>,
): TotalPlan | null {
  const { max } = certificate.signals[cell.total]!;
  const { slice } = open;
  const claimed = inputsOf(cell);
  if (slice.unresolved.length > 0 || slice.reads.some((id) => !claimed.includes(id))) return null;
  const terms = [];
  let reached = new Set([0]);
  for (const { signal, weight } of cell.terms) {
    const from = producer.get(signal);
    if (from === undefined) return null;
    const part = partOf(certificate, from, [signal]);
    terms.push({ weight, read: slice.reads.indexOf(signal), part });
    const values = [...part.to.values].map((value) => weight * value);
    const sums = [...reached].flatMap((from) => values.map((value) => from + value));
    reached = new Set(sums.filter((sum) => sum >= 0 && sum <= max));
  }
  const made = valuesOf(
    cell.total,
    [...reached].sort((a, b) => a - b),
  );
  return { kind: "total", open, signals: [cell.total], terms, sums: newHull(max + 1), next: newHull(max + 1), made };
}
