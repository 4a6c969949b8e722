import { type Circuit, type DrawnErrors, drawnErrors } from "../../netlist/index.ts";
import type { Steps } from "../../verify/index.ts";
import { calibrationSteps, untrimmed, untrimmedErrors } from "../bringup/calibrated-chips.ts";
import { type FaultKind, singleFaults } from "../bringup/fault.ts";
import { type FaultFinding, faultSteps } from "../bringup/fault-dictionary.ts";
import { planMonteCarlo } from "../chips/monte-carlo-plan.ts";
import type { QuantityKey } from "../technology/quantities.ts";
import type { Reading } from "../technology/recorder.ts";
import type { Technology } from "../technology/technology.ts";
import { type Answer, answerOf, answerSteps, notReached } from "./answers.ts";

/** How often a part of a kind fails; null: a fault that no part has a rate for. */
const rates: Readonly<Record<FaultKind, QuantityKey | null>> = {
  "heater-open": "heater-failures",
  "heater-stuck": "driver-failures",
  "carrier-dark": "feed-failures",
  "oscillator-dark": "feed-failures",
  "photodiode-plus": "photodiode-failures",
  "photodiode-minus": "photodiode-failures",
  "worker-dark": "transmitter-failures",
  "worker-late": null,
  "waveguide-loss": null,
};

/** What single faults, one after the other, leave of the time. */
export interface Availability {
  /** Mean time between faults that make words wrong, s. */
  readonly betweenS: number;
  /** Of these faults, those that steps of the bring-up repair. */
  readonly repairable: number;
  /** Share of the time in which every word is right. */
  readonly share: number;
}

/** Or which quantity the technology lacks. */
export function availabilityOf(findings: readonly FaultFinding[], technology: Technology): Answer<Availability> {
  return answerOf(technology, (reading) => leftOver(findings, reading));
}

function leftOver(findings: readonly FaultFinding[], { value }: Reading): Availability {
  const [retrimS, repairS] = [value("retrim-time"), value("repair-time")];
  let [failures, repairable, downS] = [0, 0, 0];
  for (const { fault, repair } of findings) {
    const key = rates[fault.kind];
    if (key === null || repair === "not needed") continue;
    const rate = value(key);
    failures += rate;
    if (repair !== "none") repairable += rate;
    downS += rate * (repair === "none" ? repairS : retrimS);
  }
  return { betweenS: 1 / failures, repairable: failures === 0 ? 0 : repairable / failures, share: 1 / (1 + downS) };
}

/** What an availability is computed from. */
export const availabilityKeys: readonly QuantityKey[] = [
  ...new Set(Object.values(rates).filter((key) => key !== null)),
  "retrim-time",
  "repair-time",
];

/** That of chip 0, by the faults of parts that have a rate. */
export function* availabilitySteps(
  circuit: Circuit,
  technology: Technology,
  drawn: DrawnErrors,
  seed: number,
): Steps<Answer<Availability>> {
  return yield* answerSteps(technology, function* (reading) {
    const calibration = yield* calibrationSteps(circuit, "bring-up");
    if (typeof calibration === "string") throw notReached(`no bring-up can be derived: ${calibration}`);
    const plan = yield* planMonteCarlo(circuit, seed);
    const faults = singleFaults(calibration.wiring).filter(({ kind }) => rates[kind] !== null);
    const { errors, pitch } = drawnErrors(drawn);
    const question = { errors: { kind: "technology", errors: untrimmedErrors(errors), pitch }, seed } as const;
    const dictionary = yield* faultSteps(plan, calibration, question, untrimmed, 0, faults);
    if (dictionary === null) throw notReached("chip 0 has wrong words after its bring-up, before any part fails");
    return leftOver(dictionary.findings, reading);
  });
}
