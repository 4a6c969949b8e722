import { parentPort, workerData } from "node:worker_threads";
import type { Circuit } from "../../netlist/index.ts";
import {
  type Culprit,
  type DieResult,
  dieSteps,
  errorSources,
  type Fabrication,
  type Pitch,
  planDies,
  rankingSteps,
  type StaticErrors,
  staticErrorSteps,
  type Tolerance,
  toleranceSteps,
  type YieldQuestion,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";

/** What a thread works for. */
export interface DieOrders {
  readonly circuit: Circuit;
  /** Of sampled vectors. */
  readonly seed: number;
}

/** One piece of work; its result hangs on nothing else but the orders. */
export type DieTask =
  | { readonly kind: "dies"; readonly question: YieldQuestion; readonly from: number; readonly to: number }
  | {
      readonly kind: "tolerance";
      /** Number of the source of errors. */
      readonly source: number;
      readonly pitch: Pitch;
      readonly seed: number;
      readonly dies: number;
    }
  | {
      readonly kind: "fabrication";
      readonly fabrication: Fabrication;
      readonly pitch: Pitch;
      readonly seed: number;
      readonly dies: number;
    }
  | { readonly kind: "ranking" };

export interface DieAnswers {
  readonly dies: readonly DieResult[];
  readonly tolerance: Tolerance;
  readonly fabrication: StaticErrors;
  readonly ranking: readonly Culprit[];
}

export type DieAnswer = DieAnswers[DieTask["kind"]];

export interface NumberedTask {
  readonly number: number;
  readonly task: DieTask;
}

export interface NumberedAnswer {
  readonly number: number;
  readonly answer: DieAnswer;
}

const { circuit, seed } = workerData as DieOrders;
const plan = finish(planDies(circuit, seed));
parentPort?.on("message", ({ number, task }: NumberedTask) => {
  const news: NumberedAnswer = { number, answer: answerTo(task) };
  parentPort?.postMessage(news);
});

function answerTo(task: DieTask): DieAnswer {
  switch (task.kind) {
    case "dies":
      return finish(dieSteps(plan, task.question, task.from, task.to));
    case "tolerance": {
      const source = errorSources(task.pitch)[task.source]!;
      return finish(toleranceSteps(plan, source, task.pitch, task.seed, task.dies));
    }
    case "fabrication":
      return finish(staticErrorSteps(plan, task.fabrication, task.pitch, task.seed, task.dies));
    case "ranking":
      return finish(rankingSteps(plan));
    default:
      return task satisfies never;
  }
}
