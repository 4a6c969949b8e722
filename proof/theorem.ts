import type { Certificate, Circuit, SumCell, Term } from "../netlist/index.ts";
import { type Disc, scale } from "./ball.ts";
import { checkComposition, type SumSource } from "./composition.ts";
import { type Flow, type Form, flowOf, placeOf, type Slice, sliceOf } from "./linear.ts";
import type { Steps } from "./pauses.ts";
import {
  type Bounds,
  boundOutputs,
  type Deviation,
  newBounds,
  newTree,
  type Share,
  type System,
  systemOf,
  type Tree,
  type Unit,
} from "./slice-bounds.ts";
import {
  type CellStates,
  inputsOf,
  outputsOf,
  reachableStates,
  type StateTable,
  stateText,
  sumOf,
  termsOf,
} from "./states.ts";
import { boundSum, boundTotal, stepsOff, strangers, weightOf } from "./sums.ts";

/** What was proved of a circuit: upper bounds, each NaN where nothing is known. */
export interface Proof {
  readonly holds: boolean;
  /** The bounds that fail, at most a few dozen. */
  readonly problems: readonly string[];
  /** Reachable states evaluated over all cells and outputs. */
  readonly states: number;
  /** What signals and receivers are off by in their states, without what may come in from outside: no bounds, but figures. */
  readonly worstDeviation: number;
  readonly receiverError: number;
  /** Of each signal, in its units. */
  readonly signals: readonly { readonly name: string; readonly deviation: number }[];
  readonly cells: readonly CellProof[];
  /** Of each output: how far its reading is from the claimed symbol, in levels. */
  readonly receivers: readonly { readonly name: string; readonly states: number; readonly error: number }[];
}

export interface CellProof {
  readonly name: string;
  readonly kind: string;
  /** Null for sums, which are linear. */
  readonly states: number | null;
  /** How far the sum may move in any state until a decision changes, in grid steps; null where nothing is decided. */
  readonly margin: number | null;
  /** How far the sum may be off, in grid steps. */
  readonly deviation: number;
}

const PROBLEM_LIMIT = 24;

/** Half a grid step is the middle between two values: nobody can promise more. */
const MOST_MARGIN = 0.5;

/** A comparator that stands exactly at its margin may fall to either side. */
const WITHIN = 1 - 1e-6;

/**
 * Further off in a state, a signal is not what the certificate says, whatever its bounds; and further no bit may move where the sum
 * moves within the margin. In units of the signal.
 */
const CLAIM_LIMIT = 1e-9;

/** States that are evaluated between two looks at whether to go on. */
const BATCH = 4096;

interface Search {
  readonly flow: Flow;
  readonly certificate: Certificate;
  readonly problems: string[];
  readonly cells: CellProof[];
  /** Of each signal; NaN until it is proved. */
  readonly deviations: Float64Array;
  readonly receivers: { readonly name: string; readonly states: number; readonly error: number }[];
  states: number;
  allStates: number;
  worstDeviation: number;
  receiverError: number;
}

/** The theorem of docs/proof.md for one circuit. */
export function* proveCircuit(circuit: Circuit): Steps<Proof> {
  const { certificate, outputs } = circuit;
  if (certificate === null) {
    const problems = ["the circuit carries no certificate to prove"];
    const unknown = { worstDeviation: Number.NaN, receiverError: Number.NaN };
    return { holds: false, problems, states: 0, ...unknown, signals: [], cells: [], receivers: [] };
  }
  const search: Search = {
    flow: flowOf(circuit),
    certificate,
    problems: [],
    cells: [],
    deviations: new Float64Array(certificate.signals.length).fill(Number.NaN),
    receivers: outputs.map(({ name }) => ({ name, states: 0, error: Number.NaN })),
    states: 0,
    allStates: 0,
    worstDeviation: 0,
    receiverError: 0,
  };
  const reachable = yield* reachableStates(certificate);
  search.allStates = [...reachable.cells.map(({ inputs }) => inputs), ...reachable.symbols].reduce(
    (sum, { rows }) => sum + rows,
    0,
  );
  for (const problem of reachable.problems) report(search, () => problem);
  const sources = new Map<number, SumSource>();
  for (const [id, { kind }] of certificate.signals.entries()) {
    if (kind !== "sum") continue;
    const { source, deviation, off, problems } = boundSum(search.flow, id);
    sources.set(id, source);
    search.worstDeviation = larger(search.worstDeviation, off);
    if (!(off <= CLAIM_LIMIT)) report(search, () => `${certificate.signals[id]!.name} is off by ${off} of its unit`);
    search.deviations[id] = deviation;
    for (const problem of problems) report(search, () => problem);
  }
  for (const problem of checkComposition(circuit.aggregate, certificate, sources)) report(search, () => problem);
  const states = new Map(reachable.cells.map((it) => [it.cell, it]));
  for (const cell of certificate.cells) {
    const reached = cell.kind === "sum" ? null : states.get(cell);
    if (cell.kind === "sum") proveTotal(search, cell);
    else if (reached !== undefined && reached !== null) yield* proveCell(search, reached);
  }
  for (const [symbol, table] of reachable.symbols.entries()) yield* proveReceivers(search, symbol, table);
  if (reachable.symbols.length !== circuit.aggregate.symbols) report(search, () => "not every symbol is claimed");
  const { problems, cells, receivers, worstDeviation, receiverError } = search;
  const signals = certificate.signals.map(({ name }, id) => ({ name, deviation: search.deviations[id]! }));
  const figures = { states: search.states, worstDeviation, receiverError };
  return { holds: problems.length === 0, problems, ...figures, signals, cells, receivers };
}

/** Past the first few dozen a problem says nothing new; that there is one is never forgotten. */
function report({ problems }: Search, problem: () => string): void {
  if (problems.length < PROBLEM_LIMIT) problems.push(problem());
}

/** `carry1_0 in section 4 (layer2)` */
function placeText({ certificate, flow }: Search, signal: number): string {
  const { name, section } = certificate.signals[signal]!;
  return `${name} in section ${section} (${flow.circuit.sections[section]!.name})`;
}

function proveTotal(search: Search, cell: SumCell): void {
  const { flow, deviations, cells } = search;
  const { name, kind } = cell;
  const { deviation, off, problems } = boundTotal(flow, cell, deviations);
  search.worstDeviation = larger(search.worstDeviation, off);
  if (!(off <= CLAIM_LIMIT))
    report(search, () => `cell ${name}: ${placeText(search, cell.total)} can be off by ${off}`);
  deviations[cell.total] = deviation;
  for (const problem of problems) report(search, () => problem);
  cells.push({ name, kind, states: null, margin: null, deviation: stepsOff(cell, deviations) });
}

/** Whether a slice reads what it claims to read, and nothing else. */
function readsOnly(search: Search, name: string, slice: Slice, allowed: readonly number[]): boolean {
  const problems = strangers(search.flow, name, slice, allowed);
  for (const problem of problems) report(search, () => problem);
  return problems.length === 0;
}

/** Reads of a slice as the numbers that a state sets, and the deviations of each. */
function sharesFor(
  { certificate }: Search,
  table: StateTable,
): (form: Form) => { values: Share[]; deviations: Share[] } {
  return (form) => {
    const all = [...form.signals].map(([id, weight]): readonly [number, Disc] => [
      table.signals.indexOf(id),
      scale(weight, certificate.signals[id]!.fieldPerUnit),
    ]);
    return { values: all, deviations: all };
  };
}

/** Lemma 4 in all states of a table, a few thousand at once. */
function* boundAll(
  search: Search,
  { system, tree, table, claims }: Driven,
  size: 0 | 1,
  budget: number,
): Steps<Bounds> {
  const bounds = newBounds(system.outputs.length);
  const before = search.states;
  for (let from = 0; from < table.rows; from += BATCH) {
    const to = Math.min(table.rows, from + BATCH);
    const states = { from, to, width: table.signals.length, values: table.values, claims };
    boundOutputs(system, tree, states, size, budget, bounds);
    if (size === 1) search.states = before + to;
    yield { done: search.states, total: search.allStates, unit: "states", wrong: null };
  }
  return bounds;
}

/**
 * Bounds with boxes around the inputs, and what exact inputs give. Where no box cuts a decision the two have the same middles, so
 * that exact inputs are driven only where a middle is off.
 */
function* boundBoth(search: Search, driven: Driven): Steps<{ readonly bounds: Bounds; readonly exact: Bounds }> {
  const bounds = yield* boundAll(search, driven, 1, 0);
  const same = bounds.middles.every((middle) => middle <= CLAIM_LIMIT);
  return { bounds, exact: same ? bounds : yield* boundAll(search, driven, 0, 0) };
}

/** A slice in the states that can reach it. */
interface Driven {
  readonly system: System;
  readonly tree: Tree;
  readonly table: StateTable;
  readonly claims: ArrayLike<number>;
}

/** What the terms may be off by as far as a certificate is concerned, in units of their sum. */
function slackOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { weight }) => sum + Math.abs(weight), 0) * CLAIM_LIMIT;
}

/** Lemma 6. */
function* proveCell(search: Search, { cell, inputs, outputs }: CellStates): Steps<void> {
  const { flow, certificate, deviations } = search;
  const { signals } = certificate;
  const { name, kind } = cell;
  const made = outputsOf(cell);
  const places = made.map((id) => placeOf(flow, id));
  const slice = sliceOf(flow, places, new Set(made));
  if (!readsOnly(search, `cell ${name}`, slice, inputsOf(cell))) return;
  const units = made.map((id): Unit => ({ times: 1, over: signals[id]!.fieldPerUnit, realPart: false }));
  const radii = inputs.signals.map((id): Deviation => ({ radius: deviations[id]!, steps: weightOf(cell, id) }));
  const system = systemOf(slice, units, radii, sharesFor(search, inputs));
  const driven = { system, tree: newTree(system), table: inputs, claims: outputs.values };
  const { bounds, exact } = yield* boundBoth(search, driven);
  for (const [o, id] of made.entries()) {
    const error = bounds.errors[o]!;
    deviations[id] = error;
    search.worstDeviation = larger(search.worstDeviation, exact.middles[o]!);
    if (!(exact.middles[o]! <= CLAIM_LIMIT)) {
      const row = exact.farthest[o]!;
      const claim = outputs.values[row * made.length + o]!;
      const at = stateText(certificate, inputs, row);
      report(search, () => `cell ${name}: ${placeText(search, id)} is ${exact.fields[o]}, not ${claim}, at ${at}`);
    } else if (!(error < 0.5) && !Number.isNaN(stepsOff(cell, deviations))) {
      const at = stateText(certificate, inputs, bounds.worst[o]!);
      report(search, () => `cell ${name}: ${placeText(search, id)} can be off by ${error} at ${at}`);
    }
  }
  const deviation = stepsOff(cell, deviations);
  if (Number.isNaN(deviation)) report(search, () => `cell ${name} reads what is not decided`);
  const rectifies = kind === "only" && slice.neurons.some(({ range }) => range === Number.POSITIVE_INFINITY);
  const bits = made.filter((id) => signals[id]!.kind === "bit").length;
  const compares = slice.signals.some((id) => weightOf(cell, id) !== 0);
  const margin = rectifies || bits === 0 ? null : compares ? Math.min(MOST_MARGIN, exact.margin) : Number.NaN;
  search.cells.push({ name, kind, states: inputs.rows, margin, deviation });
  if (margin === null) return;
  if (!(margin > slackOf(termsOf(cell)))) {
    report(search, () => `cell ${name} decides with a margin of ${margin} grid steps, which is none`);
  } else if (margin <= deviation) {
    report(
      search,
      () => `cell ${name} decides with a margin of ${margin} grid steps, and its sum can be off by ${deviation}`,
    );
  }
  const moved = yield* boundAll(search, driven, 0, margin * WITHIN);
  const way = made.findIndex((_, o) => o < bits && !(moved.errors[o]! <= CLAIM_LIMIT));
  if (way < 0) return;
  const at = stateText(certificate, inputs, moved.worst[way]!);
  report(search, () => `cell ${name} does not keep its margin: ${placeText(search, made[way]!)} gives way at ${at}`);
}

/** Lemma 8. */
function* proveReceivers(search: Search, symbol: number, table: StateTable): Steps<void> {
  const { certificate, flow, deviations } = search;
  const { circuit } = flow;
  const terms = certificate.symbols[symbol]!;
  const ports = [...circuit.outputs.entries()].filter(([, port]) => port.symbol === symbol);
  if (new Set(ports.map(([, { worker }]) => worker)).size !== circuit.aggregate.workers) {
    report(search, () => `symbol ${symbol} does not reach every worker`);
  }
  const places = ports.map(([, { mode }]) => ({ mode, after: flow.last[mode]! }));
  const slice = sliceOf(flow, places, new Set());
  if (!readsOnly(search, `output ${symbol}`, slice, table.signals)) return;
  const units = ports.map(([, { levelsPerField }]): Unit => ({ times: levelsPerField, over: 1, realPart: true }));
  const radii = table.signals.map((id): Deviation => ({ radius: deviations[id]!, steps: 0 }));
  const system = systemOf(slice, units, radii, sharesFor(search, table));
  const claims = new Float64Array(table.rows * ports.length);
  for (let row = 0; row < table.rows; row++) {
    claims.fill(sumOf(terms, table, row), row * ports.length, (row + 1) * ports.length);
  }
  const driven = { system, tree: newTree(system), table, claims };
  const { bounds, exact } = yield* boundBoth(search, driven);
  const slack = slackOf(terms);
  for (const [o, [number, { name }]] of ports.entries()) {
    const error = bounds.errors[o]!;
    search.receivers[number] = { name, states: table.rows, error };
    search.receiverError = larger(search.receiverError, exact.middles[o]!);
    if (!(exact.middles[o]! + slack < 0.5)) {
      const at = stateText(certificate, table, exact.farthest[o]!);
      report(search, () => `receiver ${name} is off by ${exact.middles[o]} levels at ${at}`);
    } else if (!(error < 0.5)) {
      const at = stateText(certificate, table, bounds.worst[o]!);
      const by = Number.isNaN(error) ? "reads what is not decided" : `can be off by ${error} levels`;
      report(search, () => `receiver ${name} ${by} at ${at}`);
    }
  }
}

/** The larger of two numbers; what is no number is the largest of all, and stays it. */
function larger(a: number, b: number): number {
  return Number.isNaN(a) || a > b ? a : b;
}
