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
  type Term,
} from "../netlist/index.ts";
import { DEVIATION_LIMIT, larger } from "./comparison.ts";
import { checkComposition } from "./composition.ts";
import { measureMargin } from "./margin.ts";
import type { ProofReport } from "./results.ts";
import { measureSources } from "./sources.ts";
import {
  type CellStates,
  driveStates,
  inputsOf,
  outputsOf,
  reachableStates,
  type StateTable,
  stateText,
  sumOf,
  termsOf,
} from "./states.ts";
import { finish, type StepProgress, type Steps, toldIn, within } from "./steps.ts";

/** Rows evaluated at once: a few hundred kB of fields. */
const PROOF_BATCH = 4096;

/** Enough to see what kind of thing is wrong. */
const PROBLEM_LIMIT = 24;

/** `proveSteps` at once. */
export function prove(circuit: Circuit): ProofReport {
  return finish(proveSteps(circuit));
}

/**
 * Proves on the devices of a checked circuit that every word of every worker gives the word of the specification.
 *
 * 1. P: the field of each symbol sum depends on the workers' symbols alone, on each equally (unit fields through the devices).
 *    Sums between the units of a cascade are linear as well, and are checked by their coefficients.
 * 2. Cells: for every reachable state the light through the cell's devices is what the cell claims; the distance of every
 *    comparator from a change of mind is measured (margin.ts) and must exceed what rounding can add up to.
 * 3. T and receivers: for every reachable state every receiver of every worker reads the claimed symbol.
 * 4. Arithmetic: the claims compose to Q(mean) (composition.ts).
 */
export function* proveSteps(circuit: Circuit): Steps<ProofReport> {
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
    allStates: 0,
    comparatorMargin: Number.POSITIVE_INFINITY,
    receiverError: 0,
    worstDeviation: 0,
  };
  const reachable = yield* toldIn("cells", reachableStates(certificate));
  search.allStates = [...reachable.cells.map(({ inputs }) => inputs), ...reachable.symbols].reduce(
    (sum, { rows }) => sum + rows,
    0,
  );
  const sums = measureSources(index, certificate);
  search.worstDeviation = sums.worstDeviation;
  search.problems.push(...reachable.problems.slice(0, PROBLEM_LIMIT), ...sums.problems.slice(0, PROBLEM_LIMIT));
  search.problems.push(...checkComposition(circuit.aggregate, certificate, sums.sources).slice(0, PROBLEM_LIMIT));
  for (const cell of certificate.cells) if (cell.kind === "sum") proveSum(search, cell);
  for (const states of reachable.cells) yield* proveCell(search, states);
  for (const [symbol, table] of reachable.symbols.entries()) yield* proveReceivers(search, symbol, table);
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
  /** As many states there are to be tried. */
  allStates: number;
  comparatorMargin: number;
  receiverError: number;
  worstDeviation: number;
}

function statesTried({ states, allStates }: Search): StepProgress {
  return { done: states, total: allStates, unit: "states", wrong: null };
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

/** Past the first few dozen a problem says nothing new; that there is one is never forgotten. */
function report(search: Search, problem: () => string): void {
  if (search.problems.length < PROBLEM_LIMIT) search.problems.push(problem());
}

/** `carry1_0 in section 4 (layer2)` */
function place({ circuit, certificate }: Search, signal: number): string {
  const { name, section } = certificate.signals[signal]!;
  return `${name} in section ${section} (${circuit.sections[section]!.name})`;
}

/** What rounding of the terms can add up to, in units of their sum. */
function roundingOf(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + Math.abs(term.weight), 0) * DEVIATION_LIMIT;
}

/** A sum cell is nothing but linear optics, with the claimed weight from each of its terms to the total. */
function proveSum(search: Search, cell: SumCell): void {
  const { certificate } = search;
  const { signals } = certificate;
  const total = signals[cell.total]!;
  const slice = sliceProgram(search.index, [total], search.cuts);
  if (!readsOnly(search, `cell ${cell.name}`, slice, slice.reads, inputsOf(cell))) return;
  if (slice.activations.length > 0) report(search, () => `cell ${cell.name} is not linear`);
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
  search.worstDeviation = larger(search.worstDeviation, error);
  if (!(error <= DEVIATION_LIMIT)) {
    report(search, () => `cell ${cell.name}: ${place(search, cell.total)} can be off by ${error}`);
  }
}

function* proveCell(search: Search, states: CellStates): Steps<void> {
  const { certificate } = search;
  const { cell } = states;
  const outputs = outputsOf(cell);
  const slice = sliceProgram(
    search.index,
    outputs.map((id) => certificate.signals[id]!),
    search.cuts,
  );
  const { reads } = slice;
  if (!readsOnly(search, `cell ${cell.name}`, slice, reads, inputsOf(cell))) return;

  for (let from = 0; from < states.inputs.rows; from += PROOF_BATCH) {
    const rows = Math.min(PROOF_BATCH, states.inputs.rows - from);
    const re = driveStates(certificate, reads, states.inputs, from, rows);
    const fields = runSlice(slice, { vectors: rows, re, im: null });
    outputs.forEach((id, o) => {
      const unit = certificate.signals[id]!.fieldPerUnit;
      for (let v = 0; v < rows; v++) {
        const claimed = states.outputs.values[(from + v) * outputs.length + o]!;
        const error = Math.hypot(fields.re[o * rows + v]! / unit - claimed, fields.im[o * rows + v]! / unit);
        search.worstDeviation = larger(search.worstDeviation, error);
        if (!(error <= DEVIATION_LIMIT)) {
          report(search, () => {
            const got = fields.re[o * rows + v]! / unit;
            const state = stateText(certificate, states.inputs, from + v);
            return `cell ${cell.name}: ${place(search, id)} is ${got}, not ${claimed}, at ${state}`;
          });
        }
      }
    });
    search.states += rows;
    yield statesTried(search);
  }
  // Rectifiers pass what is above nothing: where set and unless are equal, such a cell decides by the height of bits alone.
  if (cell.kind === "only" && slice.activations.some(({ range }) => range === Number.POSITIVE_INFINITY)) return;
  const { margin, moved } = yield* within(measureMargin(certificate, slice, states), () => statesTried(search));
  search.comparatorMargin = Number.isNaN(margin) ? margin : Math.min(search.comparatorMargin, margin);
  if (!(margin > roundingOf(termsOf(cell)))) {
    report(search, () => `cell ${cell.name} decides with a margin of ${margin} grid steps, which is none`);
  }
  if (moved !== null) {
    report(
      search,
      () => `cell ${cell.name} does not keep its margin: ${place(search, moved.signal)} gives way at ${moved.state}`,
    );
  }
}

function* proveReceivers(search: Search, symbol: number, table: StateTable): Steps<void> {
  const { certificate, circuit } = search;
  const terms = certificate.symbols[symbol]!;
  const ports = circuit.outputs.filter((port) => port.symbol === symbol);
  const last = circuit.sections.length - 1;
  if (new Set(ports.map((port) => port.worker)).size !== circuit.aggregate.workers) {
    report(search, () => `symbol ${symbol} does not reach every worker`);
  }
  const slice = sliceProgram(
    search.index,
    ports.map((port) => ({ section: last, mode: port.mode })),
    search.cuts,
  );
  if (!readsOnly(search, `output ${symbol}`, slice, slice.reads, table.signals)) return;
  const rounding = roundingOf(terms);
  for (let from = 0; from < table.rows; from += PROOF_BATCH) {
    const rows = Math.min(PROOF_BATCH, table.rows - from);
    const re = driveStates(certificate, slice.reads, table, from, rows);
    const fields = runSlice(slice, { vectors: rows, re, im: null });
    ports.forEach((port, o) => {
      for (let v = 0; v < rows; v++) {
        const error = Math.abs(fields.re[o * rows + v]! * port.levelsPerField - sumOf(terms, table, from + v));
        search.receiverError = larger(search.receiverError, error);
        if (!(error + rounding < 0.5)) {
          report(
            search,
            () => `receiver ${port.name} is off by ${error} levels at ${stateText(certificate, table, from + v)}`,
          );
        }
      }
    });
    search.states += rows;
    yield statesTried(search);
  }
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
    report(search, () => `${name} depends on ${place(search, stranger)}, which it does not claim to read`);
  }
  if (slice.unresolved.length > 0) report(search, () => `${name} depends on a worker's light directly`);
  return stranger === undefined && slice.unresolved.length === 0;
}
