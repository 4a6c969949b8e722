import { setImmediate } from "node:timers/promises";
import { type Diagnostic, parseTrainings, plainDiagnostic, type Training } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { diesOf, dieTechnology, planDies, readingOf, type Technology } from "../../physics/index.ts";
import { targetOf } from "../../toolchain/index.ts";
import {
  type CircuitOfRuns,
  curvesCsv,
  curvesSvg,
  type Dataset,
  type DieMaker,
  isOfChips,
  makeModel,
  meanCurves,
  prepareCircuit,
  type RunResult,
  sweepCsv,
  sweepText,
  type Trained,
  type TrainingOptions,
  tableTwo,
  trainingJson,
  trainingText,
  trainRun,
} from "../../training-sim/index.ts";
import { finish } from "../../verify/index.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { cacheDirectory } from "../files/cache-entries.ts";
import { readCircuits } from "../files/circuit-source.ts";
import { checkOutputs, type Output, sayWritten, writeOutput } from "../files/output.ts";
import { readText, specBytes } from "../files/read.ts";
import { technologyOf } from "../files/technologies.ts";
import { readDataset } from "../files/training-data.ts";
import { networkFor } from "../networks/network.ts";
import { stopOnSignal } from "../signals.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import { circuitOfPrecision } from "./training-sweep.ts";

export interface TrainCommand {
  readonly spec: string;
  readonly aggregate: string | null;
  readonly training: string | null;
  /** Null for what the spec says. */
  readonly steps: number | null;
  readonly seeds: number | null;
  readonly chips: number | null;
  /** Lengths of words that are tried, a circuit each; null for the spec's own. */
  readonly precision: readonly number[] | null;
  readonly csv: string | null;
  readonly svg: string | null;
  readonly json: string | null;
  readonly force: boolean;
  readonly quiet: boolean;
}

/** `optinc train-sim`: trains with each aggregation and reports the differences. Exit 3 if the exact circuit is not the ring. */
export async function runTrainSim(terminal: Terminal, command: TrainCommand): Promise<ExitCode> {
  if (command.spec === "-") {
    const message = "a training is read from a file, not from standard input";
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0662", message)]);
    return exitCode.invalidInput;
  }
  const rules = { force: command.force, inputs: [command.spec] };
  const obstacles = checkOutputs(outputsOf(command), rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;
  const trainings = await readTrainings(terminal, command);
  if (trainings === null) return exitCode.invalidInput;
  const network = { specPath: command.spec, cache: cacheDirectory(), threads: null, resume: false, checkpointS: 20 };
  const reading = await readCircuits(command.spec, command.aggregate, (spec) =>
    networkFor(terminal, spec, { ...network, quiet: command.quiet }),
  );
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.failed !== null) return reading.failed;
  if (reading.circuits === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  const [source, other] = reading.circuits;
  if (other !== undefined) {
    const names = reading.circuits.map(({ circuit }) => `\`--aggregate ${circuit.name}\``).join(" or ");
    const several = plainDiagnostic("OPT0662", "the file holds several aggregates", `use ${names}`);
    reportDiagnostics(terminal, null, [several]);
    return exitCode.invalidInput;
  }
  if (source === undefined) throw new Error("a reading without errors has a circuit");

  // The first signal ends the training after the present step and keeps what is done.
  const signals = stopOnSignal();
  const stopped = (): boolean => signals.caught() !== null;
  const done: Trained[] = [];
  try {
    const bound = source.spec;
    const technology =
      bound === null ? null : ((await technologyOf(bound.spec, command.spec, reading.source))?.technology ?? null);
    const dies = trainings.find(({ runs }) => runs.includes("dies"));
    if (dies !== undefined && technology === null) {
      const message = `the dies of training ${dies.name} have no technology to be drawn from`;
      const help = "write `technology foundry-si` in the aggregate, or leave `dies` out of its runs";
      reportDiagnostics(terminal, null, [plainDiagnostic("OPT0664", message, help)]);
      return exitCode.invalidInput;
    }
    const circuits: Circuit[] = [];
    for (const bits of command.precision ?? [source.circuit.aggregate.bits]) {
      const { value, diagnostics } = circuitOfPrecision(source, bits);
      reportDiagnostics(terminal, null, diagnostics);
      if (value === null) return exitCode.invalidInput;
      circuits.push(value);
    }
    for (const training of trainings) {
      const dataset = await readDataset(training.model, training.testSamples);
      reportDiagnostics(terminal, null, dataset.diagnostics);
      if (dataset.value === null) return exitCode.invalidInput;
      for (const [i, circuit] of circuits.entries()) {
        const prepared = prepareCircuit(circuit, diesIn(circuit, technology, training.chips[0]!));
        // Nothing is quantized in the float run: one serves all lengths of words.
        const own = i === 0 ? training : { ...training, runs: training.runs.filter((run) => run !== "float") };
        done.push(await train(terminal, command, own, dataset.value, circuit, prepared, stopped));
        if (stopped()) break;
      }
      if (stopped()) break;
    }
  } finally {
    signals.release();
  }

  if (command.json === "-") terminal.data(trainingJson(done));
  else if (!command.quiet) terminal.out(reports(command, done, terminal).join("\n"));
  const written = await writeFiles(terminal, command, done);
  const faults = done.flatMap((each) => circuitFaults(each, source.spec === null ? 1 : targetOf(source.spec.spec)));
  reportDiagnostics(terminal, null, [...written, ...faults]);
  const signal = signals.caught();
  if (signal !== null) return signalCode(signal);
  return faults.length > 0 ? exitCode.verificationFailed : written.length > 0 ? exitCode.invalidInput : exitCode.done;
}

function reports(command: TrainCommand, done: readonly Trained[], { paintOut }: Terminal): readonly string[] {
  if (command.precision === null) return done.map((each) => trainingText(each, paintOut));
  const names = [...new Set(done.map(({ training }) => training.name))];
  return names.map((name) => {
    return sweepText(
      done.filter(({ training }) => training.name === name),
      paintOut,
    );
  });
}

async function readTrainings(terminal: Terminal, command: TrainCommand): Promise<readonly Training[] | null> {
  const { value, diagnostics } = await readText(command.spec, specBytes);
  reportDiagnostics(terminal, null, diagnostics);
  if (value === null) return null;
  const source = { name: command.spec, text: value.text };
  const parsed = parseTrainings(source);
  reportDiagnostics(terminal, source, parsed.diagnostics);
  if (parsed.value === null) return null;
  const chosen = parsed.value.filter(({ name }) => command.training === null || name === command.training);
  const files = command.csv !== null || command.svg !== null;
  const names = parsed.value.map(({ name }) => `\`--training ${name}\``).join(" or ");
  if (chosen.length === 0 || (files && chosen.length > 1)) {
    const message =
      chosen.length === 0 ? `the spec has no training \`${command.training}\`` : "curves of one training a file";
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0663", message, `use ${names}`)]);
    return null;
  }
  return chosen.map((training) => overridden(training, command));
}

function overridden(training: Training, { steps, seeds, chips }: TrainCommand): Training {
  const first = training.seeds[0]!;
  const given = [
    ["steps", steps],
    ["seeds", seeds],
    ["chips", chips],
  ] as const;
  return {
    ...training,
    steps: steps ?? training.steps,
    seeds: seeds === null ? training.seeds : Array.from({ length: seeds }, (_, i) => first + i),
    chips: chips === null ? training.chips : Array.from({ length: chips }, (_, i) => first + i),
    inputs: training.inputs.map((input) => {
      const value = given.find(([path]) => path === input.path)?.[1] ?? null;
      return value === null ? input : { ...input, value: `${value}`, from: "command line" };
    }),
  };
}

async function train(
  terminal: Terminal,
  command: TrainCommand,
  training: Training,
  dataset: Dataset,
  circuit: Circuit,
  prepared: CircuitOfRuns,
  stopped: () => boolean,
): Promise<Trained> {
  const options = optionsOf(training);
  const tasks = tasksOf(training);
  const total = tasks.length * training.steps;
  const line = startProgress(
    command.quiet ? { ...terminal, err: () => {} } : terminal,
    command.precision === null
      ? `train ${training.name}`
      : `train ${training.name} with ${circuit.aggregate.bits}-bit words`,
    "steps",
  );
  const results: RunResult[] = [];
  let finished = 0;
  try {
    for (const { run, seed, chip } of tasks) {
      const steps = trainRun(run, seed, chip, dataset, prepared, options);
      let state = steps.next();
      while (state.done !== true && !stopped()) {
        line.update(finished + state.value, total);
        // Lets signals in.
        await setImmediate();
        state = steps.next();
      }
      if (state.done === true) results.push(state.value);
      finished += options.steps;
    }
  } finally {
    line.end();
  }
  return {
    training,
    circuit: circuit.name,
    aggregate: circuit.aggregate,
    data: dataset.name,
    testTargets: dataset.test.reduce((count, { targets }) => count + targets.length, 0),
    parameters: makeModel(options.model, dataset.shape).length,
    errors: options.errors,
    results,
    undone: tasks.length - results.length,
  };
}

interface RunTask {
  readonly run: RunResult["run"];
  readonly seed: number;
  readonly chip: number | null;
}

function tasksOf({ runs, seeds, chips }: Training): readonly RunTask[] {
  return seeds.flatMap((seed) =>
    runs.flatMap((run) => (isOfChips(run) ? chips : [null]).map((chip) => ({ run, seed, chip }))),
  );
}

/** Dies as the technology has them; numbered and drawn as `yield` does under the training's seed. */
function diesIn(circuit: Circuit, technology: Technology | null, seed: number): DieMaker | null {
  if (technology === null) return null;
  const { errors, pitch } = dieTechnology(readingOf(technology));
  return diesOf(finish(planDies(circuit, seed)), errors, pitch, seed);
}

function optionsOf(training: Training): TrainingOptions {
  const [first, last] = training.errorLayers;
  const row = tableTwo.find(({ layers }) => layers[0] === first && layers[1] === last);
  if (row === undefined) throw new Error(`Table II has no row of layers ${first} to ${last}`);
  const { learningRate, momentum, optimizer } = training;
  return {
    model: training.model,
    optimizer: optimizer === "sgd" ? { kind: optimizer, learningRate, momentum } : { kind: optimizer, learningRate },
    steps: training.steps,
    batch: training.batch,
    blockSize: training.block,
    evaluateEvery: training.evaluateEvery,
    errors: { ...row, rate: training.errorRate ?? row.rate },
    sigmaRad: training.phaseSigmaRad,
  };
}

function outputsOf({ csv, svg, json }: TrainCommand): readonly Output[] {
  const outputs = [
    { path: csv, kind: "curves" },
    { path: svg, kind: "curves drawn" },
    { path: json, kind: "training" },
  ] as const;
  return outputs.flatMap(({ path, kind }) => (path === null ? [] : [{ path, kind }]));
}

async function writeFiles(
  terminal: Terminal,
  command: TrainCommand,
  done: readonly Trained[],
): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const output of outputsOf(command).filter(({ path }) => path !== "-")) {
    const text = outputText(output.kind, done, command.precision !== null);
    if (text === null) continue;
    const failure = await writeOutput(output, [text], { force: command.force, inputs: [command.spec] });
    if (failure !== null) found.push(failure);
    else sayWritten(terminal, command.quiet, output.path);
  }
  return found;
}

/** null where there is nothing to write yet. */
function outputText(kind: Output["kind"], done: readonly Trained[], swept: boolean): string | null {
  const [first] = done;
  if (kind === "training") return trainingJson(done);
  if (first === undefined) return null;
  if (kind === "curves") return swept ? sweepCsv(done) : curvesCsv(first.results);
  const { training, circuit, data } = first;
  const note = `Mean of seeds ${training.seeds.join(", ")}, bands of one standard deviation. ${data}; circuit ${circuit}.`;
  return curvesSvg(training.name, meanCurves(first.results), note);
}

/** The circuit gives the ring's words in the share that its spec promises, and its table is what it simulates. */
function circuitFaults({ circuit, results }: Trained, target: number): Diagnostic[] {
  return results
    .filter(({ run, tally }) => {
      const tooMany = run === "circuit" && tally.wrong > (1 - target) * tally.words;
      return tooMany || tally.checkedWrong > 0;
    })
    .map(({ seed, tally }) => {
      const message = `${circuit}: ${tally.wrong} words differ from the ring's, ${tally.checkedWrong} from the table (seed ${seed})`;
      return plainDiagnostic("OPT0619", message);
    });
}
