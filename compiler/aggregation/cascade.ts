import type { Term } from "../../netlist/index.ts";
import type { Aggregation } from "./aggregation.ts";
import { bitLength, type Digit, type PlanBuilder, ripple, unitBuilder, unitPrefix } from "./builder.ts";
import type { PlanCombiner, Residuals } from "./plan.ts";
import { planQuotient } from "./quotient.ts";

/**
 * A tree of units. A unit below the last level loses nothing of its sum S: it hands on the symbols of floor(S / 2^k),
 * 2^k the first power of two that its workers fit in, and the fraction S mod 2^k (for full units of 2^k workers: the mean
 * with its fraction). In codes the digits are those of S itself, so that the sums over the units of a level are again
 * digits of a sum. Only the last unit rounds and divides, by the number of workers that there are: its result is the mean
 * of one unit with all of them.
 *
 * arXiv 2603.28290 merges the fraction into the last symbol, which then has 2^k times as many levels. Here it travels in
 * symbols of its own, no finer than the words' symbols: for 16 workers and 8 bits that is 479 MZIs instead of 459, and ten
 * of ten chips are without a wrong word at phase errors of 0.002 rad instead of none (reachable states, margin 0.4).
 *
 * All units of a level are built alike, whether their inputs are lit or dark.
 */
export function planCascade(
  aggregation: Aggregation,
  fanIn: readonly number[],
  firstDigits: readonly (readonly Digit[])[],
  plan: PlanBuilder,
  residuals: Residuals,
): { readonly combiners: readonly PlanCombiner[]; readonly symbols: Term[][] } {
  const codeMax = 2 ** aggregation.bits - 1;
  const combiners: PlanCombiner[] = [];
  let digitsOfUnits = firstDigits;
  let capacity = 1;
  let fractionBits = 0;
  fanIn.slice(0, -1).forEach((inputs, level) => {
    capacity *= inputs;
    fractionBits += bitLength(inputs - 1);
    const totalMax = Math.min(capacity, aggregation.workers) * codeMax;
    const positions = outputPositions(fractionBits, aggregation.bitsPerSymbol, bitLength(totalMax));
    const outputs = digitsOfUnits.map((digits, unit) =>
      planUnit(
        plan,
        unitPrefix(level, unit),
        fullDigits(aggregation, level, inputs, digits),
        totalMax,
        positions,
        residuals,
      ),
    );
    const from = plan.cells.length;
    const places = fanIn[level + 1]!;
    digitsOfUnits = Array.from({ length: Math.ceil(outputs.length / places) }, (_, unit) => {
      const builder = unitBuilder(plan, unitPrefix(level + 1, unit));
      const children = outputs.slice(unit * places, (unit + 1) * places);
      return positions.map((position, i): Digit => {
        const terms = children.map((child) => ({ signal: child[i]!, weight: 1 }));
        const max = terms.reduce((sum, term) => sum + plan.signals[term.signal]!.max, 0);
        const total = builder.signal(`y${i}`, "total", max);
        builder.cell({ kind: "sum", name: `combine${i}`, terms, total });
        // Every unit is dimensioned for lit inputs; the last level has one unit, which need not be.
        return {
          signal: total,
          position,
          max: level + 2 === fanIn.length ? max : digitMax(position, positions, totalMax) * places,
        };
      });
    });
    combiners.push({ from, end: plan.cells.length, inputs: places });
  });
  const last = fanIn.length - 1;
  const builder = unitBuilder(plan, unitPrefix(last, 0));
  const symbols = planQuotient(aggregation, digitsOfUnits[0]!, aggregation.workers * codeMax, builder, residuals);
  return { combiners, symbols };
}

/**
 * Bit positions at which the digits of a unit's output begin, 0 first: those of the fraction, then the symbols, as
 * far as a sum of `length` bits reaches: less far in trees of which few inputs are lit.
 */
export function outputPositions(fractionBits: number, bitsPerSymbol: number, length: number): number[] {
  const pieces = Math.ceil(fractionBits / bitsPerSymbol);
  const positions = Array.from({ length: pieces }, (_, i) => Math.ceil((i * fractionBits) / pieces));
  for (let position = fractionBits; position < length; position += bitsPerSymbol) positions.push(position);
  return positions.filter((position) => position === 0 || position < length);
}

function digitMax(position: number, positions: readonly number[], totalMax: number): number {
  const next = positions[positions.indexOf(position) + 1];
  const above = Math.floor(totalMax / 2 ** position);
  return next === undefined ? above : Math.min(above, 2 ** (next - position) - 1);
}

/** On the workers' level the sums' bounds are those of the workers that there are; the unit is built for all its inputs. */
function fullDigits(
  aggregation: Aggregation,
  level: number,
  inputs: number,
  digits: readonly Digit[],
): readonly Digit[] {
  if (level > 0) return digits;
  const { symbols, symbolBits } = aggregation;
  return digits.map((digit, i) => ({ ...digit, max: inputs * (2 ** symbolBits[symbols - 1 - i]! - 1) }));
}

/** One unit that keeps everything: signals of its output digits, least significant first. */
function planUnit(
  plan: PlanBuilder,
  prefix: string,
  digits: readonly Digit[],
  totalMax: number,
  positions: readonly number[],
  residuals: Residuals,
): number[] {
  const unit = unitBuilder(plan, prefix);
  const outputs: Term[][] = positions.map(() => []);
  ripple(unit, {
    digits,
    offset: 0,
    totalMax,
    boundaries: positions,
    rest: () => (residuals === "restored" ? "bits" : "analog"),
    alone: null,
    place: (at, signal) => {
      const digit = positions.findLastIndex((position) => position <= at);
      outputs[digit]!.push({ signal, weight: 2 ** (at - positions[digit]!) });
    },
    placeAlone: () => undefined,
  });
  return outputs.map((terms, i) => {
    const [only] = terms;
    if (terms.length === 1 && only!.weight === 1) return only!.signal;
    // The parts can be full one by one where all of them together cannot: the bound is what each of them allows.
    const reach = terms.reduce((sum, term) => sum + term.weight * plan.signals[term.signal]!.max, 0);
    const total = unit.signal(`s${i}`, "total", Math.max(reach, digitMax(positions[i]!, positions, totalMax)));
    unit.cell({ kind: "sum", name: `output${i}`, terms, total });
    return total;
  });
}
