import type { Certificate, Circuit, Term } from "../netlist/index.ts";
import { scale } from "./ball.ts";
import { checkComposition, receivedOf, type SumSource } from "./composition.ts";
import { type Flow, flowOf, type Place, placeOf, type Slice, sliceOf } from "./linear.ts";
import { type Bounds, boundOutputs, newBounds, type Shares, systemOf, type Unit } from "./slice-bounds.ts";
import {
  type CellStates,
  outputsOf,
  reachableStates,
  type StateTable,
  type Steps,
  stateText,
  sumOf,
  termsOf,
} from "./states.ts";
import { type Bounded, boundSum, boundTotal, stepsOff, strangers, weightOf } from "./sums.ts";

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
  readonly receivers: Proof["receivers"][number][];
  states: number;
  allStates: number;
  worstDeviation: number;
  receiverError: number;
}

/** The theorem of docs/explanation/proof.md for one circuit. */
export function* proveCircuit(circuit: Circuit): Steps<Proof> {
  const { certificate, outputs } = circuit;
  if (certificate === null) {
    const problems = ["the circuit carries no certificate to prove"];
    const unknown = { worstDeviation: Number.NaN, receiverError: Number.NaN };
    return { holds: false, problems, states: 0, ...unknown, signals: [], cells: [], receivers: [] };
  }
  const { signals, cells } = certificate;
  const reachable = yield* reachableStates(certificate);
  const tables = [...reachable.cells.map(({ inputs }) => inputs), ...reachable.symbols];
  const search: Search = {
    flow: flowOf(circuit),
    certificate,
    problems: [],
    cells: [],
    deviations: new Float64Array(signals.length).fill(Number.NaN),
    receivers: outputs.map(({ name }) => ({ name, states: 0, error: Number.NaN })),
    states: 0,
    allStates: tables.reduce((sum, { rows }) => sum + rows, 0),
    worstDeviation: 0,
    receiverError: 0,
  };
  report(search, ...reachable.problems);
  const sources = new Map<number, SumSource>();
  for (const [id, { kind, name }] of signals.entries()) {
    if (kind !== "sum") continue;
    const { source, ...bound } = boundSum(search.flow, id);
    sources.set(id, source);
    keepBound(search, id, bound, `${name} is off by ${bound.off} of its unit`);
  }
  report(search, ...checkComposition(circuit.aggregate, certificate, sources));
  const states = new Map(reachable.cells.map((it) => [it.cell, it]));
  for (const cell of cells) {
    if (cell.kind === "sum") {
      const { name, kind, total } = cell;
      const bound = boundTotal(search.flow, cell, search.deviations);
      keepBound(search, total, bound, `cell ${name}: ${placeText(search, total)} can be off by ${bound.off}`);
      search.cells.push({ name, kind, states: null, margin: null, deviation: stepsOff(cell, search.deviations) });
    } else if (states.has(cell)) yield* proveCell(search, states.get(cell)!);
  }
  for (const [symbol, table] of reachable.symbols.entries()) yield* proveReceivers(search, symbol, table);
  if (reachable.symbols.length !== receivedOf(circuit.aggregate).symbols) report(search, "not every symbol is claimed");
  const { problems, states: tried, worstDeviation, receiverError, receivers } = search;
  return {
    ...{ holds: problems.length === 0, problems, states: tried, worstDeviation, receiverError },
    signals: signals.map(({ name }, id) => ({ name, deviation: search.deviations[id]! })),
    ...{ cells: search.cells, receivers },
  };
}

/** Past the first few dozen a problem says nothing new; that there is one is never forgotten. */
function report({ problems }: Search, ...more: readonly string[]): void {
  problems.push(...more.slice(0, Math.max(0, PROBLEM_LIMIT - problems.length)));
}

function keepBound(search: Search, id: number, { deviation, off, problems }: Bounded, isOff: string): void {
  search.worstDeviation = larger(search.worstDeviation, off);
  search.deviations[id] = deviation;
  if (!(off <= CLAIM_LIMIT)) report(search, isOff);
  report(search, ...problems);
}

/** `carry1_0 in section 4 (layer2)` */
function placeText({ certificate, flow }: Search, signal: number): string {
  const { name, section } = certificate.signals[signal]!;
  return `${name} in section ${section} (${flow.circuit.sections[section]!.name})`;
}

/** What a certificate says of a slice: where its outputs are, what it reads, in which states, and what they are then. */
interface Claim {
  readonly name: string;
  readonly places: readonly Place[];
  readonly own: readonly number[];
  readonly units: readonly Unit[];
  readonly table: StateTable;
  readonly values: ArrayLike<number>;
  /** What each signal counts in the sum that is compared. */
  readonly steps: (id: number) => number;
}

interface Driven {
  readonly slice: Slice;
  /** With boxes around the inputs, and with exact inputs. */
  readonly bounds: Bounds;
  readonly exact: Bounds;
  /** With exact inputs that move the sum by up to `budget` grid steps. */
  readonly moved: (budget: number) => Steps<Bounds>;
}

/** Lemma 4 in all states of a table; null where the slice reads more than it claims to read. */
function* drive(search: Search, { name, places, own, units, table, values, steps }: Claim): Steps<Driven | null> {
  const { flow, certificate, deviations } = search;
  const slice = sliceOf(flow, places, new Set(own));
  const problems = strangers(flow, name, slice, table.signals);
  report(search, ...problems);
  if (problems.length > 0) return null;
  const radii = table.signals.map((id) => ({ radius: deviations[id]!, steps: steps(id) }));
  const system = systemOf(slice, units, radii, (form): Shares => {
    const all = [...form.signals].map(
      ([id, weight]) => [table.signals.indexOf(id), scale(weight, certificate.signals[id]!.fieldPerUnit)] as const,
    );
    return { values: all, deviations: all };
  });
  const before = search.states;
  const width = table.signals.length;
  function* run(size: 0 | 1, budget: number): Steps<Bounds> {
    const bounds = newBounds(units.length);
    for (let from = 0; from < table.rows; from += BATCH) {
      const to = Math.min(table.rows, from + BATCH);
      const states = { from, to, width, values: table.values, claims: values };
      boundOutputs(system, states, { size, budget, follows: true }, bounds);
      if (size === 1) search.states = before + to;
      yield { done: search.states, total: search.allStates, unit: "states", wrong: null };
    }
    return bounds;
  }
  const bounds = yield* run(1, 0);
  // Where no box cuts a decision, exact inputs have the same middles.
  const same = bounds.middles.every((middle) => middle <= CLAIM_LIMIT);
  return { slice, bounds, exact: same ? bounds : yield* run(0, 0), moved: (budget) => run(0, budget) };
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
  const at = (row: number): string => `at ${stateText(certificate, inputs, row)}`;
  const driven = yield* drive(search, {
    name: `cell ${name}`,
    places: made.map((id) => placeOf(flow, id)),
    own: made,
    units: made.map((id): Unit => ({ times: 1, over: signals[id]!.fieldPerUnit, realPart: false })),
    table: inputs,
    values: outputs.values,
    steps: (id) => weightOf(cell, id),
  });
  if (driven === null) return;
  const { slice, bounds, exact, moved } = driven;
  const deviation = stepsOff(cell, deviations);
  if (Number.isNaN(deviation)) report(search, `cell ${name} reads what is not decided`);
  for (const [o, id] of made.entries()) {
    const [error, middle] = [bounds.errors[o]!, exact.middles[o]!];
    deviations[id] = error;
    search.worstDeviation = larger(search.worstDeviation, middle);
    const claimed = middle <= CLAIM_LIMIT;
    if (claimed && (error < 0.5 || Number.isNaN(deviation))) continue;
    const row = (claimed ? bounds : exact).worst[o]!;
    const is = `is ${exact.fields[o]}, not ${outputs.values[row * made.length + o]},`;
    report(search, `cell ${name}: ${placeText(search, id)} ${claimed ? `can be off by ${error}` : is} ${at(row)}`);
  }
  const rectifies = kind === "only" && slice.neurons.some(({ range }) => range === Number.POSITIVE_INFINITY);
  const bits = made.filter((id) => signals[id]!.kind === "bit").length;
  const compares = slice.signals.some((id) => weightOf(cell, id) !== 0);
  const margin = rectifies || bits === 0 ? null : compares ? Math.min(MOST_MARGIN, exact.margin) : Number.NaN;
  search.cells.push({ name, kind, states: inputs.rows, margin, deviation });
  if (margin === null) return;
  const decides = `cell ${name} decides with a margin of ${margin} grid steps`;
  if (!(margin > slackOf(termsOf(cell)))) report(search, `${decides}, which is none`);
  else if (margin <= deviation) report(search, `${decides}, and its sum can be off by ${deviation}`);
  const shifted = yield* moved(margin * WITHIN);
  const way = made.findIndex((_, o) => o < bits && !(shifted.errors[o]! <= CLAIM_LIMIT));
  if (way < 0) return;
  const gives = `${placeText(search, made[way]!)} gives way ${at(shifted.worst[way]!)}`;
  report(search, `cell ${name} does not keep its margin: ${gives}`);
}

/** Lemma 8. */
function* proveReceivers(search: Search, symbol: number, table: StateTable): Steps<void> {
  const { certificate, flow } = search;
  const { aggregate, outputs } = flow.circuit;
  const terms = certificate.symbols[symbol]!;
  const ports = [...outputs.entries()].filter(([, port]) => port.symbol === symbol);
  if (new Set(ports.map(([, { worker }]) => worker)).size !== aggregate.workers) {
    report(search, `symbol ${symbol} does not reach every worker`);
  }
  const values = new Float64Array(table.rows * ports.length);
  for (let row = 0; row < table.rows; row++) {
    values.fill(sumOf(terms, table, row), row * ports.length, (row + 1) * ports.length);
  }
  const driven = yield* drive(search, {
    name: `output ${symbol}`,
    places: ports.map(([, { mode }]) => ({ mode, after: flow.last[mode]! })),
    own: [],
    units: ports.map(([, { levelsPerField }]): Unit => ({ times: levelsPerField, over: 1, realPart: true })),
    table,
    values,
    steps: () => 0,
  });
  if (driven === null) return;
  const { bounds, exact } = driven;
  for (const [o, [number, { name }]] of ports.entries()) {
    const [error, middle] = [bounds.errors[o]!, exact.middles[o]!];
    search.receivers[number] = { name, states: table.rows, error };
    search.receiverError = larger(search.receiverError, middle);
    const claimed = middle + slackOf(terms) < 0.5;
    if (claimed && error < 0.5) continue;
    const at = stateText(certificate, table, (claimed ? bounds : exact).worst[o]!);
    const can = Number.isNaN(error) ? "reads what is not decided" : `can be off by ${error} levels`;
    report(search, `receiver ${name} ${claimed ? can : `is off by ${middle} levels`} at ${at}`);
  }
}

/** The larger of two numbers; what is no number is the largest of all, and stays it. */
function larger(a: number, b: number): number {
  return Number.isNaN(a) || a > b ? a : b;
}
