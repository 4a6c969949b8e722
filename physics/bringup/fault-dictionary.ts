import type { Steps } from "../../verify/index.ts";
import { chipIsGood } from "../chips/judge.ts";
import type { MonteCarloPlan } from "../chips/monte-carlo-plan.ts";
import { streamedWords, type TriedWords, withLate, wrongWords } from "../chips/tried-words.ts";
import type { YieldQuestion } from "../chips/yield.ts";
import { type Calibration, setAlike, setChip, uncalibratedChip } from "./calibrated-chips.ts";
import { carryOut, problemsIn, type StepOutcome } from "./carry-out.ts";
import { type Fault, singleFaults } from "./fault.ts";
import { comparedTo, LARGEST_SHIFT, type ProbeReading } from "./health.ts";
import type { BenchErrors, SimulatedChip } from "./simulated-chip.ts";

/** Words of a chip: how many of those that were tried are wrong, and whether all words are proved right. */
export interface WordsOfChip {
  readonly wrong: number;
  readonly right: boolean;
}

/** `steps`: no reading of the chip as it is set is off, but a step that turns its knob finds something. */
export type SeenBy = "readings" | "steps" | "nothing";

/** `trimming`, `bring-up`: all words are right after those steps. */
export type Repair = "not needed" | "trimming" | "bring-up" | "none";

/** What one fault does to a chip that was set. */
export interface FaultFinding {
  readonly fault: Fault;
  readonly words: WordsOfChip;
  readonly seenBy: SeenBy;
  /** The first reading that leaves its range while all knobs stay as they are; null where none does. */
  readonly reading: ProbeReading | null;
  /** The first step of a bring-up of the faulty chip whose reading speaks against its setting; null where none does. */
  readonly outcome: StepOutcome | null;
  /** Whether such a step turns the failed part itself. */
  readonly isNamed: boolean;
  readonly trimmed: WordsOfChip;
  readonly broughtUp: WordsOfChip;
  readonly repair: Repair;
}

export interface FaultDictionary {
  /** Words that were tried; whether these are all of all workers. */
  readonly words: number;
  readonly all: boolean;
  readonly findings: readonly FaultFinding[];
}

/** Single faults, every one if none are named, of the chip of that number after its bring-up; null where words are wrong before any. */
export function* faultSteps(
  plan: MonteCarloPlan,
  calibration: Calibration,
  question: YieldQuestion,
  bench: BenchErrors,
  chip: number,
  faults: readonly Fault[] = singleFaults(calibration.wiring),
): Steps<FaultDictionary | null> {
  const { wiring, procedure } = calibration;
  const unset = (): SimulatedChip => uncalibratedChip(plan, calibration, question, bench, chip);
  const healthy = unset();
  setChip(calibration, healthy);
  if (!chipIsGood(plan, healthy.light())) return null;
  const compared = comparedTo(calibration, healthy);
  const tried = streamedWords(wiring.circuit, question.seed);
  const findings: FaultFinding[] = [];
  for (const fault of faults) {
    const faulty = unset();
    if (calibration.extent === "bring-up") faulty.drift();
    setAlike(calibration, healthy, faulty);
    faulty.fail(fault);
    const words = wordsOf(plan, tried, faulty);
    const reading = compared(faulty).find(({ shift }) => Math.abs(shift) > LARGEST_SHIFT) ?? null;
    for (const _ of carryOut(procedure.steps.slice(procedure.trimming_from - 1), faulty.instruments));
    const trimmed = wordsOf(plan, tried, faulty);
    const outcomes = problemsIn(carryOut(procedure.steps, faulty.instruments));
    const [outcome = null] = outcomes.toSorted((a, b) => a.step.number - b.step.number);
    const isNamed = outcomes.some(({ step }) => step.knob.name === fault.name);
    const broughtUp = wordsOf(plan, tried, faulty);
    const seenBy = reading !== null ? "readings" : outcome !== null ? "steps" : "nothing";
    const repair = words.right ? "not needed" : trimmed.right ? "trimming" : broughtUp.right ? "bring-up" : "none";
    findings.push({ fault, words, seenBy, reading, outcome, isNamed, trimmed, broughtUp, repair });
    yield { done: findings.length, total: faults.length, unit: "faults", wrong: null };
  }
  return { words: tried.vectors, all: tried.all, findings };
}

/** By all reachable states, if no worker is late; else by the words that are tried. */
function wordsOf(plan: MonteCarloPlan, tried: TriedWords, chip: SimulatedChip): WordsOfChip {
  const light = chip.light();
  const symbols = withLate(tried.symbols, plan.simulator.circuit.aggregate, chip.late);
  const wrong = wrongWords({ ...tried, symbols }, light);
  return { wrong, right: chip.late.size === 0 && wrong === 0 && chipIsGood(plan, light) };
}
