import { limits } from "../../dsl/index.ts";
import {
  type BudgetOptions,
  budgetSteps,
  coherenceOf,
  crosstalkSteps,
  drawEye,
  drawMargins,
  drawWaterfall,
  driftSteps,
  extinctionSteps,
  matchedLight,
  type NoiseModel,
  noiseModelSteps,
  noiseSampleSteps,
  qOfError,
  sensitivitySteps,
  withSize,
} from "../../physics/index.ts";
import type { Steps } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName, quantity, seed, share } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { drawingOf } from "../files/output.ts";
import { symbolRateFor } from "../files/technologies.ts";
import { openCircuits } from "../networks/asked-circuits.ts";
import { fittingTechnology } from "../networks/asked-technology.ts";
import { type EndingSignal, stopOnSignal } from "../signals.ts";
import { type BudgetResult, budgetText } from "../text/budget-report.ts";
import { driveSteps } from "../text/drive.ts";
import { shellWord } from "../text/shell-word.ts";
import { sayNext, type Terminal } from "../text/terminal.ts";

const parameters = {
  path: usual.path,
  technology: usual.technology,
  symbolRate: usual.symbolRate,
  launchPower: value(
    "--launch-power <power>",
    "of one symbol of one worker at its highest level, such as 3dBm",
    quantity("power"),
    1e-3,
    { shown: "0 dBm" },
  ),
  wordErrorRate: value("--word-error-rate <rate>", "to find the least powers for", share, 1e-12),
  monteCarlo: value(
    "--monte-carlo <words>",
    "also send this many words through noisy devices, where errors are frequent enough",
    count(0),
    0,
    { most: limits.sampledVectors },
  ),
  seed: value("--seed <n>", "seed of these words", seed, 1),
  aggregate: text("--aggregate <name>", "this aggregate of a spec only"),
  waterfall: value("--waterfall <file>", "draw the losses of the worst path, SVG", fileName),
  margins: value("--margins <file>", "draw how far every comparator and receiver is from an error, SVG", fileName),
  eye: value("--eye <file>", "draw what the receiver of the narrowest eye detects of random words, SVG", fileName),
  json: flag("--json", "print everything as JSON"),
  force: usual.force,
  quiet: usual.quiet,
};

type BudgetCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runBudget);

/** `optinc budget`: what a circuit needs and gives in a technology, on one screen. */
async function runBudget(terminal: Terminal, command: BudgetCommand): Promise<ExitCode> {
  const { waterfall, margins, eye, quiet } = command;
  const drawn = {
    waterfall: [waterfall, drawingOf("[^<]* dB lost, ")],
    margins: [margins, drawingOf("Distance from the wrong decision ")],
    eye: [eye, drawingOf("Eye of ")],
  } as const;
  const one = [waterfall, margins, eye].some((path) => path !== null);
  const opened = await openCircuits(terminal, command, drawn, one);
  if (typeof opened === "number") return opened;
  const { outputs, asked } = opened;
  const results: BudgetResult[] = [];
  let signal: EndingSignal | null = null;
  for (const source of asked.circuits) {
    if (signal !== null) break;
    const technology = await fittingTechnology(terminal, command, asked, source);
    if (technology === null) return exitCode.invalidInput;
    const { result, model, ...ended } = await measured(terminal, command, source, technology);
    signal = ended.signal;
    results.push(result);
    if (!command.json) terminal.out(budgetText(result, terminal.paintOut));
    const written =
      (await outputs.write("waterfall", () => [waterfallOf(result)])) &&
      (await outputs.write("margins", () => [marginsOf(result, command.wordErrorRate)])) &&
      (await outputs.write("eye", () => [
        drawEye(model, technology, result.budget.symbolRateBd, command.wordErrorRate) ?? nothingDrawn,
      ]));
    if (!written) return exitCode.invalidInput;
  }
  const under = command.technology === null ? "" : ` --technology ${shellWord(command.technology)}`;
  sayNext(terminal, quiet, `optinc yield ${shellWord(command.path)}${under}`);
  if (command.json) {
    terminal.data(`${JSON.stringify({ format: "optinc.budget", version: 1, budgets: results }, null, 2)}\n`);
  }
  return signal === null ? exitCode.done : signalCode(signal);
}

/** The budget of one circuit. A signal ends the Monte Carlo with the words that it has; before that it ends the process. */
async function measured(
  terminal: Terminal,
  command: BudgetCommand,
  { circuit, spec, compiledWith }: CircuitSource,
  technology: BudgetOptions["technology"],
): Promise<{ readonly result: BudgetResult; readonly model: NoiseModel; readonly signal: EndingSignal | null }> {
  const shown = async <T>(what: string, steps: Steps<T>): Promise<T> =>
    await driveSteps(terminal, command.quiet, `${what} ${circuit.name}`, steps);
  const model = await shown("budget of", noiseModelSteps(circuit));
  const symbolRateBd = symbolRateFor(command.symbolRate, spec?.spec ?? null, compiledWith);
  const { launchPower: launchPowerW, wordErrorRate, monteCarlo: words, seed } = command;
  const options = { technology, symbolRateBd, launchPowerW, wordErrorRate };
  const budget = withSize(await shown("budget of", budgetSteps(circuit, options, model)), circuit, technology);
  const found = await shown("sensitivities of", sensitivitySteps(circuit, model, technology, budget));
  const crosstalk = await shown("crosstalk of", crosstalkSteps(circuit, technology, seed));
  const drift = await shown("drift of", driftSteps(circuit, technology, wordErrorRate, seed));
  const extinction = await shown("extinction of", extinctionSteps(circuit, seed));
  const result: BudgetResult = {
    budget,
    sensitivities: found,
    crosstalk,
    drift,
    coherence: drift?.kind === "value" ? coherenceOf(circuit, drift.value, technology) : null,
    matched: drift === null ? null : matchedLight(circuit, budget, model, technology),
    extinction,
    monteCarlo: null,
    withoutMonteCarlo: null,
  };
  if (words === 0) return { result, model, signal: null };
  const stop = stopOnSignal();
  try {
    const stopped = (): boolean => stop.caught() !== null;
    const steps = noiseSampleSteps(circuit, technology, symbolRateBd, words, seed, stopped);
    const sample = await shown("Monte Carlo of", steps);
    const found = typeof sample === "string" ? { withoutMonteCarlo: sample } : { monteCarlo: sample };
    return { result: { ...result, ...found }, model, signal: stop.caught() };
  } finally {
    stop.release();
  }
}

/** Where there is nothing to draw. */
const nothingDrawn = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>\n';

function waterfallOf({ budget: { waterfalls } }: BudgetResult): string {
  const worst = waterfalls.kind === "value" ? waterfalls.value[0] : undefined;
  return worst === undefined ? nothingDrawn : drawWaterfall(worst);
}

function marginsOf({ budget: { noise } }: BudgetResult, wordErrorRate: number): string {
  return noise.kind === "value" ? drawMargins(noise.value.decisions, qOfError(wordErrorRate)) : nothingDrawn;
}
