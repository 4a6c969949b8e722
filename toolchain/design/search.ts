import { synthesise } from "../../compiler/index.ts";
import type { Metric, Preference, Requirement, Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import {
  type Budget,
  isTriedMetric,
  type RequirementResult,
  requirementSteps,
  specBudgetSteps,
  type Technology,
} from "../../physics/index.ts";
import { type Steps, within } from "../../verify/index.ts";
import { synthesiseIn } from "../circuit/synthesis.ts";
import { bySize, type CandidateDesign, settingsOf } from "./designs.ts";

/** By what designs are judged. */
export interface DesignRequest {
  readonly technology: Technology;
  readonly prefer: Preference;
  /** Of the chips of a yield. */
  readonly seed: number;
  /** What the spec leaves to the compiler. */
  readonly free: Spec["free"];
}

/** A design with the figures that it was judged by. */
export interface TriedDesign extends CandidateDesign {
  /** In the order of the spec, without what takes long where another one is missed; null where no circuit could be made. */
  readonly results: readonly RequirementResult[] | null;
  /** Of what is preferred, in its base unit, a yield as its negative; null where it has none. */
  readonly preferred: number | null;
  /** Light of a symbol that the required word error rate asks for, in W; null where there is none. */
  readonly launchPowerW: number | null;
  readonly keepsAll: boolean;
  /** Largest symbol rate that its parts follow, with the eye half open, and the same without skew; infinite where that is not known. */
  readonly largestRateBd: number;
  readonly openRateBd: number;
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
  /** Designs that were not measured, because they miss requirements even without lengths: those figures alone. */
  readonly leftOut: readonly TriedDesign[];
  /** Designs in all; what was not tried has more of what is preferred, misses more, or was beyond the largest number of trials. */
  readonly designs: number;
  /** True where designs that may be better were left out because of that number. */
  readonly exhausted: boolean;
}

/** Default of the most designs that are measured. */
export const usualDesigns = 32;

/**
 * The best of `candidates`: of those that keep every requirement, and the symbol rate if any does, the one with least of what is preferred, then
 * the fewest MZIs and neurons, then the least launch power. Each is first judged without lengths, which is quick and only flatters it: a design that
 * is worse than the second best even so is left out, and one that misses a requirement waits until the others are measured. It is left out where one of
 * them keeps all, or is better than it can be. Where MZIs are preferred, so is a design that keeps all with its ports in another order. `most` designs
 * are measured. Null where no design has a circuit.
 */
export function* designSteps(
  candidates: readonly CandidateDesign[],
  request: DesignRequest,
  most: number,
): Steps<DesignChoice | null> {
  const { prefer } = request;
  const tried: TriedDesign[] = [];
  const kept: TriedDesign[] = [];
  const late: TriedDesign[] = [];
  let exhausted = false;
  const at = () =>
    ({ done: tried.length, total: Math.min(most, candidates.length), unit: "designs", wrong: null }) as const;
  const measure = function* (design: CandidateDesign): Steps<void> {
    yield at();
    const judged = yield* within(fastestSteps(design, request), at);
    tried.push(judged);
    if (judged.keepsAll && keepsRate(judged)) {
      kept.push(judged);
      kept.sort(byPreference);
    }
  };
  // Ports change nothing where there are no lengths.
  const found = new Map<string, TriedDesign>();
  const leastOf = function* (design: CandidateDesign): Steps<TriedDesign> {
    const key = withoutPorts(design);
    const known = found.get(key) ?? (yield* within(leastSteps(design, request), at));
    found.set(key, known);
    return { ...known, ...design };
  };
  for (const design of candidates) {
    const second = kept[1];
    if (prefer === "mzis" && second !== undefined && bySize(design, second) > 0) break;
    if (prefer === "mzis" && kept.some((it) => withoutPorts(it) === withoutPorts(design))) continue;
    exhausted = tried.length >= most;
    if (exhausted) break;
    const least = yield* leastOf(design);
    if (!least.keepsAll) late.push(least);
    else if (second === undefined || byPreference(least, second) <= 0) yield* measure(design);
  }
  late.sort(byWorth);
  while (late.length > 0 && !tried.some(({ keepsAll }) => keepsAll)) {
    if (tried.some((it) => byWorth(it, late[0]!) <= 0)) break;
    exhausted ||= tried.length >= most;
    if (exhausted) break;
    yield* measure(late.shift()!);
  }
  tried.sort(byWorth);
  const chosen = tried[0];
  if (chosen === undefined || chosen.results === null) return null;
  const designs = candidates.length;
  return { prefer, chosen, runnerUp: kept[1] ?? null, tried, leftOut: late, designs, exhausted };
}

function withoutPorts({ spec }: CandidateDesign): string {
  return JSON.stringify([spec.topology, spec.network]);
}

export function boundOf({ requirements }: Spec, metric: Metric): number {
  return requirements.find((each) => each.metric === metric)?.value ?? Number.POSITIVE_INFINITY;
}

/** The launch power is that of the required word error rate, and the other way round. */
export function isOfNoise({ metric }: { readonly metric: Metric }): boolean {
  return metric === "launch-power" || metric === "word-error-rate";
}

export function keepsRate({ largestRateBd, spec }: TriedDesign): boolean {
  return largestRateBd >= spec.symbolRateBd;
}

/** Requirements that are missed; of a design without a circuit more than there can be. */
function missed({ results }: TriedDesign): number {
  return results === null ? Number.POSITIVE_INFINITY : results.filter(({ met }) => !met).length;
}

/** By how much together, in powers of e; without a figure out of reach. */
function excess({ results, spec }: TriedDesign): number {
  return (results ?? []).reduce((sum, { metric, met, figure }) => {
    if (met) return sum;
    const bound = spec.requirements.find((each) => each.metric === metric)!.value;
    const far = figure.kind === "value" ? Math.abs(Math.log(figure.value / bound)) : Number.POSITIVE_INFINITY;
    return sum + (Number.isNaN(far) ? Number.POSITIVE_INFINITY : far);
  }, 0);
}

function byWorth(a: TriedDesign, b: TriedDesign): number {
  return (
    compared(missed(a), missed(b)) ||
    Number(keepsRate(b)) - Number(keepsRate(a)) ||
    compared(excess(a), excess(b)) ||
    byPreference(a, b)
  );
}

function byPreference(a: TriedDesign, b: TriedDesign): number {
  const last = Number.POSITIVE_INFINITY;
  return (
    compared(a.preferred ?? last, b.preferred ?? last) ||
    bySize(a, b) ||
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

/** What lengths only make worse. */
const worseWithLengths: readonly Metric[] = [
  ...(["word-error-rate", "launch-power", "latency", "energy-per-word", "area", "mzis"] as const),
];

/**
 * A design without lengths, judged by what they only make worse: it misses what it misses here, and has no less of what is preferred. No
 * drawing of it follows higher rates than it does without skew.
 */
export function* leastSteps(design: CandidateDesign, request: DesignRequest): Steps<TriedDesign> {
  const { spec } = design;
  const requirements = spec.requirements.filter(({ metric }) => worseWithLengths.includes(metric));
  const found = yield* judgeSteps({ ...design, spec: { ...spec, requirements } }, synthesise(spec).circuit, request);
  const judged = { ...found, spec, largestRateBd: found.openRateBd };
  // At one launch power, carriers behind lossy waveguides are weaker.
  const leastOf: Partial<Record<Preference, number>> = { yield: -1, power: 0 };
  const preferred = leastOf[request.prefer] ?? judged.preferred;
  if (!savesByRate(spec, request)) return { ...judged, preferred };
  // At a higher rate most parts take the same power, and no part less.
  const faster = Math.max(1, judged.largestRateBd / spec.symbolRateBd);
  const bound = boundOf(spec, "energy-per-word");
  const results = judged.results!.map((it): RequirementResult => {
    if (it.metric !== "energy-per-word" || it.figure.kind !== "value") return it;
    const value = it.figure.value / faster;
    return { ...it, figure: { ...it.figure, value }, met: value <= bound };
  });
  const keepsAll = results.every(({ met }) => met);
  const least = request.prefer === "energy-per-word" && preferred !== null ? preferred / faster : preferred;
  return { ...judged, results, keepsAll, preferred: least };
}

/** Whether a bound of the rate may be exceeded to take less energy a word. */
function savesByRate({ requirements }: Spec, { prefer, free }: DesignRequest): boolean {
  const counts = prefer === "energy-per-word" || requirements.some(({ metric }) => metric === "energy-per-word");
  return counts && free.includes("symbol-rate");
}

/** Rates that are tried above the bound, in equal ratios up to the largest that the parts follow. */
const RATES = 8;

/**
 * A design measured at the bound of the rate. Where energy counts, at the least rate above it that keeps everything, or if energy is preferred, at
 * the one with the least: energy falls with the rate until light and eye cost more, so that the search ends where it rises.
 */
function* fastestSteps(design: CandidateDesign, request: DesignRequest): Steps<TriedDesign> {
  const { circuit, judged } = yield* placedSteps(design, request);
  const { spec } = design;
  const isPreferred = request.prefer === "energy-per-word";
  if (circuit === null || !savesByRate(spec, request) || (judged.keepsAll && !isPreferred)) return judged;
  const requirements = spec.requirements.filter((each) => !takesLong(each));
  const rates = ratesBetween(spec.symbolRateBd, judged.largestRateBd);
  let best: TriedDesign = judged;
  for (const symbolRateBd of isPreferred ? rates.reverse() : rates) {
    const at = { ...design, spec: { ...spec, requirements, symbolRateBd } };
    const faster = yield* judgeSteps(at, circuit, request);
    if (best !== judged && byWorth(faster, best) > 0) break;
    if (byWorth(faster, best) < 0) best = faster;
    if (faster.keepsAll && !isPreferred) break;
  }
  if (best === judged) return judged;
  // Delay lines depend on the rate.
  const raised = { ...spec, symbolRateBd: best.spec.symbolRateBd };
  const settings = settingsOf(raised, request.free);
  const made = yield* measureSteps({ ...design, spec: raised, settings }, request);
  return keepsRate(made) && byWorth(made, judged) < 0 ? made : judged;
}

/** With three digits, as rates would be written. */
function ratesBetween(leastBd: number, mostBd: number): number[] {
  const times = mostBd / leastBd;
  if (!(times > 1) || times === Number.POSITIVE_INFINITY) return [];
  const rates = Array.from({ length: RATES }, (_, i) => {
    const rateBd = leastBd * times ** ((i + 1) / RATES);
    const digit = 10 ** (Math.floor(Math.log10(rateBd)) - 2);
    return Math.floor(rateBd / digit) * digit;
  });
  return rates.filter((rateBd, i) => rateBd > (rates[i - 1] ?? leastBd));
}

/** The circuit of a design, placed, judged by `judgeSteps`. */
export function* measureSteps(design: CandidateDesign, request: DesignRequest): Steps<TriedDesign> {
  return (yield* placedSteps(design, request)).judged;
}

function* placedSteps(
  design: CandidateDesign,
  request: DesignRequest,
): Steps<{ readonly circuit: Circuit | null; readonly judged: TriedDesign }> {
  const { value } = synthesiseIn(design.spec, request.technology, { network: null });
  if (value !== null) {
    return { circuit: value.circuit, judged: yield* judgeSteps(design, value.circuit, request) };
  }
  const [largestRateBd, openRateBd] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const nothing = { results: null, preferred: null, launchPowerW: null, keepsAll: false, largestRateBd, openRateBd };
  return { circuit: null, judged: { ...design, ...nothing } };
}

/** For the yield that is preferred where none is required. */
const anyYield: Requirement = {
  ...({ kind: "bound", metric: "yield", relation: ">=", value: 0, unit: "%", written: "0 %", at: null } as const),
  span: { start: 0, end: 0 },
};

/** A spec with the yield among its requirements where it is preferred: at all errors of the technology, if none are written. */
export function withPreferredYield(spec: Spec, prefer: Preference | null): Spec {
  if (prefer !== "yield" || spec.requirements.some(({ metric }) => metric === "yield")) return spec;
  return { ...spec, requirements: [...spec.requirements, anyYield] };
}

/** Every figure that is required or preferred of a design's circuit; what takes long only where all else is kept. */
export function* judgeSteps(
  design: CandidateDesign,
  circuit: Circuit,
  { technology, prefer, seed }: DesignRequest,
): Steps<TriedDesign> {
  const { spec } = design;
  const budget = yield* specBudgetSteps(circuit, spec, technology, false);
  const whole = withPreferredYield(spec, prefer);
  const quick = { ...spec, requirements: spec.requirements.filter((each) => !takesLong(each)) };
  let found = yield* requirementSteps(circuit, quick, technology, seed, budget, true);
  if (quick.requirements.length < whole.requirements.length && found.every(({ met }) => met)) {
    found = yield* requirementSteps(circuit, whole, technology, seed, budget, true);
  }
  const results = found.slice(0, spec.requirements.length);
  const keepsAll = results.every(({ met }) => met);
  const { "launch-power": launch } = budget.figures;
  const launchPowerW = launch.kind === "value" ? launch.value : null;
  const { rate } = budget;
  const known = rate.kind === "value" ? rate.value : null;
  const largestRateBd = known?.largestSymbolRateBd ?? Number.POSITIVE_INFINITY;
  const openRateBd = known?.openSymbolRateBd ?? Number.POSITIVE_INFINITY;
  const preferred = preferredOf(prefer, design, budget, found);
  return { ...design, results, preferred, launchPowerW, keepsAll, largestRateBd, openRateBd };
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
