import type { Term } from "../../netlist/index.ts";
import type { Aggregation } from "./aggregation.ts";
import { bitLength, type Digit, ripple, trailingZeros, type UnitBuilder } from "./builder.ts";
import type { Residuals } from "./plan.ts";

/** Where the parts of a ripple digit go. Positions are global bit positions of S + c. */
interface Destinations {
  /** Per output symbol counted from the least significant one. */
  readonly symbols: Term[][];
  /** What lies above the quotient's 2^(k + bits): the first remainder of the division. */
  readonly above: Term[];
  /** What lies below 2^k: zero at a tie. */
  readonly below: Term[];
  /** The bit worth 2^k, when it stands alone. */
  unitBit: number | null;
}

type Quotient = Omit<Destinations, "above">;

/**
 * The unit that divides: digits of S, least significant first, to the output symbols, most significant first.
 *
 * With S the sum of the workers' codes, N = 2^k * odd the divisor and c the rounding offset, the output is
 * floor((S + c) / N) = floor(floor((S + c) / 2^k) / odd). A result that is not rounded is S itself: N = 1, c = 0.
 *
 * 1. Ripple (builder.ts) makes sum_i digit_i 2^position_i + c a plain binary number.
 * 2. Dividing by 2^k is a matter of wiring: output symbol j collects the bits k + l j .. k + l j + l - 1.
 * 3. Long division by `odd`, most significant symbol first: v = 2^b r + y is split by odd * 2^x, then the remainder by
 *    2^x, which restores it before it is amplified in the next step.
 * 4. Half-even: at a tie everything below the quotient is 0, and then an odd quotient loses its last bit.
 */
export function planQuotient(
  aggregation: Aggregation,
  digits: readonly Digit[],
  totalMax: number,
  unit: UnitBuilder,
  residuals: Residuals,
): Term[][] {
  const shift = trailingZeros(aggregation.divisor);
  const odd = aggregation.divisor >> shift;
  const { resultSymbols: count, bitsPerSymbol: width, resultBits: bits, tiesToEven } = aggregation;
  const to: Destinations = { symbols: Array.from({ length: count }, () => []), above: [], below: [], unitBit: null };
  ripple(unit, {
    digits,
    offset: aggregation.roundingOffset,
    totalMax,
    boundaries: Array.from({ length: count + 1 }, (_, j) => shift + Math.min(j * width, bits)),
    rest: (position) => {
      if (position < shift) return tiesToEven ? "analog" : "none";
      const counted = odd > 1 || position >= shift + bits || (position - shift) % width !== 0;
      return residuals === "restored" && counted ? "bits" : "analog";
    },
    alone: tiesToEven && odd === 1 ? shift : null,
    place: (position, signal) => place(to, aggregation, shift, position, signal),
    placeAlone: (signal) => {
      to.unitBit = signal;
    },
  });
  const quotient = odd === 1 ? to : divide(aggregation, to, odd, unit);
  if (tiesToEven) clearTies(quotient, unit);
  return quotient.symbols.toReversed();
}

/** Puts what starts at global position `at` where it belongs: below the quotient, in a symbol, or above. */
function place(to: Destinations, aggregation: Aggregation, shift: number, at: number, signal: number): void {
  const width = aggregation.bitsPerSymbol;
  if (at < shift) to.below.push({ signal, weight: 1 });
  else if (at >= shift + aggregation.resultBits)
    to.above.push({ signal, weight: 2 ** (at - shift - aggregation.resultBits) });
  else {
    const j = Math.floor((at - shift) / width);
    to.symbols[j]!.push({ signal, weight: 2 ** (at - shift - j * width) });
  }
}

function divide(aggregation: Aggregation, from: Destinations, odd: number, unit: UnitBuilder): Quotient {
  const count = aggregation.symbols;
  const symbols: Term[][] = Array.from({ length: count }, () => []);
  const below = [...from.below];
  let remainder: readonly Term[] = from.above;
  let unitBit: number | null = null;
  for (let j = count - 1; j >= 0; j--) {
    const width = aggregation.symbolBits[count - 1 - j]!;
    const terms = [
      ...remainder.map((term) => ({ signal: term.signal, weight: term.weight * 2 ** width })),
      ...from.symbols[j]!,
    ];
    const bits: Term[] = [];
    for (let x = width - 1; x >= 0; x--) {
      const signal = unit.signal(`q${j}b${x}`, "bit", 1);
      bits.push({ signal, weight: odd * 2 ** x });
      symbols[j]!.push({ signal, weight: 2 ** x });
      if (j === 0 && x === 0) unitBit = signal;
    }
    const next: Term[] = [];
    let residual: number | null = null;
    if (j > 0) {
      for (let x = bitLength(odd - 1) - 1; x >= 0; x--) {
        const signal = unit.signal(`m${j}b${x}`, "bit", 1);
        bits.push({ signal, weight: 2 ** x });
        next.push({ signal, weight: 2 ** x });
      }
    } else if (aggregation.tiesToEven) {
      residual = unit.signal("m0r", "residual", odd - 1);
      below.push({ signal: residual, weight: 1 });
    }
    unit.cell({ kind: "split", name: `divide${j}`, terms, offset: 0, bits, residual });
    remainder = next;
  }
  return { symbols, below, unitBit };
}

/** At a tie (nothing below the quotient) an odd quotient is one too large, and its last bit is what makes it odd. */
function clearTies(quotient: Quotient, unit: UnitBuilder): void {
  if (quotient.unitBit === null) throw new Error("half-even needs the last bit of the quotient as a signal");
  const notTie = unit.signal("above_tie", "bit", 1);
  unit.cell({ kind: "nonzero", name: "tie", terms: quotient.below, bit: notTie });
  const excess = unit.signal("excess", "bit", 1);
  unit.cell({ kind: "only", name: "even", set: quotient.unitBit, unless: notTie, bit: excess });
  quotient.symbols[0]!.push({ signal: excess, weight: -1 });
}
