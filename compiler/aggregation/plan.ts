import type { Aggregation } from "./aggregation.ts";
import { symbolSumMax } from "./aggregation.ts";

/**
 * The arithmetic of an exact network, in integers and without light.
 *
 * With S the sum of the workers' codes, N = 2^k * odd and c the rounding offset, the output is
 * floor((S + c) / N) = floor(floor((S + c) / 2^k) / odd).
 *
 * 1. Ripple: digit sums arrive least significant first. Cell i splits E = A_i + carry (+ c at i = 0) into bits; those
 *    worth 2^l or more are the carry into the next digit, so that sum_i A_i 2^(l i) + c becomes a plain binary number.
 * 2. Dividing by 2^k is a matter of wiring: output symbol j collects the bits k + l j .. k + l j + l - 1. A digit is
 *    split only as far as a symbol or carry boundary asks for; the rest stays one analog residual.
 * 3. Long division by `odd`, most significant symbol first: v = 2^b r + y is split by odd * 2^x, then the remainder by
 *    2^x, which restores it before it is amplified in the next step.
 * 4. Half-even: at a tie everything below the quotient is 0, and then an odd quotient loses its last bit.
 */
export interface Plan {
  readonly signals: readonly PlanSignal[];
  readonly cells: readonly PlanCell[];
  /** Output symbol j, most significant first, as a weighted sum of signals. */
  readonly symbols: readonly (readonly PlanTerm[])[];
}

export interface PlanSignal {
  readonly name: string;
  readonly kind: "sum" | "bit" | "residual";
  readonly max: number;
}

export interface PlanTerm {
  readonly signal: number;
  readonly weight: number;
}

export type PlanCell =
  | {
      readonly kind: "split";
      readonly name: string;
      readonly terms: readonly PlanTerm[];
      readonly offset: number;
      readonly bits: readonly PlanTerm[];
      readonly residual: number | null;
    }
  | { readonly kind: "nonzero"; readonly name: string; readonly terms: readonly PlanTerm[]; readonly bit: number }
  | {
      readonly kind: "only";
      readonly name: string;
      readonly set: number;
      readonly unless: number;
      readonly bit: number;
    };

/** Where the parts of a ripple digit go. Positions are global bit positions of S + c. */
interface Destinations {
  /** Per output symbol counted from the least significant one. */
  readonly symbols: PlanTerm[][];
  /** What lies above the quotient's 2^(k + bits): the first remainder of the division. */
  readonly above: PlanTerm[];
  /** What lies below 2^k: zero at a tie. */
  readonly below: PlanTerm[];
  /** The bit worth 2^k, when it stands alone. */
  unitBit: number | null;
}

export function planAggregation(aggregation: Aggregation): Plan {
  const signals: PlanSignal[] = [];
  const cells: PlanCell[] = [];
  const add = (name: string, kind: PlanSignal["kind"], max: number): number => signals.push({ name, kind, max }) - 1;

  const sums = aggregation.symbolBits.map((_, symbol) => add(`a${symbol}`, "sum", symbolSumMax(aggregation, symbol)));
  const shift = trailingZeros(aggregation.workers);
  const odd = aggregation.workers >> shift;
  const destinations = ripple(aggregation, sums, shift, odd, add, cells);
  const quotient = odd === 1 ? wired(destinations) : divide(aggregation, destinations, odd, add, cells);
  if (aggregation.tiesToEven) clearTies(quotient, add, cells);
  return { signals, cells, symbols: quotient.symbols.toReversed() };
}

interface Quotient {
  readonly symbols: PlanTerm[][];
  readonly below: PlanTerm[];
  readonly unitBit: number | null;
}

type AddSignal = (name: string, kind: PlanSignal["kind"], max: number) => number;

function ripple(
  aggregation: Aggregation,
  sums: readonly number[],
  shift: number,
  odd: number,
  add: AddSignal,
  cells: PlanCell[],
): Destinations {
  const width = aggregation.bitsPerSymbol;
  const count = aggregation.symbols;
  const to: Destinations = {
    symbols: Array.from({ length: count }, () => []),
    above: [],
    below: [],
    unitBit: null,
  };
  const unitDigit = Math.min(Math.floor(shift / width), count - 1);
  let carry: PlanTerm[] = [];
  let carryMax = 0;
  for (let digit = 0; digit < count; digit++) {
    const top = digit === count - 1;
    const base = digit * width;
    const offset = digit === 0 ? aggregation.roundingOffset : 0;
    const symbol = count - 1 - digit;
    const max = symbolSumMax(aggregation, symbol) + carryMax + offset;
    const length = bitLength(max);

    // Positions inside this digit at which what lies below goes elsewhere than what lies above.
    const boundaries: number[] = top ? [] : [width];
    for (let j = 0; j <= count; j++) {
      boundaries.push(shift + Math.min(j * width, aggregation.bits) - base);
    }
    const alone = aggregation.tiesToEven && odd === 1 && digit === unitDigit;
    const stop = alone ? shift - base : Math.min(length, ...boundaries.filter((x) => x > 0));

    const bits: PlanTerm[] = [];
    const nextCarry: PlanTerm[] = [];
    for (let x = length - 1; x >= stop; x--) {
      const signal = add(`d${digit}b${x}`, "bit", 1);
      bits.push({ signal, weight: 2 ** x });
      if (!top && x >= width) nextCarry.push({ signal, weight: 2 ** (x - width) });
      else place(to, aggregation, shift, base + x, signal);
      if (alone && x === stop) to.unitBit = signal;
    }
    const residualUsed = stop > 0 && (base >= shift || aggregation.tiesToEven);
    const residual = residualUsed ? add(`d${digit}r`, "residual", Math.min(max, 2 ** stop - 1)) : null;
    if (residual !== null) place(to, aggregation, shift, base, residual);

    cells.push({
      kind: "split",
      name: `digit${digit}`,
      terms: [{ signal: sums[symbol]!, weight: 1 }, ...carry],
      offset,
      bits,
      residual,
    });
    carry = nextCarry;
    carryMax = Math.floor(max / 2 ** width);
  }
  return to;
}

/** Puts what starts at global position `at` where it belongs: below the quotient, in a symbol, or above. */
function place(to: Destinations, aggregation: Aggregation, shift: number, at: number, signal: number): void {
  const width = aggregation.bitsPerSymbol;
  if (at < shift) to.below.push({ signal, weight: 1 });
  else if (at >= shift + aggregation.bits) to.above.push({ signal, weight: 2 ** (at - shift - aggregation.bits) });
  else {
    const j = Math.floor((at - shift) / width);
    to.symbols[j]!.push({ signal, weight: 2 ** (at - shift - j * width) });
  }
}

function wired(to: Destinations): Quotient {
  return { symbols: to.symbols, below: to.below, unitBit: to.unitBit };
}

function divide(
  aggregation: Aggregation,
  from: Destinations,
  odd: number,
  add: AddSignal,
  cells: PlanCell[],
): Quotient {
  const count = aggregation.symbols;
  const symbols: PlanTerm[][] = Array.from({ length: count }, () => []);
  const below = [...from.below];
  let remainder: readonly PlanTerm[] = from.above;
  let unitBit: number | null = null;
  for (let j = count - 1; j >= 0; j--) {
    const width = aggregation.symbolBits[count - 1 - j]!;
    const terms = [
      ...remainder.map((term) => ({ signal: term.signal, weight: term.weight * 2 ** width })),
      ...from.symbols[j]!,
    ];
    const bits: PlanTerm[] = [];
    for (let x = width - 1; x >= 0; x--) {
      const signal = add(`q${j}b${x}`, "bit", 1);
      bits.push({ signal, weight: odd * 2 ** x });
      symbols[j]!.push({ signal, weight: 2 ** x });
      if (j === 0 && x === 0) unitBit = signal;
    }
    const next: PlanTerm[] = [];
    let residual: number | null = null;
    if (j > 0) {
      for (let x = bitLength(odd - 1) - 1; x >= 0; x--) {
        const signal = add(`m${j}b${x}`, "bit", 1);
        bits.push({ signal, weight: 2 ** x });
        next.push({ signal, weight: 2 ** x });
      }
    } else if (aggregation.tiesToEven) {
      residual = add("m0r", "residual", odd - 1);
      below.push({ signal: residual, weight: 1 });
    }
    cells.push({ kind: "split", name: `divide${j}`, terms, offset: 0, bits, residual });
    remainder = next;
  }
  return { symbols, below, unitBit };
}

/** At a tie (nothing below the quotient) an odd quotient is one too large, and its last bit is what makes it odd. */
function clearTies(quotient: Quotient, add: AddSignal, cells: PlanCell[]): void {
  if (quotient.unitBit === null) throw new Error("half-even needs the last bit of the quotient as a signal");
  const notTie = add("above_tie", "bit", 1);
  cells.push({ kind: "nonzero", name: "tie", terms: quotient.below, bit: notTie });
  const excess = add("excess", "bit", 1);
  cells.push({ kind: "only", name: "even", set: quotient.unitBit, unless: notTie, bit: excess });
  quotient.symbols[0]!.push({ signal: excess, weight: -1 });
}

function trailingZeros(n: number): number {
  return 31 - Math.clz32(n & -n);
}

/** Bits needed to write n >= 0; 0 for 0. */
function bitLength(n: number): number {
  return 32 - Math.clz32(n);
}
