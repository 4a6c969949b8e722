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
  symbolLevels,
  type WorkerInput,
} from "../netlist/index.ts";
import { type DecidingCell, inputsOf, outputsOf, termsOf } from "../proof/index.ts";
import { type BoundWork, boundWork } from "./field-bounds.ts";
import {
  type Boxes,
  type Combined,
  combine,
  emptyBoxes,
  type Hull,
  newHull,
  type Part,
  placeIn,
  sumsIn,
  type Variants,
} from "./variants.ts";

/**
 * All that chips of a circuit share: which devices each cell, sum and output depends on, which integers meet there, and room for
 * the fields. One chip at a time is judged on a plan (chip-states.ts), and makes next to no objects.
 */
export interface ChipPlan {
  readonly circuit: Circuit;
  readonly certificate: Certificate;
  readonly index: FlowIndex;
  /** A certificate that reads what it does not claim is true of no chip. */
  readonly claimsItsReads: boolean;
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
  /** Of each read: its part, and where the box of each state stands there. */
  readonly places: readonly { readonly boxes: Boxes; readonly at: Int32Array }[];
  /** [read][state] */
  readonly boxes: Boxes;
}

/** Throws an Error for a circuit without certificate, which has no cells to drive. */
export function planChips(circuit: Circuit): ChipPlan {
  const { certificate } = circuit;
  if (certificate === null) throw new Error("a circuit without certificate has no cells to drive");
  const index = indexFlow(circuit);
  const { signals } = certificate;
  const cuts = indexCuts(index, signals);
  const producer = new Map<number, Variants>();
  let claimsItsReads = true;
  const inputsFor = (open: OpenSlice, joint: Combined | null, kept: readonly number[]): Inputs => {
    const inputs = joint === null ? null : planInputs(open, joint, kept);
    claimsItsReads &&= inputs !== null;
    return inputs ?? { parts: [], states: 0, places: [], boxes: emptyBoxes(0) };
  };

  const levels = symbolLevels(circuit.aggregate);
  const sums = signals
    .flatMap((signal, id) => (signal.kind === "sum" ? [{ id, signal }] : []))
    .map(({ id, signal }, i): SumPlan => {
      const open = openSlice(index, planSlice(index, [signal], []));
      const workers = open.slice.unresolved.map((port) => ({
        port,
        fieldPerLevel: (circuit.inputs[port] as WorkerInput).fieldPerLevel,
      }));
      const made = valuesOf(id, [...new Array(signal.max + 1).keys()]);
      producer.set(id, made);
      // Units of a cascade sum symbol by symbol each.
      return {
        open,
        signals: [id],
        levels: levels[i % levels.length]!,
        workers,
        hull: newHull(signal.max + 1),
        made,
      };
    });

  const cells = certificate.cells.map((cell): DecidingPlan | TotalPlan => {
    const outputs = outputsOf(cell);
    const at = (id: number): Position => signals[id]!;
    const open = openSlice(index, planSlice(index, outputs.map(at), cuts));
    if (cell.kind === "sum") {
      const plan = planTotal(certificate, cell, open, producer);
      claimsItsReads &&= plan !== null;
      const made = plan?.made ?? valuesOf(cell.total, []);
      producer.set(cell.total, made);
      return plan ?? { kind: "total", open, signals: outputs, terms: [], sums: newHull(1), next: newHull(1), made };
    }
    const joint = combine(certificate, inputsOf(cell), producer);
    const claims = joint === null ? { kept: [], values: [] } : claimsOf(certificate, cell, joint);
    const inputs = inputsFor(open, joint, claims.kept);
    const values = Int32Array.from(claims.values);
    const made = { signals: outputs, rows: inputs.states, values, boxes: emptyBoxes(values.length) };
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
    const top = levels[j]! - 1;
    const joint = combine(certificate, [...new Set(terms.map(({ signal }) => signal))], producer);
    const all = joint === null ? new Float64Array(0) : sumsIn(joint, terms);
    // Free combination of cells can ask for digits that do not exist; no input does.
    const kept = [...all.keys()].filter((row) => all[row]! >= 0 && all[row]! <= top);
    const inputs = inputsFor(open, joint, kept);
    const wanted = Float64Array.from(kept, (row) => all[row]!);
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
    claimsItsReads,
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

/** Null where the slice reads what is not in `joint`. */
function planInputs({ slice }: OpenSlice, joint: Combined, kept: readonly number[]): Inputs | null {
  const places = [];
  if (slice.unresolved.length > 0) return null;
  for (const id of slice.reads) {
    const place = placeIn(joint, id);
    if (place === null) return null;
    const { boxes, signals } = joint.parts[place.part]!.to;
    const rows = joint.rowIn[place.part]!;
    places.push({ boxes, at: Int32Array.from(kept, (row) => rows[row]! * signals.length + place.column) });
  }
  const boxes = emptyBoxes(places.length * kept.length);
  return { parts: joint.parts, states: kept.length, places, boxes };
}

/** The states that a cell can hold, and what it claims to make of each; a state that it could not hold no input reaches (bound.ts). */
function claimsOf(
  certificate: Certificate,
  cell: DecidingCell,
  joint: Combined,
): { readonly kept: readonly number[]; readonly values: readonly number[] } {
  const kept: number[] = [];
  const values: number[] = [];
  for (const [row, sum] of sumsIn(joint, termsOf(cell)).entries()) {
    const claimed = claimAt(certificate, cell, sum);
    if (claimed === null) continue;
    kept.push(row);
    values.push(...claimed);
  }
  return { kept, values };
}

/** What the cell claims where its inputs add up to `sum`; null when it has no claim for such a state. */
function claimAt(certificate: Certificate, cell: DecidingCell, sum: number): readonly number[] | null {
  if (cell.kind === "only") return [sum === 1 ? 1 : 0];
  if (cell.kind === "nonzero") return [sum >= 1 ? 1 : 0];
  let rest = sum + cell.offset;
  const values: number[] = [];
  for (const { weight } of cell.bits) {
    const set = rest >= weight;
    values.push(set ? 1 : 0);
    if (set) rest -= weight;
    if (rest >= weight) return null;
  }
  if (cell.residual === null) return values;
  return rest <= certificate.signals[cell.residual]!.max ? [...values, rest] : null;
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
    const joint = combine(certificate, [signal], producer);
    if (joint === null) return null;
    const part = joint.parts[0]!;
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
