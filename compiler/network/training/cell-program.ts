import { type Aggregation, symbolSumMax } from "../../aggregation/aggregation.ts";
import type { Plan } from "../../aggregation/plan.ts";
import { planAggregation } from "../../aggregation/plan-aggregation.ts";
import { largestOf } from "../../kernels/norm.ts";
import { groupsOf } from "../mlp.ts";
import { inputGrid } from "./task.ts";

/** The aggregation as functions of one integer each, small enough to train a network on every value. */
export interface CellProgram {
  readonly signals: readonly CellSignal[];
  readonly cells: readonly CellPlan[];
  /** Output symbol j, most significant first. */
  readonly symbols: readonly (readonly CellTerm[])[];
  /** True when cell k reads input K-1-k and cell k-1 only, so that input vectors can be streamed by prefixes. */
  readonly chain: boolean;
}

export interface CellSignal {
  readonly name: string;
  /** Input of the network, or null for the output of a cell. */
  readonly input: number | null;
  readonly max: number;
}

export interface CellTerm {
  readonly signal: number;
  readonly weight: number;
}

/** t = offset + sum of terms, an integer in 0..max; each output is a table of t. */
export interface CellPlan {
  readonly name: string;
  readonly terms: readonly CellTerm[];
  readonly offset: number;
  readonly max: number;
  readonly outputs: readonly { readonly signal: number; readonly table: readonly number[] }[];
}

/**
 * Where the workers are a power of two and ties need no care: one cell a digit, least significant first, whose outputs are
 * the carry and the digit's parts in the output symbols. Elsewhere the cells of the exact plan, bit by bit.
 */
export function cellProgram(aggregation: Aggregation, inputs: number): CellProgram {
  const powerOfTwo = (aggregation.workers & (aggregation.workers - 1)) === 0;
  if (powerOfTwo && !aggregation.tiesToEven) return rippleProgram(aggregation, inputs);
  if (inputs !== aggregation.symbols) {
    throw new RangeError("cells take merged inputs only for a power of two workers and rounding without ties to even");
  }
  return planProgram(planAggregation(aggregation));
}

function rippleProgram(aggregation: Aggregation, inputs: number): CellProgram {
  const { sizes } = inputGrid(aggregation, inputs);
  const groups = groupsOf(aggregation, inputs);
  const { bitsPerSymbol, symbols: count, bits } = aggregation;
  const shift = 31 - Math.clz32(aggregation.workers);
  const signals: CellSignal[] = sizes.map((size, input) => ({ name: `a${input}`, input, max: size - 1 }));
  const cells: CellPlan[] = [];
  const symbols: CellTerm[][] = Array.from({ length: count }, () => []);
  let carry: CellTerm[] = [];
  let base = 0;
  for (let input = inputs - 1; input >= 0; input--) {
    const top = input === 0;
    const width = groups[input]!.reduce((sum, symbol) => sum + aggregation.symbolBits[symbol]!, 0);
    const offset = input === inputs - 1 ? aggregation.roundingOffset : 0;
    const max = sizes[input]! - 1 + offset + carry.reduce((sum, term) => sum + signals[term.signal]!.max, 0);
    const end = top ? 32 - Math.clz32(max) : width;
    const edges = new Set(base >= shift ? [0, end] : [end]);
    for (let j = 0; j <= count; j++) {
      const edge = shift + Math.min(j * bitsPerSymbol, bits) - base;
      if (edge >= 0 && edge < end) edges.add(edge);
    }
    const sorted = [...edges].sort((a, b) => a - b);
    const outputs: { signal: number; table: number[] }[] = [];
    const values = Array.from({ length: max + 1 }, (_, t) => t);
    const name = `digit${inputs - 1 - input}`;
    const add = (part: string, low: number, size: number): number => {
      const table = values.map((t) => Math.floor(t / 2 ** low) % 2 ** size);
      signals.push({ name: `${name}_${part}`, input: null, max: largestOf(table) });
      outputs.push({ signal: signals.length - 1, table });
      return signals.length - 1;
    };
    sorted.forEach((low, i) => {
      const high = sorted[i + 1];
      const j = Math.floor((base + low - shift) / bitsPerSymbol);
      if (high === undefined || base + low < shift || j >= count) return;
      const signal = add(`s${count - 1 - j}b${low}`, low, high - low);
      symbols[count - 1 - j]!.push({ signal, weight: 2 ** (base + low - shift - j * bitsPerSymbol) });
    });
    const terms: CellTerm[] = [{ signal: input, weight: 1 }, ...carry];
    carry = top ? [] : [{ signal: add("carry", width, 16), weight: 1 }];
    cells.push({ name, terms, offset, max, outputs });
    base += width;
  }
  return { signals, cells, symbols, chain: true };
}

function planProgram(plan: Plan): CellProgram {
  const signals = plan.signals.map((signal, i): CellSignal => {
    return { name: signal.name, input: signal.kind === "sum" ? i : null, max: signal.max };
  });
  const reach = (terms: readonly CellTerm[]): number =>
    terms.reduce((sum, term) => sum + Math.max(0, term.weight) * signals[term.signal]!.max, 0);
  const cells = plan.cells.map((cell): CellPlan => {
    switch (cell.kind) {
      case "split": {
        const max = reach(cell.terms) + cell.offset;
        const outputs = cell.bits.map(({ signal }) => ({ signal, table: [] as number[] }));
        const rest: number[] = [];
        for (let t = 0; t <= max; t++) {
          let left = t;
          cell.bits.forEach((bit, i) => {
            const set = left >= bit.weight ? 1 : 0;
            outputs[i]!.table.push(set);
            left -= set * bit.weight;
          });
          rest.push(left);
        }
        if (cell.residual !== null) outputs.push({ signal: cell.residual, table: rest });
        return { name: cell.name, terms: cell.terms, offset: cell.offset, max, outputs };
      }
      case "nonzero": {
        const max = reach(cell.terms);
        const table = Array.from({ length: max + 1 }, (_, t) => (t > 0 ? 1 : 0));
        return { name: cell.name, terms: cell.terms, offset: 0, max, outputs: [{ signal: cell.bit, table }] };
      }
      case "only": {
        const terms = [
          { signal: cell.set, weight: 1 },
          { signal: cell.unless, weight: -1 },
        ];
        return { name: cell.name, terms, offset: 1, max: 2, outputs: [{ signal: cell.bit, table: [0, 0, 1] }] };
      }
      case "sum":
        throw new Error("the cells of a cascade are not trained");
      default:
        return cell satisfies never;
    }
  });
  return { signals, cells, symbols: plan.symbols, chain: false };
}

/** Largest symbol sum of an aggregation; cells of more values than this are too large to train. */
export const MOST_CELL_VALUES = 300;

/** The values of the largest cell, without building the tables; for limits. */
export function largestSum(aggregation: Aggregation): number {
  return largestOf(aggregation.symbolBits.map((_, symbol) => symbolSumMax(aggregation, symbol)));
}
