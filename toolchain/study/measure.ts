import {
  type AppliedMetric,
  type Checked,
  isAppliedMetric,
  type Spec,
  type Study,
  type StudyMetric,
} from "../../dsl/index.ts";
import { countDevices } from "../../netlist/index.ts";
import { type BudgetFigures, figureSteps, type Technology } from "../../physics/index.ts";
import { runAbortable } from "../circuit/run-steps.ts";
import { type Compiled, compile } from "../compile.ts";

/** What became of one point. */
export interface Outcome {
  /** `missed`: a circuit that misses a requirement of its aggregate; `failed`: there is no circuit. */
  readonly state: "done" | "missed" | "failed";
  /** For every measure of the study, in the base unit; null where there is none. */
  readonly figures: readonly (number | null)[];
  /** The code and message of what is wrong, or why a figure is missing; null where nothing is. */
  readonly problem: string | null;
}

/** What a training through a circuit and a cluster with it come to, or why they come to nothing. */
export type AppliedFigures = Readonly<Partial<Record<AppliedMetric, number | string>>>;

/** Compiles, proves and measures one point. `technology` is the one that the spec names. Failures are outcomes. */
export async function measurePoint(
  { value: spec, diagnostics }: Checked<Spec>,
  study: Study,
  technology: Technology | null,
  applied: (compiled: Compiled) => AppliedFigures = () => ({}),
): Promise<Outcome> {
  if (spec === null) return failed(study, diagnostics);
  const { seed, chips } = study;
  const compiled = await compile(spec, { seed, ...(technology === null ? {} : { technology }) });
  if (compiled.value === null) return failed(study, compiled.diagnostics);
  const { circuit, budget } = compiled.value;
  const asked = { metrics: study.measures, chips, seed };
  const figures = await runAbortable(figureSteps(circuit, spec, technology, asked, budget), undefined);
  const problems = new Set<string>();
  const others = applied(compiled.value);
  const measured = study.measures.map(({ metric }) => {
    const figure = figureOf(metric, compiled.value!, figures, others);
    if (typeof figure === "string") problems.add(figure);
    else if (Number.isFinite(figure)) return figure;
    else problems.add(`\`${metric}\` is not finite`);
    return null;
  });
  const misses = compiled.diagnostics.filter(({ severity }) => severity === "error");
  const missed = misses.map(({ code, message }) => `${code}: ${message}`);
  const problem = [...missed, ...problems].join("; ");
  return {
    state: misses.length > 0 ? "missed" : "done",
    figures: measured,
    problem: problem === "" ? null : problem,
  };
}

function failed({ measures }: Study, diagnostics: Checked<Spec>["diagnostics"]): Outcome {
  const found = diagnostics.find(({ severity }) => severity === "error");
  const problem = found === undefined ? "no circuit" : `${found.code}: ${found.message}`;
  return { state: "failed", figures: measures.map(() => null), problem };
}

/** In the base unit, or why there is none. */
function figureOf(
  metric: StudyMetric,
  { circuit }: Compiled,
  figures: BudgetFigures,
  others: AppliedFigures,
): number | string {
  if (isAppliedMetric(metric)) return others[metric] ?? `\`${metric}\` is not measured`;
  if (metric === "neurons") return countDevices(circuit).activations;
  if (metric === "depth") return countDevices(circuit).depth;
  const figure = figures[metric];
  return figure.kind === "value" ? figure.value : figure.reason;
}
