import { synthesise } from "../../compiler/index.ts";
import type { Metric, Preference, Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import {
  type Budget,
  isTriedMetric,
  noiseAloneSteps,
  type RequirementResult,
  requirementSteps,
  specBudgetSteps,
  type Technology,
  usualWordErrorRate,
} from "../../physics/index.ts";
import { type Steps, within } from "../../verify/index.ts";
import { synthesiseIn } from "../circuit/synthesis.ts";
import { type CandidateDesign, designsOf } from "./designs.ts";

/** A design with the figures that it was judged by. */
export interface TriedDesign extends CandidateDesign {
  /** In the order of the spec, without what takes long where another one is missed; null where no circuit could be made. */
  readonly results: readonly RequirementResult[] | null;
  /** Of what is preferred, in its base unit; null where it has none. */
  readonly preferred: number | null;
  /** Light of a symbol that the required word error rate asks for, in W; null where there is none. */
  readonly launchPowerW: number | null;
  readonly keepsAll: boolean;
  /** Largest symbol rate that its parts follow, with the eye half open; infinite where that is not known. */
  readonly largestRateBd: number;
}

/** What was chosen for a spec, and against what. */
export interface DesignChoice {
  readonly prefer: Preference;
  /** Keeps every requirement where `keepsAll`; else it misses the fewest, and those by the least. */
  readonly chosen: TriedDesign;
  /** The next best that keeps all; null where none was found. */
  readonly runnerUp: TriedDesign | null;
  /** Best first. */
  readonly tried: readonly TriedDesign[];
  /** Designs in all; what was not tried has more of what is preferred, or was beyond the largest number of trials. */
  readonly designs: number;
  /** True where designs that may be better were left out because of that number. */
  readonly exhausted: boolean;
}

/** Default of the most designs that are measured. */
export const usualDesigns = 32;

/**
 * The best design of a spec whose network is free: of those that keep every requirement, and the symbol rate if any does, the one with least of what is preferred, then
 * the fewest MZIs and neurons, then the least launch power. Designs come in the order of their devices; where MZIs are preferred, those with more
 * than the second best are not measured. A design that misses a bound even without lengths waits until the others are measured: it
 * is left out where one of them keeps all, or where nothing but noise is bounded and it asks for more light than another. `most` designs are measured; `seed` is that of the chips of a yield. Null where no design has a circuit.
 */
export function* designSteps(
  spec: Spec,
  technology: Technology,
  { seed, most }: { readonly seed: number; readonly most: number },
): Steps<DesignChoice | null> {
  const prefer = spec.prefer ?? "mzis";
  const designs = designsOf(spec, technology);
  const tried: TriedDesign[] = [];
  const kept: TriedDesign[] = [];
  let exhausted = false;
  const late: CandidateDesign[] = [];
  const at = () =>
    ({ done: tried.length, total: Math.min(most, designs.length), unit: "designs", wrong: null }) as const;
  const keepsNoise = (design: CandidateDesign, launchPowerW: number): Steps<boolean> =>
    within(keepsNoiseSteps(synthesise(design.spec).circuit, design.spec, technology, launchPowerW), at);
  const measure = function* (design: CandidateDesign): Steps<void> {
    yield at();
    const judged = yield* within(measureSteps(design, technology, prefer, seed), at);
    tried.push(judged);
    if (judged.keepsAll && keepsRate(judged)) {
      kept.push(judged);
      kept.sort(byPreference);
    }
  };
  const launchPowerW = boundOf(spec, "launch-power");
  for (const design of designs) {
    const second = kept[1];
    if (prefer === "mzis" && second !== undefined && isLarger(design, second)) break;
    exhausted = tried.length >= most;
    if (exhausted) break;
    if (design.mzis > boundOf(spec, "mzis") || !(yield* keepsNoise(design, launchPowerW))) late.push(design);
    else yield* measure(design);
  }
  for (const design of late) {
    if (tried.some(({ keepsAll }) => keepsAll)) break;
    const leastW = tried.reduce((least, it) => Math.min(least, it.launchPowerW ?? least), Number.POSITIVE_INFINITY);
    if (spec.requirements.every(isOfNoise) && !(yield* keepsNoise(design, leastW))) continue;
    exhausted ||= tried.length >= most;
    if (exhausted) break;
    yield* measure(design);
  }
  tried.sort(
    (a, b) =>
      compared(missed(a), missed(b)) ||
      Number(keepsRate(b)) - Number(keepsRate(a)) ||
      compared(excess(a, spec), excess(b, spec)) ||
      byPreference(a, b),
  );
  const chosen = tried[0];
  if (chosen === undefined || chosen.results === null) return null;
  return { prefer, chosen, runnerUp: kept[1] ?? null, tried, designs: designs.length, exhausted };
}

export function boundOf({ requirements }: Spec, metric: Metric): number {
  return requirements.find((each) => each.metric === metric)?.value ?? Number.POSITIVE_INFINITY;
}

/** The launch power is that of the required word error rate, and the other way round. */
export function isOfNoise({ metric }: { readonly metric: Metric }): boolean {
  return metric === "launch-power" || metric === "word-error-rate";
}

/**
 * Whether so much light, in W, keeps the word error rate of a spec in noise alone; true where that is not known. A circuit that
 * misses it without lengths misses it with them too: they lose light.
 */
export function* keepsNoiseSteps(
  circuit: Circuit,
  spec: Spec,
  technology: Technology,
  launchPowerW: number,
): Steps<boolean> {
  if (launchPowerW === Number.POSITIVE_INFINITY) return true;
  const wordErrorRate = yield* noiseAloneSteps(circuit, technology, spec.symbolRateBd, launchPowerW);
  const asked = boundOf(spec, "word-error-rate");
  return wordErrorRate === null || wordErrorRate <= (Number.isFinite(asked) ? asked : usualWordErrorRate);
}

export function keepsRate({ largestRateBd, spec }: TriedDesign): boolean {
  return largestRateBd >= spec.symbolRateBd;
}

function isLarger(a: CandidateDesign, b: CandidateDesign): boolean {
  return a.mzis > b.mzis || (a.mzis === b.mzis && a.neurons > b.neurons);
}

/** Requirements that are missed; of a design without a circuit more than there can be. */
function missed({ results }: TriedDesign): number {
  return results === null ? Number.POSITIVE_INFINITY : results.filter(({ met }) => !met).length;
}

/** By how much together, in powers of e; without a figure out of reach. */
function excess({ results }: TriedDesign, { requirements }: Spec): number {
  return (results ?? []).reduce((sum, { metric, met, figure }) => {
    if (met) return sum;
    const bound = requirements.find((each) => each.metric === metric)!.value;
    const far = figure.kind === "value" ? Math.abs(Math.log(figure.value / bound)) : Number.POSITIVE_INFINITY;
    return sum + (Number.isNaN(far) ? Number.POSITIVE_INFINITY : far);
  }, 0);
}

function byPreference(a: TriedDesign, b: TriedDesign): number {
  const last = Number.POSITIVE_INFINITY;
  return (
    compared(a.preferred ?? last, b.preferred ?? last) ||
    a.mzis - b.mzis ||
    a.neurons - b.neurons ||
    compared(a.launchPowerW ?? last, b.launchPowerW ?? last)
  );
}

/** Infinite figures are alike. */
function compared(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** What a thousand chips or many words are driven for. */
function takesLong({ metric }: { readonly metric: Metric }): boolean {
  return metric === "yield" || isTriedMetric(metric);
}

/** The circuit of a design, placed, judged by `judgeSteps`. */
export function* measureSteps(
  design: CandidateDesign,
  technology: Technology,
  prefer: Preference,
  seed: number,
): Steps<TriedDesign> {
  const made = synthesiseIn(design.spec, technology, { network: null });
  if (made.value !== null) return yield* judgeSteps(design, made.value.circuit, technology, prefer, seed);
  return {
    ...design,
    results: null,
    preferred: null,
    launchPowerW: null,
    keepsAll: false,
    largestRateBd: Number.POSITIVE_INFINITY,
  };
}

/** Every figure that is required or preferred of a design's circuit; what takes long only where all else is kept. */
export function* judgeSteps(
  design: CandidateDesign,
  circuit: Circuit,
  technology: Technology,
  prefer: Preference,
  seed: number,
): Steps<TriedDesign> {
  const { spec } = design;
  const budget = yield* specBudgetSteps(circuit, spec, technology, false);
  const quick = { ...spec, requirements: spec.requirements.filter((each) => !takesLong(each)) };
  let results = yield* requirementSteps(circuit, quick, technology, seed, budget, true);
  if (quick.requirements.length < spec.requirements.length && results.every(({ met }) => met)) {
    results = yield* requirementSteps(circuit, spec, technology, seed, budget, true);
  }
  const keepsAll = results.every(({ met }) => met);
  const { "launch-power": launch } = budget.figures;
  const launchPowerW = launch.kind === "value" ? launch.value : null;
  const { rate } = budget;
  const largestRateBd = rate.kind === "value" ? rate.value.largestSymbolRateBd : Number.POSITIVE_INFINITY;
  const preferred = preferredOf(prefer, design, budget, results);
  return { ...design, results, preferred, launchPowerW, keepsAll, largestRateBd };
}

/** Less is better. */
function preferredOf(
  prefer: Preference,
  { mzis }: CandidateDesign,
  { figures, power }: Budget,
  results: readonly RequirementResult[],
): number | null {
  switch (prefer) {
    case "mzis":
      return mzis;
    case "power":
      return power.kind === "value" ? power.value.electrical.totalW : null;
    case "yield": {
      const figure = results.find(({ metric }) => metric === "yield")?.figure;
      return figure?.kind === "value" ? -figure.value : null;
    }
    case "energy-per-word":
    case "launch-power":
    case "latency":
    case "area": {
      const figure = figures[prefer];
      return figure.kind === "value" ? figure.value : null;
    }
  }
}
