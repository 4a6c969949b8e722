import {
  type Cell,
  type Certificate,
  type Circuit,
  composeSlice,
  type FlowIndex,
  indexCuts,
  indexFlow,
  type OutputPort,
  type Position,
  planSlice,
  type Slice,
  type SlicePlan,
  type SumCell,
  symbolLevels,
  type Term,
  type WorkerInput,
} from "../netlist/index.ts";
import { angleOfRead, inAxes } from "./axes.ts";
import { producersOf } from "./bound.ts";
import { boundSlice } from "./field-bounds.ts";
import { type DecidingCell, inputsOf, outputsOf, termsOf } from "./states.ts";
import { type Boxes, boxesOf, combine, emptyBoxes, emptyHull, type Hull, sumsIn, type Variants } from "./variants.ts";

/** What does not depend on the chip: which devices each cell, sum and output depends on. */
export interface ChipPlan {
  readonly circuit: Circuit;
  readonly certificate: Certificate;
  readonly index: FlowIndex;
  readonly sums: readonly { readonly id: number; readonly levels: number; readonly slice: SlicePlan }[];
  /** In the order of the certificate's cells. */
  readonly cells: readonly {
    readonly cell: Cell;
    readonly reads: readonly number[];
    readonly slice: SlicePlan;
  }[];
  /** In the order in which they can be read: after cell number `after` (-1: from the sums alone). */
  readonly symbols: readonly {
    readonly after: number;
    readonly top: number;
    readonly terms: readonly Term[];
    readonly ports: readonly OutputPort[];
    readonly slice: SlicePlan;
  }[];
  /** Of each signal that is analog: what reads it first. Null for bits, which neurons send in phase. */
  readonly readers: readonly (Reader | null)[];
}

/** A cell or an output symbol, by its number. */
interface Reader {
  readonly kind: "cell" | "symbol";
  readonly number: number;
}

/** Throws an Error for a circuit without certificate, which has no cells to drive. */
export function planChips(circuit: Circuit): ChipPlan {
  const { certificate } = circuit;
  if (certificate === null) throw new Error("a circuit without certificate has no cells to drive");
  const index = indexFlow(circuit);
  const { signals } = certificate;
  const levels = symbolLevels(circuit.aggregate);
  const sums = signals.flatMap((signal, id) => (signal.kind === "sum" ? [{ id, signal }] : []));
  const last = circuit.sections.length - 1;
  const cuts = indexCuts(index, signals);
  const producers = producersOf(certificate);
  const plan: Omit<ChipPlan, "readers"> = {
    circuit,
    certificate,
    index,
    // Units of a cascade sum symbol by symbol each.
    sums: sums.map(({ id, signal }, i) => ({
      id,
      levels: levels[i % levels.length]!,
      slice: planSlice(index, [signal], []),
    })),
    cells: certificate.cells.map((cell) => {
      const at = (id: number): Position => signals[id]!;
      const slice = planSlice(index, outputsOf(cell).map(at), cuts);
      return { cell, reads: slice.reads, slice };
    }),
    symbols: certificate.symbols.map((terms, j) => {
      const made = terms.map((term) => producers.get(term.signal) ?? -1);
      const ports = circuit.outputs.filter((port) => port.symbol === j);
      const wanted = ports.map((port) => ({ section: last, mode: port.mode }));
      const slice = planSlice(index, wanted, cuts);
      return { after: made.reduce((last, cell) => Math.max(last, cell), -1), top: levels[j]! - 1, terms, ports, slice };
    }),
  };
  return { ...plan, readers: readersOf(plan) };
}

function readersOf({ certificate, cells, symbols }: Omit<ChipPlan, "readers">): (Reader | null)[] {
  const readers = certificate.signals.map((): Reader | null => null);
  const note = (kind: Reader["kind"], number: number, reads: readonly number[]): void => {
    for (const id of reads) if (certificate.signals[id]!.kind !== "bit") readers[id] ??= { kind, number };
  };
  for (const [number, { reads }] of cells.entries()) note("cell", number, reads);
  for (const [number, { slice }] of symbols.entries()) note("symbol", number, slice.reads);
  return readers;
}

/**
 * Whether every receiver reads the right symbol for all words of all workers; false also where that could not be shown.
 *
 * Every signal is known as boxes in the complex plane, one an integer state of the cell that makes it, which hold all
 * fields that carry it on this chip; what a cell makes of boxes is bounded by what its devices and neurons do to them
 * (field-bounds.ts). The sides of the boxes of an analog signal lie along what the first detector behind it sees and does not see
 * (axes.ts). Bounds are only ever wide: signals of different cells are combined freely, and the corner of a box may
 * be out of reach. So a chip may be judged worse than it is, not better.
 */
export function chipIsPerfect(plan: ChipPlan, chip: FlowIndex): boolean {
  const { certificate } = plan;
  const producer = new Map<number, Variants>();
  const slices = { cell: new Map<number, Slice>(), symbol: new Map<number, Slice>() };
  const sliceOf = ({ kind, number }: Reader): Slice => {
    const known = slices[kind].get(number);
    if (known !== undefined) return known;
    const made =
      kind === "cell" ? composeSlice(chip, plan.cells[number]!.slice) : symbolSlice(chip, plan.symbols[number]!);
    slices[kind].set(number, made);
    return made;
  };
  const angleOf = (id: number): number => {
    const reader = plan.readers[id] ?? null;
    if (reader === null) return 0;
    const slice = sliceOf(reader);
    return angleOfRead(slice, slice.reads.indexOf(id));
  };
  const turned = (slice: Slice, outputs: readonly number[]): Slice =>
    inAxes(slice, slice.reads.map(angleOf), outputs.map(angleOf));
  for (const { id, levels, slice } of plan.sums) {
    const made = sumVariants(chip, turned(composeSlice(chip, slice), [id]), id, certificate.signals[id]!.max, levels);
    if (!finite(made)) return false;
    producer.set(id, made);
  }
  // Symbols are read as soon as they can be: a bad chip is bad before its errors have multiplied.
  const readsWell = (after: number): boolean =>
    plan.symbols.every(
      (symbol, number) =>
        symbol.after !== after ||
        symbolReadsWell(chip, certificate, turned(sliceOf({ kind: "symbol", number }), []), symbol, producer),
    );
  if (!readsWell(-1)) return false;
  for (const [number, { cell, reads }] of plan.cells.entries()) {
    const slice = turned(sliceOf({ kind: "cell", number }), outputsOf(cell));
    const made =
      cell.kind === "sum"
        ? totalVariants(certificate, slice, reads, cell, producer)
        : cellVariants(certificate, slice, reads, cell, producer);
    if (!finite(made)) return false;
    for (const id of made.signals) producer.set(id, made);
    if (!readsWell(number)) return false;
  }
  return true;
}

/** Of the fields as the oscillators of the receivers see them. */
function symbolSlice(chip: FlowIndex, { slice, ports }: ChipPlan["symbols"][number]): Slice {
  const { re, im } = chip.receivers;
  const angles = portsOf(chip, ports).map((o) => Math.atan2(im[o]!, re[o]!));
  return inAxes(composeSlice(chip, slice), [], angles);
}

/** What compares fields would pass over one that is not a number. */
function finite({ re, im, spreadRe, spreadIm }: Boxes): boolean {
  return [re, im, spreadRe, spreadIm].every((fields) => fields.every(Number.isFinite));
}

function cellVariants(
  certificate: Certificate,
  slice: Slice,
  reads: readonly number[],
  cell: DecidingCell,
  producer: ReadonlyMap<number, Variants>,
): Variants {
  const inputs = combine(certificate, inputsOf(cell), producer);
  const outputs = outputsOf(cell);
  const fields = boundSlice(slice, inputs.rows, columnsOf(reads, inputs));
  const values = new Int32Array(inputs.rows * outputs.length);
  const boxes = emptyBoxes(inputs.rows * outputs.length);
  const sums = sumsIn(inputs, termsOf(cell));
  let rows = 0;
  for (let row = 0; row < inputs.rows; row++) {
    const at = rows * outputs.length;
    // A state that the cell could not hold is one that no input reaches (bound.ts).
    if (!claimed(certificate, cell, sums[row]!, values, at)) continue;
    rows++;
    for (let o = 0; o < outputs.length; o++) copyBox(fields, o * inputs.rows + row, boxes, at + o);
  }
  return { signals: outputs, rows, values, ...boxes };
}

function symbolReadsWell(
  chip: FlowIndex,
  certificate: Certificate,
  slice: Slice,
  { terms, ports, top }: ChipPlan["symbols"][number],
  producer: ReadonlyMap<number, Variants>,
): boolean {
  const inputs = combine(certificate, [...new Set(terms.map((term) => term.signal))], producer);
  const fields = boundSlice(slice, inputs.rows, columnsOf(slice.reads, inputs));
  const sums = sumsIn(inputs, terms);
  const receivers = portsOf(chip, ports).map((o) => {
    const { re, im, offset } = chip.receivers;
    return { gain: Math.hypot(re[o]!, im[o]!), offset: offset[o]!, perField: chip.circuit.outputs[o]!.levelsPerField };
  });
  for (let row = 0; row < inputs.rows; row++) {
    const wanted = sums[row]!;
    // Free combination of cells can ask for digits that do not exist; no input does.
    if (wanted < 0 || wanted > top) continue;
    for (let o = 0; o < ports.length; o++) {
      const at = o * inputs.rows + row;
      const { gain, offset, perField } = receivers[o]!;
      for (const spread of [-fields.spreadRe[at]!, fields.spreadRe[at]!]) {
        const read = Math.round((gain * (fields.re[at]! + spread) + offset) * perField);
        if (!Number.isFinite(read) || Math.min(Math.max(read, 0), top) !== wanted) return false;
      }
    }
  }
  return true;
}

/** Numbers of the ports among the outputs of the circuit. */
function portsOf({ circuit }: FlowIndex, ports: readonly OutputPort[]): number[] {
  return ports.map((port) => circuit.outputs.indexOf(port));
}

/** Writes what the cell claims where its inputs add up to `sum`; false when it has no claim for such a state. */
function claimed(certificate: Certificate, cell: DecidingCell, sum: number, out: Int32Array, at: number): boolean {
  if (cell.kind === "only") {
    out[at] = sum === 1 ? 1 : 0;
    return true;
  }
  let rest = sum + (cell.kind === "split" ? cell.offset : 0);
  if (cell.kind === "nonzero") {
    out[at] = rest >= 1 ? 1 : 0;
    return true;
  }
  let holds = true;
  cell.bits.forEach((bit, i) => {
    out[at + i] = rest >= bit.weight ? 1 : 0;
    if (rest >= bit.weight) rest -= bit.weight;
    if (rest >= bit.weight) holds = false;
  });
  if (cell.residual === null) return holds;
  out[at + cell.bits.length] = rest;
  return holds && rest <= certificate.signals[cell.residual]!.max;
}

/** Bounds by value as variants of one signal; values that nothing reaches are left out. */
function variantsOf(id: number, hull: Hull): Variants {
  const reached = [...hull.lowRe.keys()].filter((value) => hull.lowRe[value] !== Number.POSITIVE_INFINITY);
  const only = (bound: Float64Array): Float64Array => Float64Array.from(reached, (value) => bound[value]!);
  const kept = {
    lowRe: only(hull.lowRe),
    highRe: only(hull.highRe),
    lowIm: only(hull.lowIm),
    highIm: only(hull.highIm),
  };
  return { signals: [id], rows: reached.length, values: Int32Array.from(reached), ...boxesOf(kept) };
}

/** A sum cell is linear, so that the bounds of each total are sums of the bounds of its terms, found term by term. */
function totalVariants(
  certificate: Certificate,
  slice: Slice,
  reads: readonly number[],
  cell: SumCell,
  producer: ReadonlyMap<number, Variants>,
): Variants {
  const { max } = certificate.signals[cell.total]!;
  const form = slice.outputs[0]!;
  let sums = emptyHull(max + 1);
  for (const bound of [sums.lowRe, sums.highRe]) bound[0] = form.constantRe;
  for (const bound of [sums.lowIm, sums.highIm]) bound[0] = form.constantIm;
  for (const { signal, weight } of cell.terms) {
    const j = reads.indexOf(signal);
    const [cRe, cIm] = [form.re[j] ?? 0, form.im[j] ?? 0];
    const table = combine(certificate, [signal], producer);
    const next = emptyHull(max + 1);
    for (let row = 0; row < table.rows; row++) {
      const value = weight * table.values[row]!;
      const re = cRe * table.re[row]! - cIm * table.im[row]!;
      const im = cRe * table.im[row]! + cIm * table.re[row]!;
      const spreadRe = Math.abs(cRe) * table.spreadRe[row]! + Math.abs(cIm) * table.spreadIm[row]!;
      const spreadIm = Math.abs(cRe) * table.spreadIm[row]! + Math.abs(cIm) * table.spreadRe[row]!;
      for (let from = Math.max(0, -value); from <= Math.min(max, max - value); from++) {
        const to = from + value;
        next.lowRe[to] = Math.min(next.lowRe[to]!, sums.lowRe[from]! + re - spreadRe);
        next.highRe[to] = Math.max(next.highRe[to]!, sums.highRe[from]! + re + spreadRe);
        next.lowIm[to] = Math.min(next.lowIm[to]!, sums.lowIm[from]! + im - spreadIm);
        next.highIm[to] = Math.max(next.highIm[to]!, sums.highIm[from]! + im + spreadIm);
      }
    }
    sums = next;
  }
  return variantsOf(cell.total, sums);
}

/**
 * A combiner that is off weighs its workers differently, so the field of a sum depends on who sends it. Real and imaginary
 * part are each largest when the workers of the largest weights send first, and least when those of the least do.
 */
function sumVariants({ circuit, launch }: FlowIndex, slice: Slice, id: number, max: number, levels: number): Variants {
  const form = slice.outputs[0]!;
  const hull = emptyHull(max + 1);
  /** Of a level of each worker, at the end of the slice. */
  const fields = slice.unresolved.map((port, j) => {
    const field = (circuit.inputs[port] as WorkerInput).fieldPerLevel;
    const [re, im] = [field * launch.re[port]!, field * launch.im[port]!];
    return { re: form.re[j]! * re - form.im[j]! * im, im: form.re[j]! * im + form.im[j]! * re };
  });
  for (const [weights, constant, low, high] of [
    [fields.map(({ re }) => re), form.constantRe, hull.lowRe, hull.highRe],
    [fields.map(({ im }) => im), form.constantIm, hull.lowIm, hull.highIm],
  ] as const) {
    const rising = weights.toSorted((a, b) => a - b);
    for (const [order, bound] of [
      [rising, low],
      [rising.toReversed(), high],
    ] as const) {
      for (let sum = 0; sum <= max; sum++) {
        bound[sum] = constant;
        let rest = sum;
        for (const weight of order) {
          const level = Math.min(levels - 1, rest);
          bound[sum]! += weight * level;
          rest -= level;
        }
      }
    }
  }
  return variantsOf(id, hull);
}

function columnsOf(reads: readonly number[], inputs: Variants): Boxes {
  const { rows, signals } = inputs;
  const boxes = emptyBoxes(reads.length * rows);
  reads.forEach((id, j) => {
    const column = signals.indexOf(id);
    for (let row = 0; row < rows; row++) copyBox(inputs, row * signals.length + column, boxes, j * rows + row);
  });
  return boxes;
}

function copyBox(from: Boxes, source: number, to: Boxes, target: number): void {
  to.re[target] = from.re[source]!;
  to.im[target] = from.im[source]!;
  to.spreadRe[target] = from.spreadRe[source]!;
  to.spreadIm[target] = from.spreadIm[source]!;
}
