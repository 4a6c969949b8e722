import {
  type Certificate,
  type Circuit,
  type CutIndex,
  type FlowIndex,
  indexCuts,
  indexFlow,
  runSlice,
  type Slice,
  type SumCell,
  sliceProgram,
} from "../netlist/index.ts";
import { checkComposition } from "./composition.ts";
import type { ProofReport } from "./report.ts";
import { measureSources } from "./sources.ts";
import { type CellStates, inputsOf, outputsOf, reachableStates, type StateTable, sumOf } from "./states.ts";

/** Largest deviation of a signal from its nominal field that counts as rounding, in units of the signal. */
export const DEVIATION_LIMIT = 1e-9;

/** Rows evaluated at once: a few hundred kB of fields. */
const BATCH = 4096;

/** Where in a grid step the slope of the comparators is measured. */
const PROBE = 2 ** -12;

/** Enough to see what kind of thing is wrong. */
const PROBLEM_LIMIT = 24;

/**
 * Proves on the devices of the circuit that every word of every worker gives the word of the specification.
 *
 * 1. P: the field of each symbol sum depends on the workers' symbols alone, on each equally (unit fields through the devices).
 *    Sums between the units of a cascade are linear as well, and are checked by their coefficients.
 * 2. Cells: for every reachable state the light through the cell's devices is what the cell claims; the distance of every
 *    comparator from a change of mind is measured from the fields before its activations and their slopes.
 * 3. T and receivers: for every reachable state every receiver of every worker reads the claimed symbol.
 * 4. Arithmetic: the claims compose to Q(mean) (composition.ts).
 */
export function prove(circuit: Circuit): ProofReport {
  const { certificate } = circuit;
  if (certificate === null) return failed(["the circuit carries no certificate to prove"]);
  const index = indexFlow(circuit);
  const search: Search = {
    circuit,
    certificate,
    index,
    cuts: indexCuts(index, certificate.signals),
    problems: [],
    states: 0,
    comparatorMargin: Number.POSITIVE_INFINITY,
    receiverError: 0,
    worstDeviation: 0,
  };
  const reachable = reachableStates(certificate);
  const sums = measureSources(index, certificate);
  search.worstDeviation = sums.worstDeviation;
  search.problems.push(...reachable.problems, ...sums.problems);
  search.problems.push(...checkComposition(circuit.aggregate, certificate, sums.sources));
  for (const cell of certificate.cells) if (cell.kind === "sum") proveSum(search, cell);
  for (const states of reachable.cells) proveCell(search, states);
  reachable.symbols.forEach((table, symbol) => {
    proveReceivers(search, symbol, table);
  });
  if (search.worstDeviation > DEVIATION_LIMIT) {
    search.problems.push(`a signal is off by ${search.worstDeviation} of its unit, more than rounding`);
  }
  const holds = search.problems.length === 0;
  return {
    holds,
    problems: search.problems.slice(0, PROBLEM_LIMIT),
    states: search.states,
    cells: certificate.cells.length,
    comparatorMargin: search.comparatorMargin,
    receiverMargin: 0.5 - search.receiverError,
    worstDeviation: search.worstDeviation,
    proved: holds ? PROVED : [],
    assumed: ASSUMED,
  };
}

const PROVED: readonly string[] = [
  "every symbol sum depends on the workers' symbols alone, on each worker equally (unit fields through the devices)",
  "every cell gives its claimed bits and residual in every reachable state (fields through the devices)",
  "every receiver of every worker reads the claimed symbol in every reachable state",
  "the claims compose to the rounded mean: N q + R = S + c with 0 <= R < N, as an identity of integers",
];

const ASSUMED: readonly string[] = [
  "devices follow the MZI convention and the ideal activation; light is coherent and in phase at the inputs",
  `double precision: deviations below ${DEVIATION_LIMIT} of a unit are rounding, absorbed by the comparators' margin`,
];

interface Search {
  readonly circuit: Circuit;
  readonly certificate: Certificate;
  readonly index: FlowIndex;
  /** Where all signals of the certificate are. */
  readonly cuts: CutIndex;
  readonly problems: string[];
  states: number;
  comparatorMargin: number;
  receiverError: number;
  worstDeviation: number;
}

function failed(problems: readonly string[]): ProofReport {
  return {
    holds: false,
    problems,
    states: 0,
    cells: 0,
    comparatorMargin: Number.NaN,
    receiverMargin: Number.NaN,
    worstDeviation: Number.NaN,
    proved: [],
    assumed: ASSUMED,
  };
}

/** A sum cell is nothing but linear optics, with the claimed weight from each of its terms to the total. */
function proveSum(search: Search, cell: SumCell): void {
  const { certificate } = search;
  const { signals } = certificate;
  const total = signals[cell.total]!;
  const slice = sliceProgram(search.index, [total], search.cuts);
  if (!readsOnly(search, cell.name, slice, slice.reads, inputsOf(cell))) return;
  if (slice.activations.length > 0) search.problems.push(`cell ${cell.name} is not linear`);
  const form = slice.outputs[0]!;
  let error = Math.hypot(form.constantRe, form.constantIm) / Math.abs(total.fieldPerUnit);
  for (const id of inputsOf(cell)) {
    const { fieldPerUnit, max } = signals[id]!;
    const claimed = cell.terms.reduce((sum, term) => sum + (term.signal === id ? term.weight : 0), 0);
    const j = slice.reads.indexOf(id);
    const scale = fieldPerUnit / total.fieldPerUnit;
    const weight = j < 0 ? 0 : form.re[j]! * scale;
    error += max * Math.hypot(weight - claimed, j < 0 ? 0 : form.im[j]! * scale);
  }
  if (!(error <= search.worstDeviation)) search.worstDeviation = error;
  if (!(error <= DEVIATION_LIMIT) && search.problems.length < PROBLEM_LIMIT) {
    search.problems.push(`cell ${cell.name}: ${total.name} can be off by ${error}`);
  }
}

function proveCell(search: Search, states: CellStates): void {
  const { certificate } = search;
  const { cell } = states;
  const outputs = outputsOf(cell);
  const slice = sliceProgram(
    search.index,
    outputs.map((id) => certificate.signals[id]!),
    search.cuts,
  );
  const { reads } = slice;
  if (!readsOnly(search, cell.name, slice, reads, inputsOf(cell))) return;

  // A comparator's margin is about its analog value: shift one term of E by a little and see the fields before activations move.
  const shiftedSource = Math.max(
    reads.findIndex((id) => certificate.signals[id]!.kind !== "bit"),
    0,
  );
  const shiftedSignal = reads[shiftedSource]!;
  const weight = cell.kind === "only" ? 1 : (cell.terms.find((term) => term.signal === shiftedSignal)?.weight ?? 1);
  const probe = (PROBE / weight) * certificate.signals[shiftedSignal]!.fieldPerUnit;

  forBatches(states.inputs, (from, rows) => {
    const re = drive(certificate, reads, states.inputs, from, rows);
    const fields = runSlice(slice, { vectors: rows, re, im: null }, true);
    outputs.forEach((id, o) => {
      const unit = certificate.signals[id]!.fieldPerUnit;
      for (let v = 0; v < rows; v++) {
        const claimed = states.outputs.values[(from + v) * outputs.length + o]!;
        const error = Math.hypot(fields.re[o * rows + v]! / unit - claimed, fields.im[o * rows + v]! / unit);
        if (!(error <= search.worstDeviation)) search.worstDeviation = error;
        if (!(error <= DEVIATION_LIMIT) && search.problems.length < PROBLEM_LIMIT) {
          const state = describe(certificate, states.inputs, from + v);
          search.problems.push(
            `cell ${cell.name}: ${certificate.signals[id]!.name} is ${fields.re[o * rows + v]! / unit}, not ${claimed}, at ${state}`,
          );
        }
      }
    });
    search.states += rows;
    if (cell.kind === "only") return;
    for (let v = 0; v < rows; v++) re[shiftedSource * rows + v]! += probe;
    const moved = runSlice(slice, { vectors: rows, re, im: null }, true);
    const before = fields.before!.re;
    const after = moved.before!.re;
    for (let i = 0; i < before.length; i++) {
      if (before[i]! > 0) continue;
      const slope = Math.abs(after[i]! - before[i]!) / PROBE;
      if (slope > 0) search.comparatorMargin = Math.min(search.comparatorMargin, -before[i]! / slope);
    }
  });
}

function proveReceivers(search: Search, symbol: number, table: StateTable): void {
  const { certificate, circuit } = search;
  const terms = certificate.symbols[symbol]!;
  const ports = circuit.outputs.filter((port) => port.symbol === symbol);
  const last = circuit.sections.length - 1;
  if (new Set(ports.map((port) => port.worker)).size !== circuit.aggregate.workers) {
    search.problems.push(`symbol ${symbol} does not reach every worker`);
  }
  const slice = sliceProgram(
    search.index,
    ports.map((port) => ({ section: last, mode: port.mode })),
    search.cuts,
  );
  if (!readsOnly(search, `output ${symbol}`, slice, slice.reads, table.signals)) return;
  forBatches(table, (from, rows) => {
    const re = drive(certificate, slice.reads, table, from, rows);
    const fields = runSlice(slice, { vectors: rows, re, im: null });
    ports.forEach((port, o) => {
      for (let v = 0; v < rows; v++) {
        const error = Math.abs(fields.re[o * rows + v]! * port.levelsPerField - sumOf(terms, table, from + v));
        if (!(error <= search.receiverError)) search.receiverError = error;
        if (!(error < 0.5) && search.problems.length < PROBLEM_LIMIT) {
          search.problems.push(
            `receiver ${port.name} is off by ${error} levels at ${describe(certificate, table, from + v)}`,
          );
        }
      }
    });
    search.states += rows;
  });
}

/** The slice must depend on the claimed inputs only: on no other signal and on no worker's light that P has not summed. */
function readsOnly(
  search: Search,
  name: string,
  slice: Slice,
  reads: readonly number[],
  allowed: readonly number[],
): boolean {
  const stranger = reads.find((id) => !allowed.includes(id));
  if (stranger !== undefined) {
    search.problems.push(
      `${name} depends on ${search.certificate.signals[stranger]!.name}, which it does not claim to read`,
    );
  }
  if (slice.unresolved.length > 0) search.problems.push(`${name} depends on a worker's light directly`);
  return stranger === undefined && slice.unresolved.length === 0;
}

function forBatches(table: StateTable, work: (from: number, rows: number) => void): void {
  for (let from = 0; from < table.rows; from += BATCH) work(from, Math.min(BATCH, table.rows - from));
}

/** Nominal fields of the signals in `reads` for rows from..from+rows, [signal][row]. */
function drive(
  certificate: Certificate,
  reads: readonly number[],
  table: StateTable,
  from: number,
  rows: number,
): Float64Array {
  const fields = new Float64Array(reads.length * rows);
  const width = table.signals.length;
  reads.forEach((id, j) => {
    const unit = certificate.signals[id]!.fieldPerUnit;
    const column = table.signals.indexOf(id);
    for (let v = 0; v < rows; v++) fields[j * rows + v] = unit * table.values[(from + v) * width + column]!;
  });
  return fields;
}

function describe(certificate: Certificate, table: StateTable, row: number): string {
  return table.signals
    .map((id, k) => `${certificate.signals[id]!.name}=${table.values[row * table.signals.length + k]}`)
    .join(" ");
}
