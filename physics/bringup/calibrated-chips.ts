import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import {
  type Circuit,
  drawNumbers,
  drawnErrors,
  type ErrorDeviations,
  gaussianFrom,
  seededRandom,
  seedOfChip,
  thermalCrosstalkOf,
} from "../../netlist/index.ts";
import { reachableStates, type Steps } from "../../verify/index.ts";
import type { MonteCarloPlan } from "../chips/monte-carlo-plan.ts";
import { type ChipResult, resultOf, type YieldQuestion } from "../chips/yield.ts";
import { carryOut, problemsIn, type StepOutcome } from "./carry-out.ts";
import { deriveProcedure, type Extent, fullScales } from "./derive.ts";
import { lastSteps, type Procedure } from "./procedure.ts";
import { type BenchErrors, type SimulatedChip, simulatedChip } from "./simulated-chip.ts";
import { type Wiring, wiringOf } from "./wiring.ts";

/** How the knobs of a circuit are set, worked out once for all its chips. */
export interface Calibration {
  readonly wiring: Wiring;
  readonly procedure: Procedure;
  readonly extent: Extent;
  /** Largest reading of each detector of the wiring. */
  readonly fullScale: readonly number[];
}

/** Of a checked circuit; a sentence where no procedure can be derived. */
export function* calibrationSteps(circuit: Circuit, extent: Extent): Steps<Calibration | string> {
  const { certificate } = circuit;
  if (certificate === null) return "it has no certificate";
  const wiring = wiringOf(circuit);
  if (typeof wiring === "string") return wiring;
  const relu = wiring.neurons.find(({ activation }) => activation.kind !== "saturating");
  if (relu !== undefined) return "its neurons have no threshold to set, as they do not saturate";
  const states = yield* reachableStates(certificate);
  if (states.problems.length > 0) return states.problems[0]!;
  return { wiring, extent, procedure: deriveProcedure(wiring, states, extent), fullScale: fullScales(wiring) };
}

/** OPT0823: why no procedure of the circuit can be derived. */
export function noBringup({ name }: Circuit, problem: string): Diagnostic {
  const help = "`network constructed { neuron saturating }` with electronic thresholds has one";
  return plainDiagnostic("OPT0823", `no bring-up of ${name} can be derived: ${problem}`, help);
}

/** A chip after the procedure. `isSuspect`: the last step of a knob found what speaks against its setting. */
export interface CalibratedChip extends ChipResult {
  readonly isSuspect: boolean;
  /** Phases of all heaters, over pi. */
  readonly heatersPi: number;
}

/** Assumed of an untrimmed chip: errors of neurons' gains and offsets (of their range), noise of a reading (of the detector's full scale). */
export const untrimmed = { gain: 0.05, offset: 0.05, monitorNoise: 1e-3 } as const;

/** A chip of that number before anything is set. */
export function uncalibratedChip(
  plan: MonteCarloPlan,
  { wiring, extent, fullScale }: Calibration,
  { errors: asked, seed }: YieldQuestion,
  bench: BenchErrors,
  chip: number,
): SimulatedChip {
  const { errors, pitch } = drawnErrors(asked);
  const thermalCrosstalk = thermalCrosstalkOf(plan.places, errors.crosstalk, pitch);
  const draw = drawNumbers(plan.simulator, seed, chip);
  // A generator of its own: the errors of a chip do not depend on how often it is read.
  const gaussian = gaussianFrom(seededRandom((seedOfChip(seed, chip) ^ 0x5bd1e995) >>> 0));
  const instruments = { ...bench, fullScale, gaussian };
  return simulatedChip(plan, wiring, draw, errors, thermalCrosstalk, instruments, extent === "bring-up");
}

/** Chips number from..to-1 after the procedure was carried out on each, through knobs and detectors alone. */
export function* calibratedChipSteps(
  plan: MonteCarloPlan,
  calibration: Calibration,
  question: YieldQuestion,
  bench: BenchErrors,
  from: number,
  to: number,
): Steps<readonly CalibratedChip[]> {
  const { errors } = drawnErrors(question.errors);
  const results: CalibratedChip[] = [];
  for (let chip = from; chip < to; chip++) {
    const simulated = uncalibratedChip(plan, calibration, question, bench, chip);
    const isSuspect = problemsIn(setChip(calibration, simulated)).length > 0;
    const draw = drawNumbers(plan.simulator, question.seed, chip);
    const result = resultOf(plan, errors, chip, draw, simulated.light());
    results.push({ ...result, isSuspect, heatersPi: simulated.heatersPi() });
    yield { done: chip + 1 - from, total: to - from, unit: "chips", wrong: null };
  }
  return results;
}

/** Carries the procedure out on a chip whose phases drift once its heaters are set. */
export function setChip(
  { procedure: { steps, trimming_from: trimmingFrom }, extent }: Calibration,
  { instruments, drift }: SimulatedChip,
): readonly StepOutcome[] {
  const heaters = [...carryOut(steps.slice(0, trimmingFrom - 1), instruments)];
  // what heaters leave and how they drift, before the electronics are trimmed
  if (extent === "bring-up") drift();
  return [...heaters, ...carryOut(steps.slice(trimmingFrom - 1), instruments)];
}

/** All knobs of the other chip as those of the one are. */
export function setAlike({ procedure: { steps } }: Calibration, one: SimulatedChip, other: SimulatedChip): void {
  for (const { knob } of lastSteps(steps)) other.instruments.set(knob, one.instruments.setting(knob));
}

/** The errors with neurons as fabrication leaves them, where they are worse. */
export function untrimmedErrors(errors: ErrorDeviations): ErrorDeviations {
  const { gain, offset } = untrimmed;
  return { ...errors, gain: Math.max(errors.gain, gain), offset: Math.max(errors.offset, offset) };
}
