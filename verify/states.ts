import type { Cell, Certificate, Term } from "../netlist/index.ts";

/** Joint values of some signals, one row a state: values[row * signals.length + k] belongs to signals[k]. */
export interface StateTable {
  readonly signals: readonly number[];
  readonly rows: number;
  readonly values: Int32Array;
}

/** All values that a cell's inputs can take together, and what the cell claims to make of them. */
export interface CellStates {
  readonly cell: Cell;
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

/**
 * Enumerates what can reach each cell, cell by cell. Signals of one cell keep their correlation; signals of different
 * cells are combined freely, which adds states that no input reaches and loses none.
 */
export function reachableStates(certificate: Certificate): ReachableStates {
  const problems: string[] = [];
  const producer = new Map<number, StateTable>();
  certificate.signals.forEach((signal, id) => {
    if (signal.kind !== "sum") return;
    const values = Int32Array.from({ length: signal.max + 1 }, (_, value) => value);
    producer.set(id, { signals: [id], rows: values.length, values });
  });

  const cells: CellStates[] = [];
  for (const cell of certificate.cells) {
    const inputs = jointStates(inputsOf(cell), producer);
    if (inputs === null) {
      problems.push(`cell ${cell.name} has more than ${STATE_LIMIT} states or reads a signal before it is made`);
      break;
    }
    const outputs = claimedOutputs(cell, inputs, certificate, problems);
    cells.push({ cell, inputs, outputs });
    for (const signal of outputs.signals) producer.set(signal, outputs);
  }
  const symbols: StateTable[] = [];
  if (problems.length === 0) {
    certificate.symbols.forEach((terms, j) => {
      const table = jointStates(distinct(terms), producer);
      if (table === null) problems.push(`output symbol ${j} has more than ${STATE_LIMIT} states`);
      else symbols.push(table);
    });
  }
  return { cells, symbols, problems };
}

export function inputsOf(cell: Cell): number[] {
  return cell.kind === "only" ? [cell.set, cell.unless] : distinct(cell.terms);
}

export function outputsOf(cell: Cell): number[] {
  if (cell.kind !== "split") return [cell.bit];
  const bits = cell.bits.map((bit) => bit.signal);
  return cell.residual === null ? bits : [...bits, cell.residual];
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

/** Free combination of the producers' projections on `wanted`; null when too large or a producer is missing. */
function jointStates(wanted: readonly number[], producer: ReadonlyMap<number, StateTable>): StateTable | null {
  const groups = new Map<StateTable, number[]>();
  for (const signal of wanted) {
    const table = producer.get(signal);
    if (table === undefined) return null;
    const known = groups.get(table);
    if (known === undefined) groups.set(table, [signal]);
    else known.push(signal);
  }
  let joint: StateTable = { signals: [], rows: 1, values: new Int32Array(0) };
  for (const [table, signals] of groups) {
    const part = project(table, signals);
    if (joint.rows * part.rows > STATE_LIMIT) return null;
    joint = product(joint, part);
  }
  return joint;
}

/** The distinct rows of some columns. */
function project(table: StateTable, signals: readonly number[]): StateTable {
  const columns = signals.map((signal) => table.signals.indexOf(signal));
  const seen = new Set<string>();
  const values: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const picked = columns.map((column) => table.values[row * table.signals.length + column]!);
    const key = picked.join();
    if (seen.has(key)) continue;
    seen.add(key);
    values.push(...picked);
  }
  return { signals, rows: seen.size, values: Int32Array.from(values) };
}

function product(a: StateTable, b: StateTable): StateTable {
  const signals = [...a.signals, ...b.signals];
  const rows = a.rows * b.rows;
  const values = new Int32Array(rows * signals.length);
  let at = 0;
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.rows; j++) {
      for (let k = 0; k < a.signals.length; k++) values[at++] = a.values[i * a.signals.length + k]!;
      for (let k = 0; k < b.signals.length; k++) values[at++] = b.values[j * b.signals.length + k]!;
    }
  }
  return { signals, rows, values };
}

function claimedOutputs(cell: Cell, inputs: StateTable, certificate: Certificate, problems: string[]): StateTable {
  const signals = outputsOf(cell);
  const values = new Int32Array(inputs.rows * signals.length);
  let reported = false;
  const report = (text: string): void => {
    if (!reported) problems.push(`cell ${cell.name}: ${text}`);
    reported = true;
  };
  for (let row = 0; row < inputs.rows; row++) {
    const at = row * signals.length;
    switch (cell.kind) {
      case "split": {
        let rest = sumOf(cell.terms, inputs, row) + cell.offset;
        cell.bits.forEach((bit, i) => {
          const set = rest >= bit.weight;
          values[at + i] = set ? 1 : 0;
          if (set) rest -= bit.weight;
          if (rest >= bit.weight) report(`a value exceeds twice the weight ${bit.weight}`);
        });
        if (rest < 0) report("a value is negative");
        if (cell.residual !== null) {
          values[at + cell.bits.length] = rest;
          if (rest > certificate.signals[cell.residual]!.max) report(`the residual reaches ${rest}`);
        }
        break;
      }
      case "nonzero":
        values[at] = sumOf(cell.terms, inputs, row) >= 1 ? 1 : 0;
        break;
      case "only": {
        const set = sumOf([{ signal: cell.set, weight: 1 }], inputs, row);
        const unless = sumOf([{ signal: cell.unless, weight: 1 }], inputs, row);
        values[at] = set === 1 && unless === 0 ? 1 : 0;
        break;
      }
      default:
        cell satisfies never;
    }
  }
  return { signals, rows: inputs.rows, values };
}
