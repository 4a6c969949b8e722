import { workerData } from "node:worker_threads";
import { compareIterations, findAlgorithm } from "../../collectives/index.ts";
import {
  type AppliedMetric,
  type AxisValue,
  type Cluster,
  isAppliedMetric,
  type SourceFile,
  type Study,
  studySpecs,
  type Training,
} from "../../dsl/index.ts";
import { type Circuit, targets } from "../../netlist/index.ts";
import type { Technology } from "../../physics/index.ts";
import { type AppliedFigures, type Compiled, measurePoint, type Outcome } from "../../toolchain/index.ts";
import { type Dataset, prepareCircuit, spreadOf, trainRun } from "../../training-sim/index.ts";
import { finish } from "../../verify/index.ts";
import { readDataset } from "../files/training-data.ts";
import { unitOf } from "../networks/unit-figures.ts";
import { answerTasks } from "../threads.ts";
import { trainingOptions, unfitWords } from "./training-options.ts";

/** What a thread works for. */
export interface StudyOrders {
  readonly source: SourceFile;
  readonly study: Study;
  /** Those that its points name, by their names. */
  readonly technologies: ReadonlyMap<string, Technology>;
}

/** A point: for each axis a value. */
export type StudyTask = readonly AxisValue[];

const { source, study, technologies } = workerData as StudyOrders;
const specs = studySpecs(source, study, { emitTargets: targets.map(({ name }) => name) });
/** No axis is of the data: they are those of the first point. */
let dataset: Promise<Dataset | null> | null = null;

answerTasks(outcomeOf);

/** A point on which we fail is a row that says so, and not the end of thousands of others. */
async function outcomeOf(values: StudyTask): Promise<Outcome> {
  try {
    const { training, cluster, ...spec } = specs(values);
    const name = spec.value?.technology ?? null;
    const technology = name === null ? null : technologies.get(name)!;
    if (training !== null) dataset ??= readDataset(training.model, training.testSamples).then(({ value }) => value);
    const data = await dataset;
    return await measurePoint(spec, study, technology, (compiled) => ({
      ...(training === null ? {} : trained(compiled.circuit, training, data)),
      ...(cluster === null ? {} : iterations(compiled, cluster)),
    }));
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { state: "failed", figures: study.measures.map(() => null), problem: `internal error: ${message}` };
  }
}

/** Run `circuit` of every seed. */
function trained(circuit: Circuit, training: Training, data: Dataset | null): AppliedFigures {
  const without = (reason: string): AppliedFigures => ({ "test-loss": reason, "test-accuracy": reason });
  if (data === null) return without("the data of the training cannot be read");
  const unfit = unfitWords(training, circuit.aggregate);
  if (unfit !== null) return without(unfit.message);
  const prepared = prepareCircuit(circuit);
  const options = trainingOptions(training);
  const results = training.seeds.map((seed) => finish(trainRun("circuit", seed, null, data, prepared, options)));
  const diverged = results.find(({ divergedAt }) => divergedAt !== null);
  if (diverged !== undefined) return without(`the training with seed ${diverged.seed} diverged`);
  const mean = (of: "loss" | "accuracy"): number => spreadOf(results.map(({ points }) => points.at(-1)![of])).mean;
  return { "test-loss": mean("loss"), "test-accuracy": mean("accuracy") };
}

/** The overlapped iteration of the cluster's model, as `compare --iterations --circuit` prints it: in twelve digits. */
function iterations({ circuit, budget }: Compiled, cluster: Cluster): AppliedFigures {
  const unit = budget === null ? null : unitOf({ circuit }, budget, null);
  const timed = study.measures.flatMap(({ metric }): [AppliedMetric, number | string][] => {
    const algorithm = findAlgorithm(metric.replace("iteration-", ""));
    if (!isAppliedMetric(metric) || algorithm === null) return [];
    if (unit === null && metric.includes("optinc")) return [[metric, "the spec names no technology"]];
    const options = { workers: [cluster.workers], algorithms: [algorithm], sharding: "data", unit } as const;
    const { outcome } = compareIterations(cluster, options).blocks[0]!.rows[0]!;
    return [
      [
        metric,
        outcome.kind === "timed" ? Number(outcome.overlappedS.toPrecision(12)) : `${algorithm.name}: ${outcome.reason}`,
      ],
    ];
  });
  return Object.fromEntries(timed);
}
