import type { Cell, Certificate, SumCell, Term } from "../netlist/index.ts";
import { largestValue } from "./composition.ts";
import { type Hull, newHull } from "./hulls.ts";

/** Long work that pauses: each step says how far it is, the return value is the result. */
export type Steps<T> = Generator<Progress, T, void>;

interface Progress {
  readonly done: number;
  readonly total: number;
  readonly unit: "states" | "cells";
  readonly wrong: null;
}

/** Joint values of some signals, one row a state: values[row * signals.length + k] belongs to signals[k]. */
export interface StateTable {
  readonly signals: readonly number[];
  readonly rows: number;
  readonly values: Int32Array;
}

/** The distinct rows of some columns of a table. */
export interface Part extends StateTable {
  /** For every row of the table the row that it becomes part of. */
  readonly home: Int32Array;
  /** Boxes that hold all fields that carry the signals on the chip that is judged. */
  readonly hull: Hull;
}

/** What a cell makes, and what readers take of it. */
export interface MadeTable extends StateTable {
  readonly taken: Part[];
}

/** Rows of parts that are combined freely. */
export interface JointTable extends StateTable {
  readonly parts: readonly Part[];
  /** Of each part: which of its rows stands in each row. */
  readonly rowIn: readonly Int32Array[];
}

/** Cells that decide something; sums are linear and need no states. */
export type DecidingCell = Exclude<Cell, SumCell>;

/** All values that a cell's inputs can take together, and what the cell claims to make of them. */
export interface CellStates {
  readonly cell: DecidingCell;
  readonly inputs: JointTable;
  readonly outputs: MadeTable;
}

export interface ReachableStates {
  readonly cells: readonly CellStates[];
  /** Per output symbol: the joint values of the signals that it sums. */
  readonly symbols: readonly JointTable[];
  /** Of each signal: what it and the signals of its cell can be together. */
  readonly sources: ReadonlyMap<number, MadeTable>;
  /** Of each sum of signals: what each of its terms can be. */
  readonly terms: ReadonlyMap<SumCell, readonly Part[]>;
  readonly problems: readonly string[];
}

/** States are enumerated in memory; a table beyond this is refused, not attempted. */
export const STATE_LIMIT = 4_000_000;

/** Pairs of a term and a sum that are added; half a second. */
const MOST_SUMS = 2 ** 29;

/** Rows between two looks at whether to go on. */
const ROWS_A_STEP = 1 << 16;

/** Of each signal: what the cell that makes it can make. */
type Sources = Map<number, MadeTable>;

/** Lemma 7: what can reach each cell, cell by cell. Signals of one cell keep their tuples, different cells are combined freely. */
export function* reachableStates(certificate: Certificate): Steps<ReachableStates> {
  const { signals } = certificate;
  const problems = unfitNumbers(certificate);
  const cells: CellStates[] = [];
  const symbols: JointTable[] = [];
  const sources: Sources = new Map();
  const terms = new Map<SumCell, readonly Part[]>();
  if (problems.length > 0) return { cells, symbols, sources, terms, problems };
  const write = (id: number, values: Int32Array): void => {
    sources.set(id, { signals: [id], rows: values.length, values, taken: [] });
  };
  for (const [id, { kind, max }] of signals.entries()) {
    if (kind === "sum") write(id, Int32Array.from(new Array(max + 1).keys()));
  }
  for (const [number, cell] of certificate.cells.entries()) {
    yield { done: number, total: certificate.cells.length, unit: "cells", wrong: null };
    const read = inputsOf(cell);
    const makes = outputsOf(cell);
    const again = new Set(makes).size < makes.length || makes.some((signal) => sources.has(signal));
    if (again || read.some((signal) => !sources.has(signal))) {
      problems.push(`cell ${cell.name} ${again ? "makes a signal again" : "reads a signal before it is made"}`);
      break;
    }
    if (cell.kind === "sum") {
      const claimed = signals[cell.total]!.max;
      let max = cell.terms.reduce((sum, { signal, weight }) => sum + weight * signals[signal]!.max, 0);
      if (cell.terms.some(({ weight }) => !(weight > 0))) max = Number.POSITIVE_INFINITY;
      else if (max > claimed) max = largestValue(certificate, cell.terms);
      if (!(max <= claimed)) problems.push(`cell ${cell.name}: the sum can reach ${max}, not at most ${claimed}`);
      const parts: Part[] = [];
      for (const id of read) parts.push(yield* project(sources.get(id)!, [id]));
      const values = max <= claimed ? totalsOf(cell, claimed, parts) : Int32Array.of(0);
      if (values === null) problems.push(`cell ${cell.name} has more than ${STATE_LIMIT} states`);
      write(cell.total, values ?? Int32Array.of(0));
      terms.set(cell, parts);
      continue;
    }
    const joint = yield* jointStates(read, sources);
    if (joint === null) {
      problems.push(`cell ${cell.name} has more than ${STATE_LIMIT} states`);
      break;
    }
    let made = yield* evaluateCell(cell, joint, certificate, Number.POSITIVE_INFINITY);
    if (made.problem !== null && cell.kind === "split") {
      const most = largestValue(certificate, cell.terms) + cell.offset;
      made = yield* evaluateCell(cell, joint, certificate, most);
    }
    if (made.problem !== null) problems.push(`cell ${cell.name}: ${made.problem}`);
    if (made.inputs.rows === 0) problems.push(`cell ${cell.name} has no state that it could be tried in`);
    cells.push({ cell, inputs: made.inputs, outputs: made.outputs });
    for (const signal of makes) sources.set(signal, made.outputs);
  }
  for (const [j, terms] of problems.length > 0 ? [] : certificate.symbols.entries()) {
    if (terms.some(({ signal }) => !sources.has(signal))) {
      problems.push(`output symbol ${j} reads a signal that no cell makes`);
      break;
    }
    const joint = yield* jointStates(distinct(terms), sources);
    if (joint === null) problems.push(`output symbol ${j} has more than ${STATE_LIMIT} states`);
    else symbols.push(joint);
  }
  return { cells, symbols, sources, terms, problems };
}

/** The sums up to `max` that the terms of a cell can make, ascending; null where these are too many to be looked for. */
function totalsOf(cell: SumCell, max: number, parts: readonly Part[]): Int32Array | null {
  let reached = Uint8Array.of(1);
  let work = 0;
  for (const { signals, values } of parts) {
    const weight = weightOf(cell, signals[0]!);
    const next = new Uint8Array(max + 1);
    work += values.length * reached.length;
    if (work > MOST_SUMS) return null;
    for (const value of values) {
      const by = weight * value;
      for (let from = 0; from < reached.length && from + by <= max; from++) next[from + by]! |= reached[from]!;
    }
    reached = next;
  }
  return Int32Array.from(reached.keys()).filter((sum) => reached[sum] === 1);
}

/** What an input counts in its cell's sum. */
export function weightOf(cell: Cell, id: number): number {
  return termsOf(cell).reduce((sum, { signal, weight }) => sum + (signal === id ? weight : 0), 0);
}

/**
 * Numbers with which the states could not be counted exactly: values are kept in 32 bits and ranges are enumerated. A bit
 * is 0 or 1, whatever its signal says. Two signals in one place could stand in for each other.
 */
function unfitNumbers({ signals, cells, symbols }: Certificate): string[] {
  const problems: string[] = [];
  const places = new Set<string>();
  for (const { name, kind, max, section, mode } of signals) {
    if (places.has(`${section} ${mode}`)) problems.push(`${name} is where another signal is`);
    places.add(`${section} ${mode}`);
    const largest = kind === "bit" ? 1 : STATE_LIMIT - 1;
    if (!(Number.isInteger(max) && max >= (kind === "bit" ? 1 : 0) && max <= largest)) {
      problems.push(`${name} cannot have ${max} as its largest value`);
    }
  }
  const fits = (terms: readonly Term[], more: number): boolean =>
    terms.every(({ weight }) => Number.isInteger(weight)) &&
    Number.isInteger(more) &&
    terms.reduce((sum, { signal, weight }) => sum + Math.abs(weight) * signals[signal]!.max, more) < 2 ** 31;
  for (const cell of cells) {
    const bits = cell.kind === "split" ? cell.bits : [];
    const offset = cell.kind === "split" ? Math.abs(cell.offset) : 0;
    const made = cell.kind === "split" ? bits.map(({ signal }) => signal) : cell.kind === "sum" ? [] : [cell.bit];
    if (made.some((signal) => signals[signal]!.kind !== "bit"))
      problems.push(`cell ${cell.name} makes a bit that is none`);
    if (!fits([...termsOf(cell), ...bits], offset)) problems.push(`cell ${cell.name} counts beyond 32 bits`);
  }
  for (const [j, terms] of symbols.entries()) {
    if (!fits(terms, 0)) problems.push(`output symbol ${j} counts beyond 32 bits`);
  }
  return problems;
}

export function inputsOf(cell: Cell): number[] {
  return cell.kind === "only" ? [...new Set([cell.set, cell.unless])] : distinct(cell.terms);
}

export function outputsOf(cell: Cell): number[] {
  if (cell.kind === "sum") return [cell.total];
  if (cell.kind !== "split") return [cell.bit];
  const bits = cell.bits.map((bit) => bit.signal);
  return cell.residual === null ? bits : [...bits, cell.residual];
}

/** What a cell adds up. Of `only`: 1 where set stands alone, as set counts 1 and unless -1. */
export function termsOf(cell: Cell): readonly Term[] {
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
  for (const { signal, weight } of terms) {
    sum += weight * table.values[row * table.signals.length + table.signals.indexOf(signal)]!;
  }
  return sum;
}

/** Free combination of what the cells make of `wanted`; null when there are more than `STATE_LIMIT` states. */
function* jointStates(wanted: readonly number[], sources: Sources): Steps<JointTable | null> {
  const groups = new Map<MadeTable, number[]>();
  for (const signal of wanted) {
    const table = sources.get(signal)!;
    groups.set(table, [...(groups.get(table) ?? []), signal]);
  }
  const parts: Part[] = [];
  let rows = 1;
  for (const [table, own] of groups) {
    const part = yield* project(table, own);
    parts.push(part);
    rows *= part.rows;
    if (rows > STATE_LIMIT) return null;
  }
  const signals = parts.flatMap((part) => part.signals);
  const values = new Int32Array(rows * signals.length);
  const rowIn = parts.map(() => new Int32Array(rows));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_A_STEP === 0) yield { done: row, total: rows, unit: "states", wrong: null };
    let stride = rows;
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p]!;
      stride /= part.rows;
      const from = Math.floor(row / stride) % part.rows;
      rowIn[p]![row] = from;
      const width = part.signals.length;
      for (let k = 0; k < width; k++) values[at++] = part.values[from * width + k]!;
    }
  }
  return { signals, rows, values, parts, rowIn };
}

/** The distinct rows of some columns. */
function* project(from: MadeTable, signals: readonly number[]): Steps<Part> {
  const columns = signals.map((signal) => from.signals.indexOf(signal));
  const seen = new Map<string, number>();
  const values: number[] = [];
  const home = new Int32Array(from.rows);
  for (let row = 0; row < from.rows; row++) {
    if (row % ROWS_A_STEP === 0) yield { done: row, total: from.rows, unit: "states", wrong: null };
    const picked = columns.map((column) => from.values[row * from.signals.length + column]!);
    const key = picked.join();
    const known = seen.get(key);
    home[row] = known ?? seen.size;
    if (known !== undefined) continue;
    seen.set(key, seen.size);
    values.push(...picked);
  }
  const hull = newHull(values.length);
  const part = { signals, rows: seen.size, values: Int32Array.from(values), home, hull };
  from.taken.push(part);
  return part;
}

/** What the cell claims for every state in which its sum is at most `limit`, and what speaks against that. */
function* evaluateCell(
  cell: DecidingCell,
  joint: JointTable,
  { signals }: Certificate,
  limit: number,
): Steps<Omit<CellStates, "cell"> & { readonly problem: string | null }> {
  const outputs = outputsOf(cell);
  const width = joint.signals.length;
  const kept = new Int32Array(joint.rows);
  const claims = new Int32Array(joint.rows * outputs.length);
  let rows = 0;
  let problem: string | null = null;
  for (let row = 0; row < joint.rows; row++) {
    if (row % ROWS_A_STEP === 0) yield { done: row, total: joint.rows, unit: "states", wrong: null };
    const value = (signal: number): number => joint.values[row * width + joint.signals.indexOf(signal)]!;
    let rest = sumOf(termsOf(cell), joint, row) + (cell.kind === "split" ? cell.offset : 0);
    if (rest > limit) continue;
    kept[rows] = row;
    const at = rows++ * outputs.length;
    if (cell.kind === "nonzero") claims[at] = rest >= 1 ? 1 : 0;
    else if (cell.kind === "only") claims[at] = value(cell.set) === 1 && value(cell.unless) === 0 ? 1 : 0;
    else {
      if (rest < 0) problem = "a value is negative";
      for (const [i, { weight }] of cell.bits.entries()) {
        claims[at + i] = rest >= weight ? 1 : 0;
        rest -= weight * claims[at + i]!;
        if (rest >= weight) problem = `a value exceeds twice the weight ${weight}`;
      }
      if (cell.residual === null) continue;
      claims[at + cell.bits.length] = rest;
      if (rest > signals[cell.residual]!.max) problem = `the residual reaches ${rest}`;
    }
  }
  const made = { signals: outputs, rows, values: claims.slice(0, rows * outputs.length), taken: [] };
  if (rows === joint.rows) return { inputs: joint, outputs: made, problem };
  const values = new Int32Array(rows * width);
  for (let i = 0; i < rows; i++) values.set(joint.values.subarray(kept[i]! * width, (kept[i]! + 1) * width), i * width);
  const rowIn = joint.rowIn.map((of) => kept.subarray(0, rows).map((row) => of[row]!));
  return { inputs: { ...joint, rows, values, rowIn }, outputs: made, problem };
}
