import type { Cell, Certificate, SplitCell, SumCell, Term } from "../netlist/index.ts";
import { largestValue, producersOf } from "./bound.ts";
import type { StepProgress, Steps } from "./steps.ts";

/** Joint values of some signals, one row a state: values[row * signals.length + k] belongs to signals[k]. */
export interface StateTable {
  readonly signals: readonly number[];
  readonly rows: number;
  readonly values: Int32Array;
}

/** Cells that decide something; sums are linear and need no states. */
export type DecidingCell = Exclude<Cell, SumCell>;

/** All values that a cell's inputs can take together, and what the cell claims to make of them. */
export interface CellStates {
  readonly cell: DecidingCell;
  readonly inputs: StateTable;
  readonly outputs: StateTable;
}

export interface ReachableStates {
  readonly cells: readonly CellStates[];
  /** Per output symbol: the joint values of the signals that it sums. */
  readonly symbols: readonly StateTable[];
  readonly problems: readonly string[];
}

/** States are enumerated in memory; a table beyond this is refused, not attempted. */
export const STATE_LIMIT = 4_000_000;

/** Up to so many joint states, the largest value of a sum is looked for among them; beyond, terms are taken as independent. */
const JOINT_SUM_LIMIT = 4096;

/** Rows between two looks at whether to go on. */
const ROWS_A_STEP = 1 << 16;

function rowProgress(done: number, total: number): StepProgress {
  return { done, total, unit: "states", wrong: null };
}

function* range(max: number): Steps<Values> {
  yield rowProgress(0, max + 1);
  return { rows: max + 1, values: Int32Array.from({ length: max + 1 }, (_, value) => value) };
}

/** A signal's place in the table of the cell that writes it. */
interface Source {
  readonly table: StateTable;
  /** Number of the table's shape: tables of one shape hold the same values. */
  readonly shape: number;
  readonly column: number;
}

interface Joint {
  readonly table: StateTable;
  readonly shape: number;
}

/** A table without the names of its signals. */
interface Values {
  readonly rows: number;
  readonly values: Int32Array;
}

interface Evaluation {
  readonly inputs: Values;
  readonly outputs: Values;
  readonly problem: string | null;
}

/**
 * Enumerates what can reach each cell, cell by cell. Signals of one cell keep their correlation; signals of different
 * cells are combined freely, which adds states that no input reaches and loses none. Where a cell could not hold what
 * free combination asks for, states above the largest sum that the workers can reach (bound.ts) are left out.
 *
 * Cells of one shape that read cells of one shape share their values: the units of a cascade are enumerated once a level.
 */
export function* reachableStates(certificate: Certificate): Steps<ReachableStates> {
  const problems: string[] = [];
  const sources = new Map<number, Source>();
  const memo = memory();
  const producers = producersOf(certificate);
  const unfit = unfitNumbers(certificate);
  if (unfit.length > 0) return { cells: [], symbols: [], problems: unfit };
  const write = (signals: readonly number[], shape: number, { rows, values }: Values): StateTable => {
    const table = { signals, rows, values };
    for (const [column, signal] of signals.entries()) sources.set(signal, { table, shape, column });
    return table;
  };
  function* writeRange(id: number): Steps<void> {
    const { max } = certificate.signals[id]!;
    const shape = memo.number(`0..${max}`);
    write([id], shape, yield* memo.values(shape, () => range(max)));
  }
  for (const [id, signal] of certificate.signals.entries()) if (signal.kind === "sum") yield* writeRange(id);

  const cells: CellStates[] = [];
  for (const [number, cell] of certificate.cells.entries()) {
    yield { done: number, total: certificate.cells.length, unit: "cells", wrong: null };
    if (inputsOf(cell).some((signal) => !sources.has(signal))) {
      problems.push(`cell ${cell.name} reads a signal before it is made`);
      break;
    }
    if (cell.kind === "sum") {
      const max = yield* largestSum(cell, certificate, sources, memo);
      const claimed = certificate.signals[cell.total]!.max;
      if (!(max <= claimed)) problems.push(`cell ${cell.name}: the sum can reach ${max}, not at most ${claimed}`);
      yield* writeRange(cell.total);
      continue;
    }
    const joint = yield* jointStates(inputsOf(cell), sources, memo, STATE_LIMIT);
    if (joint === null) {
      problems.push(`cell ${cell.name} has more than ${STATE_LIMIT} states`);
      break;
    }
    const shapeUpTo = (limit: number): number => memo.number(`${cellShape(cell, joint, certificate)} up to ${limit}`);
    let limit = Number.POSITIVE_INFINITY;
    let shape = shapeUpTo(limit);
    let result = yield* memo.evaluation(shape, () => evaluateCell(cell, joint.table, certificate, limit));
    if (result.problem !== null && cell.kind === "split") {
      limit = largestValue(certificate, producers, cell);
      shape = shapeUpTo(limit);
      result = yield* memo.evaluation(shape, () => evaluateCell(cell, joint.table, certificate, limit));
    }
    if (result.problem !== null) problems.push(`cell ${cell.name}: ${result.problem}`);
    if (result.inputs.rows === 0) problems.push(`cell ${cell.name} has no state that it could be tried in`);
    const inputs = { signals: joint.table.signals, ...result.inputs };
    cells.push({ cell, inputs, outputs: write(outputsOf(cell), shape, result.outputs) });
  }
  const symbols: StateTable[] = [];
  if (problems.length === 0) {
    for (const [j, terms] of certificate.symbols.entries()) {
      const joint = yield* jointStates(distinct(terms), sources, memo, STATE_LIMIT);
      if (joint === null) problems.push(`output symbol ${j} has more than ${STATE_LIMIT} states`);
      else symbols.push(joint.table);
    }
  }
  return { cells, symbols, problems };
}

/**
 * Numbers with which the states could not be counted exactly: values are kept in 32 bits and ranges are enumerated. A bit
 * is 0 or 1, whatever its signal says. Two signals in one place could stand in for each other.
 */
function unfitNumbers(certificate: Certificate): string[] {
  const problems: string[] = [];
  const places = new Set<string>();
  for (const { name, kind, max, section, mode } of certificate.signals) {
    if (places.has(`${section} ${mode}`)) problems.push(`${name} is where another signal is`);
    places.add(`${section} ${mode}`);
    const largest = kind === "bit" ? 1 : STATE_LIMIT - 1;
    if (!(max <= largest) || (kind === "bit" && max !== 1)) {
      problems.push(`${name} cannot have ${max} as its largest value`);
    }
  }
  const reach = (terms: readonly Term[]): number =>
    terms.reduce((sum, term) => sum + Math.abs(term.weight) * certificate.signals[term.signal]!.max, 0);
  for (const cell of certificate.cells) {
    if (cell.kind === "only") continue;
    const offset = cell.kind === "split" ? Math.abs(cell.offset) : 0;
    const weights = cell.kind === "split" ? cell.bits.reduce((sum, bit) => sum + Math.abs(bit.weight), 0) : 0;
    if (!(reach(cell.terms) + offset + weights < 2 ** 31)) problems.push(`cell ${cell.name} counts beyond 32 bits`);
  }
  certificate.symbols.forEach((terms, j) => {
    if (!(reach(terms) < 2 ** 31)) problems.push(`output symbol ${j} counts beyond 32 bits`);
  });
  return problems;
}

/** What was worked out for a shape. */
interface Memory {
  number(shape: string): number;
  values(shape: number, make: () => Steps<Values>): Steps<Values>;
  evaluation(shape: number, make: () => Steps<Evaluation>): Steps<Evaluation>;
}

function memory(): Memory {
  const numbers = new Map<string, number>();
  const values = new Map<number, Values>();
  const evaluations = new Map<number, Evaluation>();
  function* recall<T>(known: Map<number, T>, shape: number, make: () => Steps<T>): Steps<T> {
    const found = known.get(shape);
    if (found !== undefined) return found;
    const fresh = yield* make();
    known.set(shape, fresh);
    return fresh;
  }
  return {
    number: (shape) => {
      const known = numbers.get(shape) ?? numbers.size;
      numbers.set(shape, known);
      return known;
    },
    values: (shape, make) => recall(values, shape, make),
    evaluation: (shape, make) => recall(evaluations, shape, make),
  };
}

/** Everything that decides what evaluateCell makes of the joint states. */
function cellShape(cell: DecidingCell, joint: Joint, certificate: Certificate): string {
  const place = (signal: number): number => joint.table.signals.indexOf(signal);
  if (cell.kind === "only") return `only ${joint.shape} ${place(cell.set)} ${place(cell.unless)}`;
  const terms = cell.terms.map((term) => `${place(term.signal)}*${term.weight}`).join("+");
  if (cell.kind === "nonzero") return `nonzero ${joint.shape} ${terms}`;
  const residual = cell.residual === null ? "none" : certificate.signals[cell.residual]!.max;
  return `split ${joint.shape} ${terms}+${cell.offset} by ${cell.bits.map((bit) => bit.weight)} rest ${residual}`;
}

/** Largest sum, from joint states where they are few, else with the terms taken as independent. */
function* largestSum(
  cell: SumCell,
  certificate: Certificate,
  sources: ReadonlyMap<number, Source>,
  memo: Memory,
): Steps<number> {
  if (cell.terms.some((term) => !(term.weight > 0))) return Number.POSITIVE_INFINITY;
  const joint = yield* jointStates(inputsOf(cell), sources, memo, JOINT_SUM_LIMIT);
  let max = 0;
  if (joint === null) for (const term of cell.terms) max += term.weight * certificate.signals[term.signal]!.max;
  else for (let row = 0; row < joint.table.rows; row++) max = Math.max(max, sumOf(cell.terms, joint.table, row));
  return max;
}

export function inputsOf(cell: Cell): number[] {
  return cell.kind === "only" ? [cell.set, cell.unless] : distinct(cell.terms);
}

export function outputsOf(cell: Cell): number[] {
  if (cell.kind === "sum") return [cell.total];
  if (cell.kind !== "split") return [cell.bit];
  const bits = cell.bits.map((bit) => bit.signal);
  return cell.residual === null ? bits : [...bits, cell.residual];
}

/** What a cell adds up. Of `only`: 1 where set stands alone, as set counts 1 and unless -1. */
export function termsOf(cell: DecidingCell): readonly Term[] {
  if (cell.kind !== "only") return cell.terms;
  return [
    { signal: cell.set, weight: 1 },
    { signal: cell.unless, weight: -1 },
  ];
}

function distinct(terms: readonly Term[]): number[] {
  return [...new Set(terms.map((term) => term.signal))];
}

/** Value of sum(weight * signal) in one row. */
export function sumOf(terms: readonly Term[], table: StateTable, row: number): number {
  let sum = 0;
  for (const term of terms) {
    sum += term.weight * table.values[row * table.signals.length + table.signals.indexOf(term.signal)]!;
  }
  return sum;
}

/** Free combination of the producers' projections on `wanted`; null when there are more than `limit` rows. */
function* jointStates(
  wanted: readonly number[],
  sources: ReadonlyMap<number, Source>,
  memo: Memory,
  limit: number,
): Steps<Joint | null> {
  const groups = new Map<StateTable, number[]>();
  for (const signal of wanted) {
    const { table } = sources.get(signal)!;
    const known = groups.get(table);
    if (known === undefined) groups.set(table, [signal]);
    else known.push(signal);
  }
  let joint: Joint = { table: { signals: [], rows: 1, values: new Int32Array(0) }, shape: memo.number("nothing") };
  for (const [table, signals] of groups) {
    const columns = signals.map((signal) => sources.get(signal)!.column);
    const partShape = memo.number(`${sources.get(signals[0]!)!.shape} columns ${columns}`);
    const part = yield* memo.values(partShape, () => project(table, columns));
    if (joint.table.rows * part.rows > limit) return null;
    const { table: left } = joint;
    const shape = memo.number(`${joint.shape} x ${partShape}`);
    const { rows, values } = yield* memo.values(shape, () => product(left, { signals, ...part }));
    joint = { table: { signals: [...left.signals, ...signals], rows, values }, shape };
  }
  return joint;
}

/** The distinct rows of some columns. */
function* project(table: StateTable, columns: readonly number[]): Steps<Values> {
  const seen = new Set<string>();
  const values: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (row % ROWS_A_STEP === 0) yield rowProgress(row, table.rows);
    const picked = columns.map((column) => table.values[row * table.signals.length + column]!);
    const key = picked.join();
    if (seen.has(key)) continue;
    seen.add(key);
    values.push(...picked);
  }
  return { rows: seen.size, values: Int32Array.from(values) };
}

function* product(a: StateTable, b: StateTable): Steps<Values> {
  const rows = a.rows * b.rows;
  const signals = a.signals.length + b.signals.length;
  const values = new Int32Array(rows * signals);
  let at = 0;
  let due = 0;
  for (let i = 0; i < a.rows; i++) {
    if (at >= due) {
      due = at + ROWS_A_STEP * signals;
      yield rowProgress(i * b.rows, rows);
    }
    for (let j = 0; j < b.rows; j++) {
      for (let k = 0; k < a.signals.length; k++) values[at++] = a.values[i * a.signals.length + k]!;
      for (let k = 0; k < b.signals.length; k++) values[at++] = b.values[j * b.signals.length + k]!;
    }
  }
  return { rows, values };
}

/** What the cell claims for every state in which its sum is at most `limit`. */
function* evaluateCell(
  cell: DecidingCell,
  states: StateTable,
  certificate: Certificate,
  limit: number,
): Steps<Evaluation> {
  if (cell.kind !== "split") {
    const values = new Int32Array(states.rows);
    for (let row = 0; row < states.rows; row++) {
      if (row % ROWS_A_STEP === 0) yield rowProgress(row, states.rows);
      values[row] = decision(cell, states, row);
    }
    return {
      inputs: { rows: states.rows, values: states.values },
      outputs: { rows: states.rows, values },
      problem: null,
    };
  }
  const width = cell.bits.length + (cell.residual === null ? 0 : 1);
  const outputs = new Int32Array(states.rows * width);
  const kept: number[] = [];
  let problem: string | null = null;
  for (let row = 0; row < states.rows; row++) {
    if (row % ROWS_A_STEP === 0) yield rowProgress(row, states.rows);
    let rest = sumOf(cell.terms, states, row) + cell.offset;
    if (rest > limit) continue;
    const at = kept.push(row) * width - width;
    if (rest < 0) problem = "a value is negative";
    cell.bits.forEach((bit, i) => {
      const set = rest >= bit.weight;
      outputs[at + i] = set ? 1 : 0;
      if (set) rest -= bit.weight;
      if (rest >= bit.weight) problem = `a value exceeds twice the weight ${bit.weight}`;
    });
    if (cell.residual !== null) {
      outputs[at + cell.bits.length] = rest;
      if (rest > certificate.signals[cell.residual]!.max) problem = `the residual reaches ${rest}`;
    }
  }
  const all = kept.length === states.rows;
  const inputs = all ? states : { rows: kept.length, values: rowsOf(states, kept) };
  return {
    inputs: { rows: inputs.rows, values: inputs.values },
    outputs: { rows: kept.length, values: outputs.slice(0, kept.length * width) },
    problem,
  };
}

function rowsOf(table: StateTable, rows: readonly number[]): Int32Array {
  const width = table.signals.length;
  const values = new Int32Array(rows.length * width);
  rows.forEach((row, i) => {
    values.set(table.values.subarray(row * width, (row + 1) * width), i * width);
  });
  return values;
}

function decision(cell: Exclude<DecidingCell, SplitCell>, states: StateTable, row: number): number {
  if (cell.kind === "nonzero") return sumOf(cell.terms, states, row) >= 1 ? 1 : 0;
  const set = sumOf([{ signal: cell.set, weight: 1 }], states, row);
  const unless = sumOf([{ signal: cell.unless, weight: 1 }], states, row);
  return set === 1 && unless === 0 ? 1 : 0;
}

/** Nominal fields of the signals in `reads` for rows from..from+rows, [signal][row]. */
export function driveStates(
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

/** `s0=3 carry1=1` */
export function stateText(certificate: Certificate, table: StateTable, row: number): string {
  return table.signals
    .map((id, k) => `${certificate.signals[id]!.name}=${table.values[row * table.signals.length + k]}`)
    .join(" ");
}
