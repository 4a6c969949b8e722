import type { Cell, Term } from "../../netlist/index.ts";
import type { PlanSignal } from "./plan.ts";

/** A plan in the making. `prefix` tells the units of a cascade apart in the names of signals and cells. */
export interface PlanBuilder {
  readonly signals: PlanSignal[];
  readonly cells: Cell[];
}

/** What one unit adds to a plan: names get its prefix. */
export interface UnitBuilder {
  signal(name: string, kind: PlanSignal["kind"], max: number): number;
  cell(cell: Cell): void;
}

export function unitBuilder(plan: PlanBuilder, prefix: string): UnitBuilder {
  return {
    signal: (name, kind, max) => plan.signals.push({ name: prefix + name, kind, max }) - 1,
    cell: (cell) => void plan.cells.push({ ...cell, name: prefix + cell.name }),
  };
}

/** Levels and units are numbered from 1 in names. */
export function unitPrefix(level: number, unit: number): string {
  return `l${level + 1}u${unit + 1}_`;
}

/** One lane of light that comes into a unit: worth 2^position a step, 0..max. */
export interface Digit {
  readonly signal: number;
  readonly position: number;
  readonly max: number;
}

/** What a ripple takes apart and where it puts the parts. Positions are bit positions of S + offset, S = sum 2^position digit. */
export interface RippleTask {
  /** Least significant first, the first at position 0, each higher than the one before. */
  readonly digits: readonly Digit[];
  readonly offset: number;
  /** Largest S; less than the digits' own bounds allow when they come from units whose digits cannot all be full at once. */
  readonly totalMax: number;
  /** Positions at which what lies below goes elsewhere than what lies above. */
  readonly boundaries: readonly number[];
  /** Whether the rest that starts at a position goes anywhere, as it is or in bits. */
  rest(position: number): "none" | "analog" | "bits";
  /** A position whose bit has to be a signal of its own; null for none. */
  readonly alone: number | null;
  /** Takes a part that starts at `position`. */
  place(position: number, signal: number): void;
  /** Takes the bit at `alone`. */
  placeAlone(signal: number): void;
}

/**
 * Plain binary from a sum of digits, least significant first. Cell i splits E = digit_i + carry (+ offset at i = 0) into
 * bits; those that reach into the next digit are the carry. A digit is split only as far as a boundary asks for; the
 * rest stays one analog residual, unless it is wanted in bits.
 */
export function ripple(unit: UnitBuilder, task: RippleTask): void {
  let carry: Term[] = [];
  let carryMax = 0;
  task.digits.forEach((digit, i) => {
    const base = digit.position;
    const next = task.digits[i + 1];
    const width = next === undefined ? null : next.position - base;
    const offset = i === 0 ? task.offset : 0;
    const max = Math.min(digit.max + carryMax + offset, Math.floor((task.totalMax + task.offset) / 2 ** base));
    const length = bitLength(max);

    const limits = task.boundaries.map((position) => position - base);
    if (width !== null) limits.push(width);
    const alone = task.alone !== null && task.alone >= base && (next === undefined || task.alone < next.position);
    const parting = alone ? task.alone! - base : limits.reduce((least, x) => (x > 0 && x < least ? x : least), length);
    const rest = task.rest(base);
    const stop = rest === "bits" ? 0 : parting;

    const bits: Term[] = [];
    const nextCarry: Term[] = [];
    for (let x = length - 1; x >= stop; x--) {
      const signal = unit.signal(`d${i}b${x}`, "bit", 1);
      bits.push({ signal, weight: 2 ** x });
      if (width !== null && x >= width) nextCarry.push({ signal, weight: 2 ** (x - width) });
      else task.place(base + x, signal);
      if (alone && x === parting) task.placeAlone(signal);
    }
    const keepsRest = stop > 0 && rest === "analog";
    if (bits.length === 0 && carry.length === 0 && offset === 0) {
      // Nothing comes in but the digit and nothing is split off it: it is its own rest.
      if (keepsRest) task.place(base, digit.signal);
    } else {
      const residual = keepsRest ? unit.signal(`d${i}r`, "residual", Math.min(max, 2 ** stop - 1)) : null;
      if (residual !== null) task.place(base, residual);
      const terms = [{ signal: digit.signal, weight: 1 }, ...carry];
      unit.cell({ kind: "split", name: `digit${i}`, terms, offset, bits, residual });
    }
    carry = nextCarry;
    carryMax = width === null ? 0 : Math.floor(max / 2 ** width);
  });
}

/** The power of two in n. */
export function trailingZeros(n: number): number {
  return 31 - Math.clz32(n & -n);
}

/** Bits needed to write 0 <= n < 2^53; 0 for 0. */
export function bitLength(n: number): number {
  const high = Math.floor(n / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(n >>> 0);
}
