import { type Diagnostic, grouped, type Metric, percent, type TriedMetric, type YieldErrors } from "../../dsl/index.ts";
import { arrivalTimes, type Circuit, type DrawnErrors, noErrors, plainPitch } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { technologyErrors } from "../chips/technology-errors.ts";
import { yieldSteps } from "../chips/yield.ts";
import { withoutNeurons } from "../light/neurons.ts";
import { opticsOf } from "../light/optics.ts";
import { partFigures } from "../light/part-figures.ts";
import { latencyOf } from "../light/paths.ts";
import { isQuantity, type QuantityKey } from "../technology/quantities.ts";
import { type Reading, readingOf } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { answerOf } from "./answers.ts";
import { availabilityKeys, availabilitySteps } from "./availability.ts";
import { type Budget, type BudgetOptions, budgetSteps, usualWordErrorRate } from "./budget.ts";
import { withSize } from "./chip-size.ts";
import { unfoundedCouplers, unfoundedLengths } from "./claimed-lengths.ts";
import { driftSteps } from "./drift.ts";
import { extinctionSteps } from "./extinction.ts";
import { type BudgetFigures, type Figure, notComputed, plainFigure } from "./figures.ts";
import { countHardware } from "./hardware.ts";
import { coveredArea } from "./power.ts";
import { giveHelp, type Held, judge, missesOf, type RequirementResult } from "./requirements.ts";

/**
 * Every requirement of a spec beside the figure of its circuit, in the order of the spec's table.
 * The launch power that is required is the one at which the word error rate is asked for, and the word error rate that is required
 * the one that decides the least launch power; `known` is the spec's budget where it is at hand; `seed` is that of the chips of a yield.
 * Lengths are checked by drawing them, but for a circuit that has just been drawn. `technology` null: the spec names none, and only what is counted has figures,
 * and a yield that names its errors.
 */
export function* requirementSteps(
  circuit: Circuit,
  spec: Held,
  technology: Technology | null,
  seed: number,
  known: Budget | null = null,
  isDrawn = false,
): Steps<readonly RequirementResult[]> {
  if (spec.requirements.length === 0) return [];
  const asked = { metrics: spec.requirements, chips: CHIPS, seed };
  const figures = yield* figureSteps(circuit, spec, technology, asked, known);
  return judge(spec, isDrawn ? figures : founded(figures, circuit, spec, technology), technology);
}

const driftMetrics = ["temperature-range", "laser-drift", "fibre-mismatch"] as const satisfies readonly TriedMetric[];
type DriftFigures = Pick<BudgetFigures, (typeof driftMetrics)[number]>;

export function isTriedMetric(metric: string): metric is TriedMetric {
  return metric === "extinction" || metric === "availability" || driftMetrics.some((it) => it === metric);
}

/** Figures that depend on where devices and waveguides lie. */
const placed: readonly Metric[] = ["path-loss", "latency", "area", "crossings", ...driftMetrics];

/** The figures of a circuit without those that its lengths, delays, crossings and kinds of sections give no ground for. */
function founded(figures: BudgetFigures, circuit: Circuit, spec: Held, technology: Technology | null): BudgetFigures {
  if (technology === null) return figures;
  const { optics } = opticsOf(technology, spec.symbolRateBd);
  const lengths = optics === null ? null : unfoundedLengths(circuit, optics, spec.symbolRateBd);
  const couplers = unfoundedCouplers(circuit);
  const without = (metrics: readonly Metric[], reason: string | null): Partial<BudgetFigures> =>
    reason === null ? {} : Object.fromEntries(metrics.map((metric) => [metric, notComputed(reason)]));
  return { ...figures, ...without(placed, lengths), ...without(["heater-power"], couplers) };
}

/** What is computed where it is asked for alone, since it takes long. */
export interface AskedFigures {
  /** `at`: the only errors of a yield's chips; null: all of the technology. */
  readonly metrics: readonly { readonly metric: string; readonly at: YieldErrors | null }[];
  /** That a yield is estimated from. */
  readonly chips: number;
  readonly seed: number;
}

/** Every figure of a circuit as a spec asks for it; as `requirementSteps`. */
export function* figureSteps(
  circuit: Circuit,
  spec: Held,
  technology: Technology | null,
  asked: AskedFigures,
  known: Budget | null = null,
): Steps<BudgetFigures> {
  const { metrics, chips, seed } = asked;
  const wanted = metrics.find(({ metric }) => metric === "yield");
  const isAsked = (...names: readonly string[]): boolean => metrics.some(({ metric }) => names.includes(metric));
  const rest = {
    yield: wanted === undefined ? unasked : yield* yieldFigure(circuit, technology, { at: wanted.at, chips }, seed),
    ...(isAsked(...driftMetrics) ? yield* driftFigures(circuit, spec, technology, seed) : noDrift(unasked)),
    extinction: isAsked("extinction") ? yield* extinctionFigure(circuit, seed) : unasked,
    availability: isAsked("availability") ? yield* availabilityFigure(circuit, technology, seed) : unasked,
  };
  if (technology === null) return { ...countedFigures(circuit), ...rest };
  const budget = known ?? (yield* specBudgetSteps(circuit, spec, technology, false));
  return { ...budget.figures, ...rest };
}

/** The budget that a spec asks for: at its symbol rate, with the launch power and the word error rate that it requires; if `whole`, with the size of the chip and the least oscillator power. */
export function* specBudgetSteps(circuit: Circuit, spec: Held, technology: Technology, whole = true): Steps<Budget> {
  const { symbolRateBd } = spec;
  const budget = yield* budgetSteps(circuit, { technology, symbolRateBd, withOscillator: whole, ...wishesOf(spec) });
  return whole ? withSize(budget, circuit, technology) : budget;
}

const unnamed: Figure = notComputed("the spec names no technology");
const unasked: Figure = notComputed("it is not required");
const withoutLengths: Figure = notComputed("the circuit has no lengths");

function noDrift(figure: Figure): DriftFigures {
  return { "temperature-range": figure, "laser-drift": figure, "fibre-mismatch": figure };
}

function* driftFigures(circuit: Circuit, spec: Held, technology: Technology | null, seed: number): Steps<DriftFigures> {
  if (technology === null) return noDrift(unnamed);
  const found = yield* driftSteps(circuit, technology, wishesOf(spec).wordErrorRate ?? usualWordErrorRate, seed);
  if (found === null) return noDrift(withoutLengths);
  if (found.kind === "not-computed") return noDrift(found);
  const { temperatureK, frequencyHz, fibres } = found.value;
  const figure = (value: number): Figure => plainFigure(value, found.uses, noteOf(found.value));
  return {
    "temperature-range": figure(2 * temperatureK),
    "laser-drift": figure(frequencyHz),
    "fibre-mismatch": figure(fibres.mismatchM),
  };
}

function* extinctionFigure(circuit: Circuit, seed: number): Steps<Figure> {
  const found = yield* extinctionSteps(circuit, seed);
  return found.bothDb === null ? notComputed("a word is wrong at 70 dB") : plainFigure(found.bothDb, [], noteOf(found));
}

function* availabilityFigure(circuit: Circuit, technology: Technology | null, seed: number): Steps<Figure> {
  if (technology === null) return unnamed;
  const drawn = allErrors(technology);
  if ("kind" in drawn) return drawn;
  const found = yield* availabilitySteps(circuit, technology, drawn.errors, seed);
  if (found.kind === "not-computed") return found;
  const assumed = found.uses.filter((key) => technology.entries[key]?.kind === "assumed");
  const note = assumed.length === 0 ? null : `by assumed ${assumed.join(", ")}`;
  return plainFigure(found.value.share, [...found.uses, ...drawn.uses], note);
}

function noteOf({ vectors, all }: { readonly vectors: number; readonly all: boolean }): string | null {
  return all ? null : `over ${grouped(vectors)} random vectors`;
}

/** Chips that are drawn for a required yield: enough to tell 99 % from 98 %. */
const CHIPS = 1000;

/** What only the static errors of a chip depend on, which the bring-up corrects. */
const corrected: readonly string[] = [
  "width-sigma",
  "width-correlation",
  "height-sigma",
  "height-correlation",
  "index-by-width",
  "index-by-height",
  "wavelength",
] satisfies QuantityKey[];

interface Asked {
  readonly errors: DrawnErrors;
  readonly uses: readonly QuantityKey[];
}

/** The errors of a technology, all of which it has to give. */
function allErrors(technology: Technology | null): Asked | Figure {
  if (technology === null) return unnamed;
  const reading = readingOf(technology);
  const { errors, pitch, notGiven } = technologyErrors(reading);
  const missing = notGiven.filter(isQuantity).find((key) => !corrected.includes(key));
  if (missing !== undefined) {
    return { kind: "not-computed", reason: `the technology ${technology.name} does not give \`${missing}\``, missing };
  }
  const uses = [...reading.used].filter((key) => !corrected.includes(key)).sort();
  return { errors: { kind: "technology", errors, pitch }, uses };
}

/** Without which no circuit has the figure. */
const needed: Partial<Record<Metric, readonly QuantityKey[]>> = {
  "path-loss": ["fibre-loss", "coupler-loss"],
  "heater-power": ["heater-power-pi"],
  area: ["lane-pitch", "coupler-length", "heater-length"],
  availability: availabilityKeys,
  ...Object.fromEntries(
    driftMetrics.map((metric) => [metric, ["index-by-temperature", "wavelength", "group-index", "laser-linewidth"]]),
  ),
};

/** OPT0821 at each requirement whose figure no circuit has in a technology. */
export function unbacked(spec: Held, technology: Technology): readonly Diagnostic[] {
  return spec.requirements.flatMap((requirement) => {
    const { metric, at } = requirement;
    const found = answerOf(technology, (reading) => needed[metric]?.forEach(reading.value));
    const figure = metric === "yield" && at === null ? allErrors(technology) : found;
    if (!("kind" in figure) || figure.kind !== "not-computed") return [];
    const result = { metric, required: "", figure, found: figure.reason, met: false, slack: null };
    const mend = giveHelp(figure, technology);
    return missesOf({ ...spec, requirements: [requirement] }, [{ ...result, mend }]);
  });
}

/** Share of good chips at the errors that the requirement names, those alone, else at all of the technology's. */
function* yieldFigure(
  circuit: Circuit,
  technology: Technology | null,
  { at, chips: wanted }: { readonly at: YieldErrors | null; readonly chips: number },
  seed: number,
): Steps<Figure> {
  const stated = at === null ? null : { ...noErrors, phaseRad: at.phaseRad ?? 0, couplerRad: at.splitter ?? 0 };
  const asked: Asked | Figure =
    stated === null
      ? allErrors(technology)
      : { errors: { kind: "technology", errors: stated, pitch: plainPitch }, uses: [] };
  if ("kind" in asked) return asked;
  const foreign = at === null && technology !== null ? withoutNeurons(circuit, technology) : null;
  if (foreign !== null) return notComputed(foreign.message);
  const { errors, uses } = asked;
  const { share, low, high, chips } = yield* yieldSteps(circuit, { errors, seed }, wanted);
  return plainFigure(
    share,
    uses,
    `of ${grouped(chips)} chips, ${percent(low)} to ${percent(high)} with 95 % confidence`,
  );
}

function wishesOf({ requirements }: Held): Pick<BudgetOptions, "launchPowerW" | "wordErrorRate"> {
  const bound = (wanted: Metric): number | null => requirements.find(({ metric }) => metric === wanted)?.value ?? null;
  const [launchPowerW, wordErrorRate] = [bound("launch-power"), bound("word-error-rate")];
  return { ...(launchPowerW === null ? {} : { launchPowerW }), ...(wordErrorRate === null ? {} : { wordErrorRate }) };
}

/** Of a circuit without lengths what each of its drawings has at least, as far as that needs no noise; 0 where the technology does not say. */
export function leastFigures(circuit: Circuit, technology: Technology): Partial<Record<Metric, number>> {
  const hardware = countHardware(circuit);
  const least = (compute: (reading: Reading) => number): number => {
    const found = answerOf(technology, compute);
    return found.kind === "value" ? found.value : 0;
  };
  return {
    mzis: hardware.mzis,
    latency: least((reading) => latencyOf(arrivalTimes(circuit, partFigures(reading)))),
    area: least((reading) => coveredArea(hardware, reading)),
  };
}

function countedFigures(circuit: Circuit): Budget["figures"] {
  return {
    "word-error-rate": unnamed,
    "launch-power": unnamed,
    "path-loss": unnamed,
    latency: unnamed,
    "heater-power": unnamed,
    "energy-per-word": unnamed,
    area: unnamed,
    crossings: unnamed,
    mzis: plainFigure(countHardware(circuit).mzis),
  };
}
