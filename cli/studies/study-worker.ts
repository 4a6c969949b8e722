import { parentPort, workerData } from "node:worker_threads";
import { type AxisValue, type SourceFile, type Study, studySpecs, type Training } from "../../dsl/index.ts";
import { type Circuit, targets } from "../../netlist/index.ts";
import type { Technology } from "../../physics/index.ts";
import { type EndOfTraining, measurePoint, type Outcome } from "../../toolchain/index.ts";
import { type Dataset, prepareCircuit, spreadOf, trainRun } from "../../training-sim/index.ts";
import { readDataset } from "../files/training-data.ts";
import type { NumberedAnswer, NumberedTask } from "../threads.ts";
import { trainingOptions, unfitWords } from "./training-options.ts";

/** What a thread works for. */
export interface StudyOrders {
  readonly source: SourceFile;
  readonly study: Study;
  /** Those that its points name, by their names. */
  readonly technologies: ReadonlyMap<string, Technology>;
  /** Of its measures; null where none is of a training. */
  readonly training: Training | null;
}

/** A point: for each axis a value. */
export type StudyTask = readonly AxisValue[];

const { source, study, technologies, training } = workerData as StudyOrders;
const dataset = training === null ? null : readDataset(training.model, training.testSamples);
const specs = studySpecs(source, study, { emitTargets: targets.map(({ name }) => name) });

parentPort?.on("message", async ({ number, task }: NumberedTask<StudyTask>) => {
  const news: NumberedAnswer<Outcome> = { number, answer: await outcomeOf(task) };
  parentPort?.postMessage(news);
});

/** A point on which we fail is a row that says so, and not the end of thousands of others. */
async function outcomeOf(values: StudyTask): Promise<Outcome> {
  try {
    const spec = specs(values);
    const name = spec.value?.technology ?? null;
    const data = (await dataset)?.value ?? null;
    const technology = name === null ? null : technologies.get(name)!;
    return await measurePoint(spec, study, technology, (circuit) => trained(circuit, training, data));
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { state: "failed", figures: study.measures.map(() => null), problem: `internal error: ${message}` };
  }
}

/** Run `circuit` of every seed. */
function trained(circuit: Circuit, training: Training | null, data: Dataset | null): EndOfTraining {
  if (training === null || data === null) return "the data of the training cannot be read";
  const unfit = unfitWords(training, circuit.aggregate);
  if (unfit !== null) return unfit.message;
  const prepared = prepareCircuit(circuit);
  const options = trainingOptions(training);
  const results = training.seeds.map((seed) => {
    const steps = trainRun("circuit", seed, null, data, prepared, options);
    let state = steps.next();
    while (state.done !== true) state = steps.next();
    return state.value;
  });
  const diverged = results.find(({ divergedAt }) => divergedAt !== null);
  if (diverged !== undefined) return `the training with seed ${diverged.seed} diverged`;
  const mean = (of: "loss" | "accuracy"): number => spreadOf(results.map(({ points }) => points.at(-1)![of])).mean;
  return { "test-loss": mean("loss"), "test-accuracy": mean("accuracy") };
}
