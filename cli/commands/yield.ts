import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { drawYield } from "../../physics/index.ts";
import { type DieWish, judgeDies } from "../dies/judge-dies.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { cacheDirectory } from "../files/cache-entries.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { readCircuits } from "../files/circuit-source.ts";
import { checkOutputs, type Output, type OutputRules, sayWritten, writeOutput } from "../files/output.ts";
import { namedTechnology, type TechnologyReading, technologyOf } from "../files/technologies.ts";
import type { Content } from "../files/write.ts";
import { networkFor } from "../networks/network.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { curveTitle, diesCsv, type YieldReport, yieldJson, yieldText } from "../text/yield-report.ts";

export interface YieldCommand extends DieWish {
  /** Build directory, circuit.json or spec. */
  readonly path: string;
  readonly aggregate: string | null;
  /** Name or path; null: what the spec names, or none. */
  readonly technology: string | null;
  readonly csv: string | null;
  readonly json: string | null;
  readonly svg: string | null;
  readonly force: boolean;
}

/** `optinc yield`: how many dies of a circuit are without a wrong word, and what their errors may be. */
export async function runYield(terminal: Terminal, command: YieldCommand): Promise<ExitCode> {
  const outputs = outputsOf(command);
  const rules = { force: command.force, inputs: [command.path] };
  const obstacles = checkOutputs(outputs, rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;
  const network = { specPath: command.path, cache: cacheDirectory(), threads: null, resume: false, checkpointS: 20 };
  const reading = await readCircuits(command.path, command.aggregate, (spec) =>
    networkFor(terminal, spec, { ...network, quiet: command.quiet }),
  );
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.failed !== null) return reading.failed;
  if (reading.circuits === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  if (reading.circuits.length > 1 && (command.csv !== null || command.svg !== null)) {
    const names = reading.circuits.map(({ circuit }) => circuit.name).join(", ");
    const several = plainDiagnostic(
      "OPT0613",
      `${command.path} has several aggregates`,
      `choose with --aggregate: ${names}`,
    );
    reportDiagnostics(terminal, null, [several]);
    return exitCode.invalidInput;
  }
  const reports: YieldReport[] = [];
  for (const source of reading.circuits) {
    const found = await technologyFor(command, source, reading.source);
    reportDiagnostics(terminal, found.source, found.diagnostics);
    if (hasErrors(found.diagnostics)) return exitCode.invalidInput;
    const { report, dies, signal } = await judgeDies(terminal, command, source.circuit, found.technology);
    reports.push(report);
    if (!command.quiet && command.json !== "-") terminal.out(yieldText(report, terminal.paintOut));
    const files: readonly (readonly [string | null, Output["kind"], () => Content])[] = [
      [command.csv, "dies", () => diesCsv(dies)],
      [
        command.svg,
        "yield drawn",
        () => [drawYield(curveTitle(report), "error of every phase, rad", report.curve ?? [])],
      ],
    ];
    for (const [path, kind, content] of files) {
      const wanted = path !== null && (kind === "dies" || report.curve !== null);
      if (wanted && !(await written(terminal, command, { path, kind }, content(), rules))) return exitCode.invalidInput;
    }
    if (signal !== null) return (await writtenJson(terminal, command, reports, rules)) ? signal : exitCode.invalidInput;
  }
  return (await writtenJson(terminal, command, reports, rules)) ? exitCode.done : exitCode.invalidInput;
}

function outputsOf({ csv, json, svg }: YieldCommand): readonly Output[] {
  return [
    ...(csv === null ? [] : [{ path: csv, kind: "dies" } as const]),
    ...(json === null ? [] : [{ path: json, kind: "yield" } as const]),
    ...(svg === null ? [] : [{ path: svg, kind: "yield drawn" } as const]),
  ];
}

async function written(
  terminal: Terminal,
  command: YieldCommand,
  output: Output,
  content: Content,
  rules: OutputRules,
): Promise<boolean> {
  const failure = await writeOutput(output, content, rules);
  if (failure === null) sayWritten(terminal, command.quiet, output.path);
  else reportDiagnostics(terminal, null, [failure]);
  return failure === null;
}

async function writtenJson(
  terminal: Terminal,
  command: YieldCommand,
  reports: readonly YieldReport[],
  rules: OutputRules,
): Promise<boolean> {
  const { json } = command;
  if (json === null) return true;
  if (json !== "-") return await written(terminal, command, { path: json, kind: "yield" }, [yieldJson(reports)], rules);
  terminal.data(yieldJson(reports));
  return true;
}

/** That of the command line, else of the spec; without any, errors must be named one by one. */
async function technologyFor(
  { technology, phase, splitter, path }: YieldCommand,
  { spec }: CircuitSource,
  specSource: TechnologyReading["source"],
): Promise<TechnologyReading> {
  if (technology !== null) return await namedTechnology(technology);
  const named = spec === null ? null : await technologyOf(spec.spec, path, specSource);
  if (named !== null) return named;
  const help = "`--technology foundry-si`, or errors of your own: `--phase 0.005 --splitter 0.01`";
  const nothing: Diagnostic[] =
    phase === null && splitter === null ? [plainDiagnostic("OPT0645", "nothing says how dies vary", help)] : [];
  return { technology: null, source: null, diagnostics: nothing };
}
