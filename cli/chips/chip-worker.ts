import { workerData } from "node:worker_threads";
import type { Circuit, Pitch } from "../../netlist/index.ts";
import {
  type CalibratedChip,
  type Calibration,
  type ChipResult,
  type Culprit,
  calibratedChipSteps,
  calibrationSteps,
  chipSteps,
  type Extent,
  errorSources,
  type Fabrication,
  planMonteCarlo,
  rankingSteps,
  type StaticErrors,
  staticErrorSteps,
  type Tolerance,
  toleranceSteps,
  untrimmed,
  type YieldQuestion,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { answerTasks } from "../threads.ts";

/** What a thread works for. */
export interface ChipOrders {
  readonly circuit: Circuit;
  /** Of sampled vectors. */
  readonly seed: number;
}

/** One piece of work; its result depends only on the orders. */
export type ChipTask =
  | ({ readonly kind: "chips" } & ChipRange)
  | ({ readonly kind: "calibrated"; readonly extent: Extent } & ChipRange)
  /** `source`: the number of the source of errors. */
  | ({ readonly kind: "tolerance"; readonly source: number } & ChipSample)
  | ({ readonly kind: "fabrication"; readonly fabrication: Fabrication } & ChipSample)
  | { readonly kind: "ranking" };

interface ChipRange {
  readonly question: YieldQuestion;
  readonly from: number;
  readonly to: number;
}

interface ChipSample {
  readonly pitch: Pitch;
  readonly seed: number;
  readonly chips: number;
}

export interface ChipAnswers {
  readonly chips: readonly ChipResult[];
  readonly calibrated: readonly CalibratedChip[];
  readonly tolerance: Tolerance;
  readonly fabrication: StaticErrors;
  readonly ranking: readonly Culprit[];
}

export type ChipAnswer = ChipAnswers[ChipTask["kind"]];

const { circuit, seed } = workerData as ChipOrders;
const plan = finish(planMonteCarlo(circuit, seed));
const calibrations = new Map<Extent, Calibration>();
answerTasks(answerTo);

function answerTo(task: ChipTask): ChipAnswer {
  switch (task.kind) {
    case "chips":
      return finish(chipSteps(plan, task.question, task.from, task.to));
    case "calibrated": {
      const calibration = calibrationFor(task.extent);
      return finish(calibratedChipSteps(plan, calibration, task.question, untrimmed, task.from, task.to));
    }
    case "tolerance": {
      const source = errorSources(task.pitch)[task.source]!;
      return finish(toleranceSteps(plan, source, task.pitch, task.seed, task.chips));
    }
    case "fabrication":
      return finish(staticErrorSteps(plan, task.fabrication, task.pitch, task.seed, task.chips));
    case "ranking":
      return finish(rankingSteps(plan));
  }
}

/** The same for all chips; who asks has seen that there is one. */
function calibrationFor(extent: Extent): Calibration {
  const known = calibrations.get(extent);
  if (known !== undefined) return known;
  const made = finish(calibrationSteps(circuit, extent));
  if (typeof made === "string") throw new Error(made);
  calibrations.set(extent, made);
  return made;
}
