import {
  type Circuit,
  type CircuitStatistics,
  countDevices,
  hasMeasuredCouplers,
  namedMzis,
} from "../../netlist/index.ts";
import {
  type Budget,
  buildableText,
  builtChecks,
  type Check,
  countHardware,
  type Hardware,
  type RequirementResult,
} from "../../physics/index.ts";
import type { ProofReport } from "../../verify/index.ts";
import { type Accuracy, type Exactness, exactCheck, exactnessOf, exactText } from "../circuit/evidence.ts";
import type { Robustness } from "../circuit/robustness.ts";
import type { Compiled } from "../compile.ts";
import { type DesignFigures, designFigures } from "./design-figures.ts";
import { type NetworkFigures, networkFigures } from "./network-figures.ts";

/** What summary.json holds and the human summary prints: one compiled aggregate in figures. Plain data, deterministic. */
export interface Summary {
  readonly format: "optinc.summary";
  readonly version: 1;
  readonly name: string;
  readonly workers: number;
  readonly topology: Compiled["spec"]["topology"];
  readonly precisionBits: number;
  readonly signed: boolean;
  readonly symbols: number;
  readonly levels: number;
  readonly rounding: string;
  readonly network: NetworkFigures;
  /** Of a spec that leaves its network to the compiler. */
  readonly design?: DesignFigures;
  readonly verify: Compiled["spec"]["verify"];
  readonly emit: readonly string[];
  /** Settings that the spec left out, with the values taken. */
  readonly defaults: readonly string[];
  readonly devices: {
    readonly mzis: number;
    readonly mzisOnn: number;
    readonly mzisBias: number;
    readonly mzisCombine: number;
    readonly mzisBroadcast: number;
    readonly depthMzis: number;
    readonly neurons: number;
    readonly largestGain: number;
    readonly waveguides: number;
  };
  /** Everything that has to be built, whatever of. */
  readonly hardware: Hardware;
  readonly light: {
    /** Power of the reference inputs over the highest launch power of one symbol of one worker. */
    readonly referencePower: number;
    /** Levels that a receiver reads per unit of field: what is lost on the way and made up for by its scale. */
    readonly receiverLevelsPerField: number;
  };
  /** Of constructed networks, which claim what can be proved. */
  readonly proof: ProofFigures | null;
  /** Of trained and imported networks: the words that were sent through the circuit. */
  readonly accuracy: Accuracy | null;
  readonly robustness: Robustness;
  /** Whether it is exact, and whether it can be built, in a sentence each; and the checks behind it. */
  readonly verdict: string;
  readonly checks: readonly Check[];
  /** Of a circuit that was made for a fabricated chip: MZIs whose couplers were measured. */
  readonly measuredMzis?: number;
  /** Of specs that name a technology, and of those that require something. */
  readonly technology?: string;
  readonly symbolRateBd?: number;
  readonly requirements?: readonly RequirementResult[];
  /** With the weakest decisions and the worst path only; `optinc budget --json` has all. */
  readonly budget?: Budget;
}

export type ProofFigures = Pick<
  ProofReport,
  | "holds"
  | "states"
  | "cells"
  | "comparatorMargin"
  | "sumDeviation"
  | "receiverMargin"
  | "worstDeviation"
  | "proved"
  | "assumed"
>;

export function summarise(compiled: Compiled): Summary {
  const { spec, aggregation, circuit, evidence, robustness } = compiled;
  const counts = countDevices(circuit);
  return {
    format: "optinc.summary",
    version: 1,
    name: spec.name,
    workers: spec.workers,
    topology: spec.topology,
    precisionBits: spec.precisionBits,
    signed: spec.signed,
    symbols: aggregation.symbols,
    levels: spec.levels,
    rounding: spec.rounding,
    network: networkFigures(compiled),
    ...(compiled.design === null ? {} : { design: designFigures(compiled.design) }),
    verify: spec.verify,
    emit: spec.emit,
    defaults: spec.defaults,
    devices: deviceFigures(compiled, counts),
    hardware: countHardware(circuit),
    light: lightFigures(compiled),
    proof: evidence.kind === "proved" ? proofFigures(evidence.proof) : null,
    accuracy: evidence.kind === "measured" ? evidence.accuracy : null,
    robustness,
    ...verdictOf(compiled),
    ...measuredFigures(circuit),
    ...requirementFigures(compiled),
  };
}

/** `driven`: words that were sent through the devices beside a proof. */
export function verdictOf(
  { spec, design, evidence, budget, requirements }: Compiled,
  driven: Partial<Exactness> = {},
): Pick<Summary, "verdict" | "checks"> {
  const exactness = { ...exactnessOf(evidence), ...driven };
  const others = builtChecks(design === null ? spec : null, budget, requirements);
  const verdict = `${exactText(exactness)} ${buildableText(others, budget)}`;
  return { verdict, checks: [exactCheck(exactness), ...others] };
}

function measuredFigures({ sections }: Circuit): Pick<Summary, "measuredMzis"> {
  if (!hasMeasuredCouplers(sections)) return {};
  const measuredMzis = namedMzis({ sections }).filter(({ mzi }) => mzi.firstCrossPower !== undefined).length;
  return { measuredMzis };
}

/** Summaries of specs that say nothing of technology and requirements have no word of it. */
function requirementFigures({
  spec,
  requirements,
  budget,
}: Compiled): Pick<Summary, "technology" | "symbolRateBd" | "requirements" | "budget"> {
  const named = spec.technology === null ? {} : { technology: spec.technology, symbolRateBd: spec.symbolRateBd };
  const shown = budget === null ? {} : { budget: shortened(budget) };
  return { ...named, ...shown, ...(requirements.length === 0 ? {} : { requirements }) };
}

function shortened(budget: Budget): Budget {
  const { noise, waterfalls } = budget;
  const weakest = 4;
  return {
    ...budget,
    noise:
      noise.kind === "value"
        ? { ...noise, value: { ...noise.value, decisions: noise.value.decisions.slice(0, weakest) } }
        : noise,
    waterfalls: waterfalls.kind === "value" ? { ...waterfalls, value: waterfalls.value.slice(0, 1) } : waterfalls,
  };
}

function proofFigures(proof: ProofReport): ProofFigures {
  const { log: _, problems: __, ...figures } = proof;
  return figures;
}

function deviceFigures({ circuit }: Compiled, counts: CircuitStatistics): Summary["devices"] {
  const gains = circuit.sections.flatMap((section) => section.activations.map((activation) => activation.gain));
  return {
    mzis: counts.mzis,
    mzisOnn: counts.bySection.layer.mzis,
    mzisBias: counts.bySection.reference.mzis,
    mzisCombine: counts.bySection.combine.mzis,
    mzisBroadcast: counts.bySection.broadcast.mzis,
    depthMzis: counts.depth,
    neurons: counts.activations,
    largestGain: gains.reduce((a, b) => Math.max(a, b), 0),
    waveguides: counts.modes,
  };
}

function lightFigures({ spec, circuit }: Compiled): Summary["light"] {
  let reference = 0;
  let launch = 0;
  for (const port of circuit.inputs) {
    if (port.kind === "reference") reference += port.field ** 2;
    else launch = Math.max(launch, (port.fieldPerLevel * (spec.levels - 1)) ** 2);
  }
  const receiverLevelsPerField = circuit.outputs.reduce((a, port) => Math.max(a, Math.abs(port.levelsPerField)), 0);
  return { referencePower: reference / launch, receiverLevelsPerField };
}
