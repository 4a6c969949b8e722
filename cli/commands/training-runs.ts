import type { Training } from "../../dsl/index.ts";
import { type Circuit, chipsOf } from "../../netlist/index.ts";
import { planMonteCarlo, readingOf, type Technology, technologyErrors } from "../../physics/index.ts";
import {
  type ChipMaker,
  isOfChips,
  makeModel,
  prepareCircuit,
  type RunResult,
  type Trained,
  type TrainingOptions,
  trainRun,
} from "../../training-sim/index.ts";
import { finish, type Steps, within } from "../../verify/index.ts";
import { circuitHash } from "../files/circuit-hash.ts";
import { openFinished } from "../files/finished-results.ts";
import { sha256 } from "../files/pack.ts";
import type { KeyedDataset } from "../files/training-data.ts";
import type { Stop } from "../signals.ts";
import { trainingOptions } from "../studies/training-options.ts";
import { drive } from "../text/drive.ts";
import type { Terminal } from "../text/terminal.ts";
import { codeVersion } from "../version.ts";

/** What decides the results of a training's runs. */
export interface TrainingCase {
  readonly training: Training;
  readonly dataset: KeyedDataset;
  readonly circuit: Circuit;
  /** Of the chips; null where the aggregate names none. */
  readonly technology: Technology | null;
}

/** One training of a model; `chip` is null of a run that goes through none. */
type RunTask = Pick<RunResult, "run" | "seed"> & { readonly chip: number | null };

export interface RunOrders {
  /** Directory in which runs are kept as they are finished; null: they are not. */
  readonly cache: string | null;
  /** Take those that are there. */
  readonly resume: boolean;
  readonly stop: Pick<Stop, "caught">;
  readonly quiet: boolean;
}

/** All runs of a training; what is finished is kept at once, so that nothing but the run at work is lost to whatever ends the process. */
export async function trainRuns(terminal: Terminal, it: TrainingCase, orders: RunOrders): Promise<Trained> {
  const { training, dataset, circuit, technology } = it;
  const options = trainingOptions(training);
  const tasks = tasksOf(training);
  const finished = openFinished<RunResult>(terminal, orders.cache, "run");
  const keyOf = keysOf(it, options);
  const results = tasks.map((task) => (orders.resume ? finished.find(keyOf(task)) : null));
  const todo = tasks.filter((_, i) => results[i] === null);
  const name = `train ${training.name}`;
  if (todo.length < tasks.length && !orders.quiet) {
    terminal.err(`${name}: ${tasks.length - todo.length} of ${tasks.length} runs were finished before\n`);
  }
  const prepared = prepareCircuit(circuit, chipsUnder(circuit, technology, training.chips[0]!));
  const total = todo.length * options.steps;
  const steps = function* (): Steps<void> {
    for (const [i, task] of todo.entries()) {
      const run = trainRun(task.run, task.seed, task.chip, dataset, prepared, options);
      const result = yield* within(run, (of) => ({ ...of, done: i * options.steps + of.done, total }));
      results[tasks.indexOf(task)] = result;
      const about = `${training.name}: ${task.run} run of seed ${task.seed}${task.chip === null ? "" : `, chip ${task.chip}`}`;
      finished.add(keyOf(task), about, result);
    }
  };
  await drive(terminal, orders.quiet, name, steps(), orders.stop);
  const done = results.filter((result) => result !== null);
  return {
    training,
    circuit: circuit.name,
    aggregate: circuit.aggregate,
    data: dataset.name,
    testTargets: dataset.test.reduce((count, { targets }) => count + targets.length, 0),
    parameters: makeModel(options.model, dataset.shape).length,
    errors: options.errors,
    results: done,
    undone: tasks.length - done.length,
  };
}

/** A hash of options, data, circuit, chip distribution and code. The numbers of seeds and chips are left out: either may grow. */
function keysOf({ training, dataset, circuit, technology }: TrainingCase, options: TrainingOptions) {
  const { testSamples } = training;
  const of = { options, testSamples, data: dataset.sha256, circuit: circuitHash(circuit), code: codeVersion };
  const shared = sha256(JSON.stringify(of));
  const chips = sha256(JSON.stringify({ technology, seed: training.chips[0] }));
  return ({ run, seed, chip }: RunTask): string =>
    sha256(JSON.stringify({ shared, run, seed, chip, chips: run === "chip-samples" ? chips : null }));
}

function tasksOf({ runs, seeds, chips }: Training): readonly RunTask[] {
  return seeds.flatMap((seed) =>
    runs.flatMap((run) => (isOfChips(run) ? chips : [null]).map((chip) => ({ run, seed, chip }))),
  );
}

/** Chips as the technology has them; numbered and drawn as `yield` does under the training's seed. */
function chipsUnder(circuit: Circuit, technology: Technology | null, seed: number): ChipMaker | null {
  if (technology === null) return null;
  const { errors, pitch } = technologyErrors(readingOf(technology));
  return chipsOf(finish(planMonteCarlo(circuit, seed)), { kind: "technology", errors, pitch }, seed);
}
