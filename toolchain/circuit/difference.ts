import { type Circuit, countDevices, type PhaseDifference, phaseDifference } from "../../netlist/index.ts";
import {
  type Budget,
  type BudgetFigures,
  builtChecks,
  type Check,
  type Held,
  notComputed,
  type RequirementResult,
  requirementSteps,
  specBudgetSteps,
  type Technology,
} from "../../physics/index.ts";
import { type ProofReport, proveSteps, type Steps } from "../../verify/index.ts";
import { exactCheck, exactnessOf } from "./evidence.ts";

/** One figure of a circuit in its base unit (1, rad, dB, s, W, m2, LSB, levels), or why there is none. */
export type Known =
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "unknown"; readonly reason: string };

/** What two circuits are compared by, in the order in which it is printed. */
export const comparedFigures = [
  { key: "mzis", title: "MZIs", unit: null, better: "less" },
  { key: "neurons", title: "neurons", unit: null, better: "less" },
  { key: "depth", title: "depth, MZIs", unit: null, better: "less" },
  { key: "crossings", title: "crossings", unit: null, better: "less" },
  { key: "waveguides", title: "waveguides", unit: null, better: "less" },
  { key: "comparatorMargin", title: "comparator margin, LSB", unit: null, better: "more" },
  { key: "receiverMargin", title: "receiver margin, levels", unit: null, better: "more" },
  { key: "path-loss", title: "path loss", unit: "dB", better: "less" },
  { key: "latency", title: "latency", unit: "ns", better: "less" },
  { key: "launch-power", title: "launch power", unit: "dBm", better: "less" },
  { key: "word-error-rate", title: "word error rate, at most", unit: null, better: "less" },
  { key: "heater-power", title: "heater power", unit: "W", better: "less" },
  { key: "energy-per-word", title: "energy a word", unit: "pJ", better: "less" },
  { key: "area", title: "area", unit: "mm2", better: "less" },
  { key: "yield", title: "yield", unit: "%", better: "more" },
] as const;

export type ComparedKey = (typeof comparedFigures)[number]["key"];

/** Every figure of one circuit, and how it keeps what is required of it. */
export interface Measured {
  readonly figures: Readonly<Record<ComparedKey, Known>>;
  /** Empty where nothing is required, or nobody says what. */
  readonly requirements: readonly RequirementResult[];
  /** The table of checks, as `optinc verify` prints it. */
  readonly checks: readonly Check[];
}

/** What decides the figures of physics; requirements are those of `held`. */
interface Measuring {
  readonly held: Held;
  /** Null: only what is counted and proved has figures. */
  readonly technology: Technology | null;
  /** Of the chips of a yield that is required. */
  readonly seed: number;
}

/** Two circuits, figure by figure; null for one that is not there. */
export interface Difference {
  readonly phases: PhaseDifference;
  readonly older: Measured | null;
  readonly newer: Measured | null;
}

/** Counts, proves and budgets both circuits by one technology and one set of requirements. */
export function* differenceSteps(
  older: Circuit | null,
  newer: Circuit | null,
  measuring: Measuring,
): Steps<Difference> {
  const before = older === null ? null : yield* measureSteps(older, measuring);
  const after = newer === null ? null : yield* measureSteps(newer, measuring);
  return { phases: phaseDifference(older, newer), older: before, newer: after };
}

function* measureSteps(circuit: Circuit, { held, technology, seed }: Measuring): Steps<Measured> {
  const counts = countDevices(circuit);
  const proof = circuit.certificate === null ? null : yield* proveSteps(circuit);
  const budget = technology === null ? null : yield* specBudgetSteps(circuit, held, technology);
  const requirements = yield* requirementSteps(circuit, held, technology, seed, budget);
  const share = requirements.find(({ metric }) => metric === "yield")?.figure ?? null;
  const physical = (key: keyof Budget["figures"]): Known =>
    budget === null ? { kind: "unknown", reason: "no technology is named" } : knownOf(budget.figures[key]);
  const figures: Measured["figures"] = {
    mzis: { kind: "value", value: counts.mzis },
    neurons: { kind: "value", value: counts.activations },
    depth: { kind: "value", value: counts.depth },
    crossings: physical("crossings"),
    waveguides: { kind: "value", value: counts.modes },
    ...marginsOf(proof),
    "path-loss": physical("path-loss"),
    latency: physical("latency"),
    "launch-power": physical("launch-power"),
    "word-error-rate": physical("word-error-rate"),
    "heater-power": physical("heater-power"),
    "energy-per-word": physical("energy-per-word"),
    area: physical("area"),
    yield: share === null ? { kind: "unknown", reason: "no yield is required" } : knownOf(share),
  };
  const exact =
    proof === null
      ? notComputed("exact", "`optinc verify` tries words")
      : exactCheck(exactnessOf({ kind: "proved", proof }));
  return { figures, requirements, checks: [exact, ...builtChecks(held, budget, requirements)] };
}

function knownOf(figure: BudgetFigures[keyof BudgetFigures]): Known {
  if (figure.kind === "not-computed") return { kind: "unknown", reason: figure.reason };
  return { kind: "value", value: figure.value };
}

function marginsOf(proof: ProofReport | null): Pick<Measured["figures"], "comparatorMargin" | "receiverMargin"> {
  const unknown = (reason: string): Known => ({ kind: "unknown", reason });
  if (proof === null) {
    const none = unknown("a trained or imported network claims nothing that can be proved");
    return { comparatorMargin: none, receiverMargin: none };
  }
  const margin = (value: number): Known => {
    if (!proof.holds) return unknown("the proof does not hold");
    return Number.isFinite(value) ? { kind: "value", value } : unknown("the circuit decides nothing");
  };
  return { comparatorMargin: margin(proof.comparatorMargin), receiverMargin: margin(proof.receiverMargin) };
}
