import { limits } from "../../dsl/index.ts";
import {
  type BudgetOptions,
  budgetSteps,
  crosstalkSteps,
  drawMargins,
  drawWaterfall,
  noiseModelSteps,
  noiseSampleSteps,
  qOfError,
  sensitivitySteps,
  withoutNeurons,
} from "../../physics/index.ts";
import { runSteps } from "../../toolchain/index.ts";
import type { Steps } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName, quantity, seed, share } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { otherTechnology } from "../files/compiled-technology.ts";
import { checkOutputs, type Output, sayWritten, writeOutput } from "../files/output.ts";
import { symbolRateFor } from "../files/technologies.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { askedTechnology } from "../networks/asked-technology.ts";
import { type Signal, stopOnSignal } from "../signals.ts";
import { type BudgetResult, budgetText } from "../text/budget-report.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import { startStepProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  path: argument("<path>", "build directory, circuit.json, spec file, or - for standard input"),
  technology: usual.technology,
  symbolRate: usual.symbolRate,
  launchPower: value(
    "--launch-power <power>",
    "of a symbol of a worker at its highest level, such as 3dBm",
    quantity("power"),
    1e-3,
    { shown: "0 dBm" },
  ),
  wordErrorRate: value("--word-error-rate <rate>", "for which the least powers are looked for", share, 1e-12),
  monteCarlo: value(
    "--monte-carlo <words>",
    "also send so many words through noisy devices, where errors can be seen",
    count(0),
    0,
    { most: limits.sampledVectors },
  ),
  seed: value("--seed <n>", "seed of these words", seed, 1),
  aggregate: text("--aggregate <name>", "this aggregate of a spec only"),
  waterfall: value("--waterfall <file>", "draw the losses of the worst path, SVG", fileName),
  margins: value("--margins <file>", "draw how far every comparator and receiver is from an error, SVG", fileName),
  json: flag("--json", "print everything as JSON"),
  force: usual.force,
  quiet: flag("-q, --quiet", "print no progress"),
};

type BudgetCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runBudget);

/** `optinc budget`: what a circuit needs and gives in a technology, on one screen. */
async function runBudget(terminal: Terminal, command: BudgetCommand): Promise<ExitCode> {
  const outputs = outputsOf(command);
  const rules = { force: command.force, inputs: [command.path] };
  const obstacles = checkOutputs(
    outputs.map(({ output }) => output),
    rules,
  );
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;

  const asked = await askedCircuits(terminal, command, outputs.length > 0);
  if (typeof asked === "number") return asked;

  const results: BudgetResult[] = [];
  let signal: Signal | null = null;
  for (const source of asked.circuits) {
    if (signal !== null) break;
    const found = await askedTechnology(command, asked, source);
    reportDiagnostics(terminal, found.source, found.diagnostics);
    if (found.technology === null) return exitCode.invalidInput;
    const foreign = withoutNeurons(source.circuit, found.technology);
    if (foreign !== null) {
      reportDiagnostics(terminal, null, [foreign]);
      return exitCode.invalidInput;
    }
    reportDiagnostics(terminal, null, otherTechnology(source, found.technology, found.source));
    const { result, ...ended } = await measured(terminal, command, source, found.technology);
    signal = ended.signal;
    results.push(result);
    if (!command.json) terminal.out(budgetText(result, terminal.paintOut));
    for (const { output, draw } of outputs) {
      const problem = await writeOutput(output, draw(result), rules);
      if (problem !== null) reportDiagnostics(terminal, null, [problem]);
      if (problem !== null) return exitCode.invalidInput;
      sayWritten(terminal, command.quiet, output.path);
    }
  }
  if (command.json) {
    terminal.data(`${JSON.stringify({ format: "optinc.budget", version: 1, budgets: results }, null, 2)}\n`);
  }
  return signal === null ? exitCode.done : signalCode(signal);
}

/** The budget of one circuit. A signal ends the Monte Carlo with the words that it has; before that it ends the process. */
async function measured(
  terminal: Terminal,
  command: BudgetCommand,
  { circuit, spec }: CircuitSource,
  technology: BudgetOptions["technology"],
): Promise<{ readonly result: BudgetResult; readonly signal: Signal | null }> {
  const shown = async <T>(what: string, steps: Steps<T>): Promise<T> => {
    const line = startStepProgress(terminal, command.quiet);
    try {
      return (await runSteps(steps, { onStep: (progress) => line.update(`${what} ${circuit.name}`, progress) }))!;
    } finally {
      line.end();
    }
  };
  const model = await shown("budget of", noiseModelSteps(circuit));
  const symbolRateBd = symbolRateFor(command.symbolRate, spec?.spec ?? null);
  const { launchPower: launchPowerW, wordErrorRate, monteCarlo: words, seed } = command;
  const options = { technology, symbolRateBd, launchPowerW, wordErrorRate };
  const budget = await shown("budget of", budgetSteps(circuit, options, model));
  const found = await shown("what hangs on what of", sensitivitySteps(circuit, model, technology, budget));
  const crosstalk = await shown("crosstalk of", crosstalkSteps(circuit, technology, seed));
  const result: BudgetResult = { budget, sensitivities: found, crosstalk, monteCarlo: null, withoutMonteCarlo: null };
  if (words === 0) return { result, signal: null };
  const stop = stopOnSignal();
  try {
    const stopped = (): boolean => stop.caught() !== null;
    const steps = noiseSampleSteps(circuit, technology, symbolRateBd, words, seed, stopped);
    const sample = await shown("Monte Carlo of", steps);
    const found = typeof sample === "string" ? { withoutMonteCarlo: sample } : { monteCarlo: sample };
    return { result: { ...result, ...found }, signal: stop.caught() };
  } finally {
    stop.release();
  }
}

interface Drawing {
  readonly output: Output;
  readonly draw: (result: BudgetResult) => string[];
}

function outputsOf({ waterfall, margins, wordErrorRate }: BudgetCommand): Drawing[] {
  const none = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>\n';
  const drawings: Drawing[] = [];
  if (waterfall !== null) {
    const draw = ({ budget: { waterfalls } }: BudgetResult): string[] => [
      waterfalls.kind === "value" && waterfalls.value[0] !== undefined ? drawWaterfall(waterfalls.value[0]) : none,
    ];
    drawings.push({ output: { path: waterfall, kind: "waterfall drawn" }, draw });
  }
  if (margins !== null) {
    const draw = ({ budget: { noise } }: BudgetResult): string[] => [
      noise.kind === "value" ? drawMargins(noise.value.decisions, qOfError(wordErrorRate)) : none,
    ];
    drawings.push({ output: { path: margins, kind: "margins drawn" }, draw });
  }
  return drawings;
}
