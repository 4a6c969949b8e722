import type { Certificate, Circuit } from "../netlist/index.ts";
import { add, type Disc, divide, INFLATE, largest, ONE, scale } from "./ball.ts";
import { checkComposition, levelsOf, type SumSource } from "./composition.ts";
import { type Flow, flowOf, type Form, placeOf, type Slice, sliceOf } from "./linear.ts";
import { type Bounds, boundOutputs, type Deviation, type Share, systemOf, type Unit } from "./neurons.ts";
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
import type { Steps } from "./steps.ts";

/** What was proved of a circuit: upper bounds, each NaN where nothing is known. */
export interface Proof {
  readonly holds: boolean;
  /** The bounds that fail, at most a few dozen. */
  readonly problems: readonly string[];
  /** Reachable states evaluated over all cells and outputs. */
  readonly states: number;
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

/** What a bit may move by where the sum moves within the margin. */
const BIT_MOVES = 1e-9;

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
}

/** The theorem of docs/proof.md for one circuit. */
export function* proveCircuit(circuit: Circuit): Steps<Proof> {
  const { certificate, outputs } = circuit;
  if (certificate === null) {
    const problems = ["the circuit carries no certificate to prove"];
    return { holds: false, problems, states: 0, signals: [], cells: [], receivers: [] };
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
  };
  const reachable = yield* reachableStates(certificate);
  search.allStates = [...reachable.cells.map(({ inputs }) => inputs), ...reachable.symbols].reduce(
    (sum, { rows }) => sum + rows,
    0,
  );
  for (const problem of reachable.problems) report(search, () => problem);
  const sources = new Map<number, SumSource>();
  for (const [id, { kind }] of certificate.signals.entries()) if (kind === "sum") sources.set(id, proveSum(search, id));
  for (const problem of checkComposition(circuit.aggregate, certificate, sources)) report(search, () => problem);
  const states = new Map(reachable.cells.map((it) => [it.cell, it]));
  for (const cell of certificate.cells) {
    const reached = cell.kind === "sum" ? null : states.get(cell);
    if (cell.kind === "sum") search.cells.push(proveTotal(search, cell));
    else if (reached !== undefined && reached !== null) yield* proveCell(search, reached);
  }
  for (const [symbol, table] of reachable.symbols.entries()) yield* proveReceivers(search, symbol, table);
  if (reachable.symbols.length !== circuit.aggregate.symbols) report(search, () => "not every symbol is claimed");
  const { problems, cells, receivers } = search;
  const signals = certificate.signals.map(({ name }, id) => ({ name, deviation: search.deviations[id]! }));
  return { holds: problems.length === 0, problems, states: search.states, signals, cells, receivers };
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

/** Lemma 5 for a sum of workers; finds which symbol of which workers it adds. */
function proveSum(search: Search, id: number): SumSource {
  const { flow, certificate, deviations } = search;
  const { circuit } = flow;
  const { name, max, fieldPerUnit } = certificate.signals[id]!;
  const slice = sliceOf(flow, [placeOf(flow, id)], null);
  const { constant, ports } = slice.outputs[0]!;
  const workers: number[] = [];
  const symbols = new Set<number>();
  let deviation = largest(divide(constant, fieldPerUnit));
  for (const [port, weight] of ports) {
    const input = circuit.inputs[port]!;
    if (input.kind !== "worker") continue;
    const share = divide(weight, fieldPerUnit);
    const off = largest(add(share, scale(ONE, -1)));
    const stray = largest(share);
    if (off < 0.5) {
      workers.push(input.worker);
      symbols.add(input.symbol);
    } else if (!(stray < 0.5)) report(search, () => `${name} neither adds ${input.name} nor leaves it out: it is off by ${off}`);
    deviation += (levelsOf(circuit.aggregate, input.symbol) - 1) * Math.min(off, stray) * INFLATE;
  }
  const [symbol = 0] = symbols;
  const reach = workers.length * (levelsOf(circuit.aggregate, symbol) - 1);
  if (workers.length === 0 || symbols.size > 1 || slice.neurons.length > 0) {
    report(search, () => `${name} is not the plain sum of workers' symbols`);
  } else if (max !== reach) report(search, () => `${name} reaches ${reach}, not ${max}`);
  deviations[id] = deviation * INFLATE;
  return { symbol, workers };
}

/** Lemma 5 for a sum of signals: nothing but linear optics, with the claimed weight from each of its terms to the total. */
function proveTotal(search: Search, cell: Extract<Certificate["cells"][number], { kind: "sum" }>): CellProof {
  const { flow, certificate, deviations } = search;
  const { signals } = certificate;
  const { fieldPerUnit } = signals[cell.total]!;
  const slice = sliceOf(flow, [placeOf(flow, cell.total)], new Set([cell.total]));
  const { constant, signals: weights } = slice.outputs[0]!;
  if (readsOnly(search, `cell ${cell.name}`, slice, inputsOf(cell)) && slice.neurons.length > 0) {
    report(search, () => `cell ${cell.name} is not linear`);
  }
  let deviation = largest(divide(constant, fieldPerUnit));
  for (const id of inputsOf(cell)) {
    const weight = weights.get(id);
    const share = weight === undefined ? scale(ONE, 0) : divide(scale(weight, signals[id]!.fieldPerUnit), fieldPerUnit);
    const off = largest(add(share, scale(ONE, -weightOf(cell, id))));
    deviation += (signals[id]!.max * off + largest(share) * deviations[id]!) * INFLATE;
  }
  deviations[cell.total] = deviation * INFLATE;
  return { name: cell.name, kind: cell.kind, states: null, margin: null, deviation: sumDeviation(search, cell) };
}

/** What an input counts in its cell's sum. */
function weightOf(cell: Certificate["cells"][number], id: number): number {
  return termsOf(cell).reduce((sum, { signal, weight }) => sum + (signal === id ? weight : 0), 0);
}

/** How far the sum of a cell may be off: what its inputs may be off by. */
function sumDeviation({ deviations }: Search, cell: Certificate["cells"][number]): number {
  const off = inputsOf(cell).reduce((sum, id) => sum + Math.abs(weightOf(cell, id)) * deviations[id]!, 0);
  return off * INFLATE;
}

/** Reads of a slice as the numbers that a state sets, and the deviations of each. */
function sharesFor({ certificate }: Search, table: StateTable): (form: Form) => { values: Share[]; deviations: Share[] } {
  return (form) => {
    const all = [...form.signals].map(([id, weight]): readonly [number, Disc] => [
      table.signals.indexOf(id),
      scale(weight, certificate.signals[id]!.fieldPerUnit),
    ]);
    return { values: all, deviations: all };
  };
}

/** Lemma 6. */
function* proveCell(search: Search, { cell, inputs, outputs }: CellStates): Steps<void> {
  const { flow, certificate, deviations } = search;
  const made = outputsOf(cell);
  const slice = sliceOf(flow, made.map((id) => placeOf(flow, id)), new Set(made));
  if (!readsOnly(search, `cell ${cell.name}`, slice, inputsOf(cell))) return;
  const units = made.map((id): Unit => ({ times: 1, over: certificate.signals[id]!.fieldPerUnit, realPart: false }));
  const radii = inputs.signals.map((id): Deviation => ({ radius: deviations[id]!, steps: weightOf(cell, id) }));
  const system = systemOf(slice, units, radii, sharesFor(search, inputs));
  const states = { rows: inputs.rows, width: inputs.signals.length, values: inputs.values, claims: outputs.values };
  const bounds = boundOutputs(system, states, 1, 0);
  for (const [o, id] of made.entries()) {
    deviations[id] = bounds.errors[o]!;
    if (bounds.errors[o]! < 0.5) continue;
    const at = stateText(certificate, inputs, bounds.worst[o]!);
    report(search, () => `cell ${cell.name}: ${placeText(search, id)} can be off by ${bounds.errors[o]} at ${at}`);
  }
  search.states += inputs.rows;
  yield { done: search.states, total: search.allStates, unit: "states", wrong: null };
  const deviation = sumDeviation(search, cell);
  const rectifies = cell.kind === "only" && slice.neurons.some(({ range }) => range === Number.POSITIVE_INFINITY);
  const bits = made.filter((id) => certificate.signals[id]!.kind === "bit").length;
  let margin: number | null = null;
  if (!rectifies && bits > 0) {
    margin = Math.min(MOST_MARGIN, bounds.margin);
    if (!(margin > deviation)) {
      report(search, () => `cell ${cell.name} decides with a margin of ${margin} grid steps, its sum can be off by ${deviation}`);
    } else {
      const moved = boundOutputs(system, states, 0, margin * WITHIN);
      const way = made.findIndex((_, o) => o < bits && !(moved.errors[o]! <= bounds.errors[o]! + BIT_MOVES));
      if (way >= 0) {
        const at = stateText(certificate, inputs, moved.worst[way]!);
        report(search, () => `cell ${cell.name} does not keep its margin: ${placeText(search, made[way]!)} gives way at ${at}`);
      }
    }
  }
  search.cells.push({ name: cell.name, kind: cell.kind, states: inputs.rows, margin, deviation });
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
  for (let row = 0; row < table.rows; row++) claims.fill(sumOf(terms, table, row), row * ports.length, (row + 1) * ports.length);
  const states = { rows: table.rows, width: table.signals.length, values: table.values, claims };
  const { errors, worst }: Bounds = boundOutputs(system, states, 1, 0);
  for (const [o, [number, { name }]] of ports.entries()) {
    search.receivers[number] = { name, states: table.rows, error: errors[o]! };
    if (errors[o]! < 0.5) continue;
    report(search, () => `receiver ${name} can be off by ${errors[o]} levels at ${stateText(certificate, table, worst[o]!)}`);
  }
  search.states += table.rows;
  yield { done: search.states, total: search.allStates, unit: "states", wrong: null };
}

/** The slice must depend on the claimed inputs only: on no other signal and on no worker's light that P has not summed. */
function readsOnly(search: Search, name: string, slice: Slice, allowed: readonly number[]): boolean {
  const stranger = slice.signals.find((id) => !allowed.includes(id));
  if (stranger !== undefined) {
    report(search, () => `${name} depends on ${placeText(search, stranger)}, which it does not claim to read`);
  }
  if (slice.ports.length > 0) report(search, () => `${name} depends on a worker's light directly`);
  return stranger === undefined && slice.ports.length === 0;
}
