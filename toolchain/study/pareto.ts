import type { Study, StudyMeasure } from "../../dsl/index.ts";
import type { Outcome } from "./measure.ts";

/** What a front is about, of a study. */
export interface FrontStudy extends Pick<Study, "name" | "objectives"> {
  readonly measures: readonly Pick<StudyMeasure, "metric" | "written">[];
}

/**
 * Numbers of the outcomes on the Pareto front, in their order: those that are done, have every objective, and are beaten by none, which
 * is to be no worse in any objective and better in one. Empty where a study has no objectives.
 */
export function paretoFront(
  { measures, objectives }: Omit<FrontStudy, "name">,
  outcomes: readonly Outcome[],
): readonly number[] {
  if (objectives.length === 0) return [];
  const costs = outcomes.flatMap(({ state, figures }, number) => {
    if (state !== "done") return [];
    const cost = objectives.map(({ metric, better }) => {
      const figure = figures[measures.findIndex((measure) => measure.metric === metric)] ?? Number.NaN;
      return better === "less" ? figure : -figure;
    });
    return cost.some(Number.isNaN) ? [] : [{ number, cost }];
  });
  // Whoever is beaten is beaten by one that comes before it in this order, and by one on the front.
  const sorted = [...costs].sort((a, b) => order(a.cost, b.cost) || a.number - b.number);
  const front: typeof costs = [];
  for (const each of sorted) if (!front.some(({ cost }) => beats(cost, each.cost))) front.push(each);
  return front.map(({ number }) => number).sort((a, b) => a - b);
}

function order(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((cost, i) => cost !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function beats(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, i) => cost <= b[i]!) && a.some((cost, i) => cost < b[i]!);
}
