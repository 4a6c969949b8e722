import { type Diagnostic, parseTrainings, plainDiagnostic, type Training, trainingLimits } from "../../dsl/index.ts";
import { targetOf } from "../../toolchain/index.ts";
import {
  curvesCsv,
  curvesSvg,
  meanCurves,
  type Trained,
  trainingJson,
  trainingText,
} from "../../training-sim/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { openCache } from "../files/cache-entries.ts";
import { drawingOf, jsonOf } from "../files/output.ts";
import { openOutputs, writtenCode } from "../files/outputs.ts";
import { readText, specBytes } from "../files/read.ts";
import { technologyOf } from "../files/technologies.ts";
import { readDataset } from "../files/training-data.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { stopOnSignal } from "../signals.ts";
import { unfitWords } from "../studies/training-options.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { trainRuns } from "./training-runs.ts";

const parameters = {
  spec: argument("<spec>", "spec file with a `training` block and an aggregate"),
  aggregate: text("--aggregate <name>", "the aggregate whose circuit is used"),
  training: text("--training <name>", "run this training only"),
  steps: value("--steps <n>", "updates of each model (default: as in the spec)", count(1), null, {
    most: trainingLimits.steps,
  }),
  seeds: value("--seeds <n>", "trainings of each run (default: as in the spec)", count(1), null, {
    most: trainingLimits.seeds,
  }),
  chips: value(
    "--chips <n>",
    "chips of each seed in noise and chip-samples runs (default: as in the spec)",
    count(1),
    null,
    { most: trainingLimits.chips },
  ),
  csv: value("--csv <file>", "write the curves", fileName),
  svg: value("--svg <file>", "draw the curves", fileName),
  json: text("--json <file>", "write results as JSON; - prints them instead of the text"),
  resume: flag("--resume", "keep the runs that an earlier command finished, and compute the others"),
  force: usual.force,
  quiet: usual.silent,
};

type TrainCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runTrainSim);

/** `optinc train-sim`: trains with each aggregation and reports the differences. Exit 3 if the exact circuit is not the ring. */
async function runTrainSim(terminal: Terminal, command: TrainCommand): Promise<ExitCode> {
  if (command.spec === "-") {
    const message = "a training is read from a file, not from standard input";
    return refuse(terminal, plainDiagnostic("OPT0662", message));
  }
  const { csv, svg, json, force, quiet } = command;
  const named = {
    csv: [csv, /^(bits,)?run,seed,(chip,)?step,train_loss,test_loss,test_accuracy\n/],
    svg: [svg, drawingOf("[^<]*: test loss, nats<|Mean of seeds ")],
    json: [json, jsonOf("training")],
  } as const;
  const outputs = openOutputs(terminal, named, { force, quiet, inputs: [command.spec] });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const trainings = await readTrainings(terminal, command);
  if (trainings === null) return exitCode.invalidInput;
  const asked = await askedCircuits(terminal, { ...command, path: command.spec }, true);
  if (typeof asked === "number") return asked;
  const source = asked.circuits[0]!;

  // The first signal ends the training after the present step and keeps what is done.
  const signals = stopOnSignal();
  const done: Trained[] = [];
  const { value: cache, diagnostics: unopened } = openCache();
  reportDiagnostics(terminal, null, unopened);
  try {
    const bound = source.spec;
    const technology =
      bound === null ? null : ((await technologyOf(bound.spec, command.spec, asked.source))?.technology ?? null);
    const chips = trainings.find(({ runs }) => runs.includes("chip-samples"));
    if (chips !== undefined && technology === null) {
      const message = `the training ${chips.name} runs through chips, but no technology is named`;
      const help = "write `technology foundry-si` in the aggregate, or leave `chip-samples` out of its runs";
      return refuse(terminal, plainDiagnostic("OPT0664", message, help));
    }
    const { circuit } = source;
    for (const training of trainings) {
      const unfit = unfitWords(training, circuit.aggregate);
      if (unfit !== null) return refuse(terminal, unfit);
    }
    const runs = { cache, resume: command.resume, quiet: command.quiet, stop: signals };
    for (const training of trainings) {
      const dataset = await readDataset(training.model, training.testSamples);
      reportDiagnostics(terminal, null, dataset.diagnostics);
      if (dataset.value === null) return exitCode.invalidInput;
      done.push(await trainRuns(terminal, { training, dataset: dataset.value, circuit, technology }, runs));
      if (signals.caught() !== null) break;
    }
  } finally {
    signals.release();
  }

  if (json !== "-" && !quiet) terminal.out(done.map((each) => trainingText(each, terminal.paintOut)).join("\n"));
  const isWritten = [
    await outputs.write("csv", () => curvesText(done)),
    await outputs.write("svg", () => drawnCurves(done)),
    await outputs.write("json", () => [trainingJson(done)]),
  ];
  const faults = done.flatMap((each) => circuitFaults(each, source.spec === null ? 1 : targetOf(source.spec.spec)));
  reportDiagnostics(terminal, null, faults);
  const signal = signals.caught();
  if (signal !== null) {
    const kept = done.some(({ results }) => results.length > 0) && cache !== null;
    if (kept && !command.quiet) {
      terminal.err("finished runs are kept; the same command with `--resume` computes the others\n");
    }
    return signalCode(signal);
  }
  return faults.length > 0 ? exitCode.verificationFailed : writtenCode(...isWritten);
}

async function readTrainings(terminal: Terminal, command: TrainCommand): Promise<readonly Training[] | null> {
  const { value, diagnostics } = await readText(command.spec, specBytes);
  reportDiagnostics(terminal, null, diagnostics);
  if (value === null) return null;
  const source = { name: command.spec, text: value.text };
  const parsed = parseTrainings(source);
  // What is odd is said where the whole file is read.
  if (parsed.value === null) {
    reportDiagnostics(terminal, source, parsed.diagnostics);
    return null;
  }
  const chosen = parsed.value.filter(({ name }) => command.training === null || name === command.training);
  const files = command.csv !== null || command.svg !== null;
  const names = parsed.value.map(({ name }) => `\`--training ${name}\``).join(" or ");
  if (chosen.length === 0 || (files && chosen.length > 1)) {
    const message =
      chosen.length === 0 ? `the spec has no training \`${command.training}\`` : "curves of one training a file";
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0663", message, `use ${names}`)]);
    return null;
  }
  for (const { name, runs } of chosen) {
    if (command.chips === null || runs.some((run) => run === "noise" || run === "chip-samples")) continue;
    const message = `\`--chips\` has no effect on ${name}, which has no noise or chip-samples run`;
    const unused = plainDiagnostic("OPT0235", message, "add such a run to `runs`, or leave --chips out");
    reportDiagnostics(terminal, null, [{ ...unused, severity: "warning" }]);
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

/** null where there is nothing to write yet. */
function curvesText(done: readonly Trained[]): string[] | null {
  const [first] = done;
  return first === undefined ? null : [curvesCsv(first.results)];
}

function drawnCurves([first]: readonly Trained[]): string[] | null {
  if (first === undefined) return null;
  const { training, circuit, data } = first;
  const note = `Mean of seeds ${training.seeds.join(", ")}, bands of one standard deviation. ${data}; circuit ${circuit}.`;
  return [curvesSvg(training.name, meanCurves(first.results), note)];
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
