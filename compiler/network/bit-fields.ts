import { min } from "d3-array";
import type { Cell, Term } from "../../netlist/index.ts";
import type { Plan } from "../aggregation/plan.ts";
import type { Tuning } from "./tuning.ts";

/** Fields of the pass before this one, which tell what bits will meet. */
export interface Draft {
  /** Field per unit of the residuals and totals. */
  readonly analogFields: ReadonlyMap<number, number>;
  /** Of each bit that is taken off a value of its own cell, per unit: its field there over its weight. */
  readonly ownFields: ReadonlyMap<number, number>;
}

export const noDraft: Draft = { analogFields: new Map(), ownFields: new Map() };

/** How strong a bit is where it is used: free, because its neuron has gain. */
export interface BitFields {
  /** Of each signal where later sums take it, in the order in which they do. */
  readonly wanted: readonly (readonly number[])[];
  /** Of a bit where it is taken off a value of this field per unit, which reaches `reach`. */
  readonly own: (bit: Term, fieldPerUnit: number, reach: number) => number;
}

/**
 * An MZI whose phase is off by d moves the field of one port by d/2 of that at the other. In LSB a sum of x and bits (y), of
 * fields f and s per unit, is off by up to d/2 times (x f/s) + (y s/f), a splitter of a bit by its weight times what the other
 * copies have, over what it has: all of it is A s^2 + B / s^2 in the square, least at s^4 = B / A. `Tuning.matched` takes that s for every sum
 * and, with the field of the bit itself in place of s, for every subtraction; otherwise all bits are alike.
 */
export function bitFields(plan: Plan, sumFields: ReadonlyMap<number, number>, draft: Draft, tuning: Tuning): BitFields {
  const sums = sumsOf(plan);
  const analog = (term: Term): number | undefined => sumFields.get(term.signal) ?? draft.analogFields.get(term.signal);
  const usual = sumFields.values().next().value ?? 1;
  /** Field per unit of the bits of each sum. */
  const scales = sums.map((terms) => {
    const base = analogField(terms, sumFields, draft);
    if (!tuning.matched) return (base ?? usual) * tuning.carryBalance;
    if (base === null && tuning.bitsField !== null) return tuning.bitsField;
    let rising = 0;
    let falling = 0;
    if (base !== null) {
      const reach = (ofBits: boolean): number =>
        terms.reduce((sum, { signal, weight }) => {
          const { kind, max } = plan.signals[signal]!;
          return (kind === "bit") === ofBits ? sum + Math.abs(weight) * max : sum;
        }, 0);
      // k bits of s each make a sum of s / sqrt(k)
      const bits = terms.filter(({ signal }) => plan.signals[signal]!.kind === "bit").length;
      rising += (reach(true) / base) ** 2 / Math.max(1, bits);
      falling += (reach(false) * base) ** 2 * Math.max(1, bits);
    }
    for (const { signal, weight } of terms) {
      const own = analog({ signal, weight }) === undefined ? draft.ownFields.get(signal) : undefined;
      if (own === undefined) continue;
      rising += (weight / own) ** 2;
      falling += (weight * own) ** 2;
    }
    return rising > 0 && falling > 0 ? (falling / rising) ** 0.25 * tuning.carryBalance : (base ?? usual);
  });
  const uses: { readonly weight: number; readonly scale: number }[][] = plan.signals.map(() => []);
  sums.forEach((terms, k) => {
    for (const { signal, weight } of terms) uses[signal]!.push({ weight: Math.abs(weight), scale: scales[k]! });
  });
  return {
    wanted: uses.map((of) => of.map(({ weight, scale }) => weight * scale)),
    own: ({ signal, weight }, fieldPerUnit, reach) => {
      if (!tuning.matched) return weight * fieldPerUnit * tuning.balance;
      let rising = 1 / fieldPerUnit ** 2;
      let falling = (weight * fieldPerUnit * reach) ** 2;
      for (const use of uses[signal]!) {
        rising += 1 / use.scale ** 2;
        falling += (weight * use.weight * use.scale) ** 2;
      }
      return (falling / rising) ** 0.25 * tuning.balance;
    },
  };
}

/** Field per unit of the strongest analog term of a sum; null where all are bits. */
function analogField(
  terms: readonly Term[],
  sumFields: ReadonlyMap<number, number>,
  { analogFields }: Draft,
): number | null {
  for (const { signal, weight } of terms) {
    const sumField = sumFields.get(signal);
    if (sumField !== undefined) return sumField / weight;
  }
  const fields = terms.flatMap(({ signal, weight }) =>
    analogFields.has(signal) ? [analogFields.get(signal)! / weight] : [],
  );
  return min(fields) ?? null;
}

/** Every sum of the plan in which signals are used: the cells', then the symbols'. */
export function sumsOf(plan: Plan): readonly (readonly Term[])[] {
  return [...plan.cells.map(termsOf), ...plan.symbols];
}

function termsOf(cell: Cell): readonly Term[] {
  if (cell.kind !== "only") return cell.terms;
  return [
    { signal: cell.set, weight: 1 },
    { signal: cell.unless, weight: 1 },
  ];
}
