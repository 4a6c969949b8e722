import { type Aggregation, symbolSumMax, workersOfUnits } from "./aggregation.ts";
import { type Digit, type PlanBuilder, unitBuilder, unitPrefix } from "./builder.ts";
import { planCascade } from "./cascade.ts";
import type { Plan, Residuals } from "./plan.ts";
import { planQuotient } from "./quotient.ts";

/** The plan of an aggregation. Sums of the workers' symbols are the first signals: symbol by symbol, unit after unit. */
export function planAggregation(aggregation: Aggregation, residuals: Residuals = "analog"): Plan {
  const plan: PlanBuilder = { signals: [], cells: [] };
  const { fanIn } = aggregation;
  const sums = workersOfUnits(aggregation).map((workers, unit) => {
    const builder = unitBuilder(plan, fanIn === null ? "" : unitPrefix(0, unit));
    return aggregation.symbolBits.map((_, symbol): Digit => {
      const max = symbolSumMax(aggregation, symbol, workers);
      const position = aggregation.bitsPerSymbol * (aggregation.symbols - 1 - symbol);
      return { signal: builder.signal(`a${symbol}`, "sum", max), position, max };
    });
  });
  const digits = sums.map((unit) => unit.toReversed());
  if (fanIn !== null) {
    const { combiners, symbols } = planCascade(aggregation, fanIn, digits, plan, residuals);
    return { ...plan, symbols, combiners };
  }
  const totalMax = aggregation.workers * (2 ** aggregation.bits - 1);
  const symbols = planQuotient(aggregation, digits[0]!, totalMax, unitBuilder(plan, ""), residuals);
  return { ...plan, symbols, combiners: [] };
}
