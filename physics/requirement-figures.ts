import { grouped, type Metric, type Spec, type YieldErrors } from "../dsl/index.ts";
import type { Circuit } from "../netlist/index.ts";
import type { Steps } from "../verify/index.ts";
import { type Budget, type BudgetOptions, budgetSteps } from "./budget.ts";
import { dieTechnology } from "./dies/die-errors.ts";
import { yieldSteps } from "./dies/yield.ts";
import type { Figure, Figures } from "./figures.ts";
import { countHardware } from "./hardware.ts";
import { judge, type RequirementResult } from "./requirements.ts";
import { isQuantity, type QuantityKey } from "./technology/quantities.ts";
import { readingOf } from "./technology/recorder.ts";
import type { Technology } from "./technology/technology.ts";

/** What of a spec decides what its circuit is held to. */
export type Held = Pick<Spec, "name" | "requirements" | "symbolRateBd">;

/**
 * Every requirement of a spec beside the figure of its circuit, in the order of the spec's table; none where nothing is required.
 * The launch power that is required is the one at which the word error rate is asked for, and the word error rate that is required
 * the one that decides the least launch power; `known` is the spec's budget where it is at hand; `seed` is that of the dies of a yield. `technology` null: the spec names none, and only what is counted has figures.
 */
export function* requirementSteps(
  circuit: Circuit,
  spec: Held,
  technology: Technology | null,
  seed: number,
  known: Budget | null = null,
): Steps<readonly RequirementResult[]> {
  if (spec.requirements.length === 0) return [];
  if (technology === null) return judge(spec, countedFigures(circuit), null);
  const budget = known ?? (yield* specBudgetSteps(circuit, spec, technology));
  const wanted = spec.requirements.find(({ metric }) => metric === "yield");
  const unasked: Figure = { kind: "not-computed", reason: "no yield is required", missing: null };
  const share = wanted === undefined ? unasked : yield* yieldFigure(circuit, technology, wanted.at, seed);
  return judge(spec, { ...budget.figures, yield: share }, technology);
}

/** The budget that a spec asks for: at its symbol rate, with the launch power and the word error rate that it requires. */
export function* specBudgetSteps(circuit: Circuit, spec: Held, technology: Technology): Steps<Budget> {
  return yield* budgetSteps(circuit, { technology, symbolRateBd: spec.symbolRateBd, ...wishesOf(spec) });
}

/** Dies that are drawn for a yield that is required: 99 % are told from 98 %. */
const DIES = 1000;

/** What only the static errors of a die hang on, which the bring-up corrects. */
const corrected: readonly string[] = [
  "width-sigma",
  "width-correlation",
  "height-sigma",
  "height-correlation",
  "index-by-width",
  "index-by-height",
  "wavelength",
] satisfies QuantityKey[];

/** Share of good dies at the errors that the requirement names, and at the technology's where it names none. */
function* yieldFigure(circuit: Circuit, technology: Technology, at: YieldErrors | null, seed: number): Steps<Figure> {
  const reading = readingOf(technology);
  const { errors, pitch, notGiven } = dieTechnology(reading);
  const named: readonly (readonly [unknown, readonly string[]])[] = [
    [at?.phaseRad ?? null, ["residual-phase"]],
    [at?.splitter ?? null, ["coupler-error", "coupler-error-common"]],
  ];
  const needless = [...corrected, ...named.flatMap(([value, keys]) => (value === null ? [] : keys))];
  const missing = notGiven.filter(isQuantity).find((key) => !needless.includes(key));
  if (missing !== undefined) {
    return { kind: "not-computed", reason: `the technology ${technology.name} does not give \`${missing}\``, missing };
  }
  // A splitter that is named errs on its own: nothing is shared.
  const couplers = at?.splitter == null ? {} : { couplerRad: at.splitter, couplerCommonRad: 0 };
  const phase = at?.phaseRad == null ? {} : { phaseRad: at.phaseRad };
  const question = { errors: { ...errors, ...phase, ...couplers }, pitch, seed };
  const { share, low, high, dies } = yield* yieldSteps(circuit, question, DIES);
  const note = `of ${grouped(dies)} dies, ${percentRounded(low)} to ${percentRounded(high)} with 95 % confidence`;
  const uses = [...reading.used].filter((key) => !needless.includes(key)).sort();
  return { kind: "value", value: share, uses, parts: [], note };
}

function percentRounded(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}

function wishesOf({ requirements }: Held): Pick<BudgetOptions, "launchPowerW" | "wordErrorRate"> {
  const bound = (wanted: Metric): number | null => requirements.find(({ metric }) => metric === wanted)?.value ?? null;
  const [launchPowerW, wordErrorRate] = [bound("launch-power"), bound("word-error-rate")];
  return { ...(launchPowerW === null ? {} : { launchPowerW }), ...(wordErrorRate === null ? {} : { wordErrorRate }) };
}

function countedFigures(circuit: Circuit): Figures {
  const unknown: Figure = { kind: "not-computed", reason: "the spec names no technology", missing: null };
  return {
    "word-error-rate": unknown,
    "launch-power": unknown,
    "path-loss": unknown,
    latency: unknown,
    "heater-power": unknown,
    area: unknown,
    crossings: unknown,
    mzis: { kind: "value", value: countHardware(circuit).mzis, uses: [], parts: [] },
    yield: unknown,
  };
}
