import type { Spec } from "../../dsl/index.ts";
import { plainDiagnostic } from "../../dsl/index.ts";
import {
  type BudgetOptions,
  budgetOf,
  drawMargins,
  drawWaterfall,
  noiseModelSteps,
  noiseSampleSteps,
  qOfError,
  sensitivities,
} from "../../physics/index.ts";
import { runSteps } from "../../toolchain/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { cacheDirectory } from "../files/cache-entries.ts";
import type { CircuitReading, CircuitSource } from "../files/circuit-reading.ts";
import { readCircuits } from "../files/circuit-source.ts";
import { checkOutputs, type Output, sayWritten, writeOutput } from "../files/output.ts";
import { namedTechnology, type TechnologyReading, technologyOf } from "../files/technologies.ts";
import { networkFor } from "../networks/network.ts";
import { type BudgetResult, budgetText } from "../text/budget-report.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";

export interface BudgetCommand {
  /** Build directory, circuit.json or spec. */
  readonly path: string;
  readonly aggregate: string | null;
  /** Name or path; null: what the spec names. */
  readonly technology: string | null;
  /** Null: what the spec says, else 25 GBd. */
  readonly symbolRate: number | null;
  readonly launchPower: number;
  readonly wordErrorRate: number;
  /** Words of the Monte Carlo; 0 for none. */
  readonly monteCarlo: number;
  readonly seed: number;
  readonly waterfall: string | null;
  readonly margins: string | null;
  readonly json: boolean;
  readonly force: boolean;
  readonly quiet: boolean;
}

const DEFAULT_SYMBOL_RATE_BD = 25e9;

/** `optinc budget`: what a circuit needs and gives in a technology, on one screen. */
export async function runBudget(terminal: Terminal, command: BudgetCommand): Promise<ExitCode> {
  const outputs = outputsOf(command);
  const rules = { force: command.force, inputs: [command.path] };
  const obstacles = checkOutputs(
    outputs.map(({ output }) => output),
    rules,
  );
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;

  const network = { specPath: command.path, cache: cacheDirectory(), threads: null, resume: false, checkpointS: 20 };
  const reading = await readCircuits(command.path, command.aggregate, (spec) =>
    networkFor(terminal, spec, { ...network, quiet: command.quiet }),
  );
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.failed !== null) return reading.failed;
  if (reading.circuits === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  if (reading.circuits.length > 1 && outputs.length > 0) {
    const names = reading.circuits.map(({ circuit }) => circuit.name).join(", ");
    const message = `${command.path} has several aggregates`;
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0613", message, `choose with --aggregate: ${names}`)]);
    return exitCode.invalidInput;
  }

  const results: BudgetResult[] = [];
  for (const source of reading.circuits) {
    const found = await technologyFor(command, reading, source);
    reportDiagnostics(terminal, found.source, found.diagnostics);
    if (found.technology === null) return exitCode.invalidInput;
    const result = await measured(terminal, command, source, found.technology);
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
  return exitCode.done;
}

async function technologyFor(
  { technology, path }: BudgetCommand,
  reading: CircuitReading,
  { spec }: CircuitSource,
): Promise<TechnologyReading> {
  if (technology !== null) return await namedTechnology(technology);
  const named = spec === null ? null : await technologyOf(spec.spec, path, reading.source);
  if (named !== null) return named;
  const help = "`--technology foundry-si`; `optinc technology list` lists those that are shipped";
  return { technology: null, source: null, diagnostics: [plainDiagnostic("OPT0644", "no technology is named", help)] };
}

async function measured(
  terminal: Terminal,
  command: BudgetCommand,
  { circuit, spec }: CircuitSource,
  technology: BudgetOptions["technology"],
): Promise<BudgetResult> {
  const muted = command.quiet ? { ...terminal, err: () => {} } : terminal;
  const line = startProgress(muted, `budget of ${circuit.name}`, "steps");
  const onStep = ({ done, total }: { readonly done: number; readonly total: number }): void => line.update(done, total);
  try {
    const model = (await runSteps(noiseModelSteps(circuit), { onStep }))!;
    const symbolRateBd = command.symbolRate ?? rateOf(spec?.spec ?? null);
    const { launchPower: launchPowerW, wordErrorRate, monteCarlo: words, seed } = command;
    const budget = budgetOf(circuit, model, { technology, symbolRateBd, launchPowerW, wordErrorRate });
    const sample =
      words === 0 ? null : await runSteps(noiseSampleSteps(circuit, technology, symbolRateBd, words, seed), { onStep });
    return { budget, sensitivities: sensitivities(circuit, model, technology, budget), monteCarlo: sample };
  } finally {
    line.end();
  }
}

function rateOf(spec: Spec | null): number {
  return spec === null ? DEFAULT_SYMBOL_RATE_BD : spec.symbolRateBd;
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
