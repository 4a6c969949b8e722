import { type Diagnostic, limits, plainDiagnostic } from "../../dsl/index.ts";
import { type Circuit, serializeDie } from "../../netlist/index.ts";
import { calibrationSteps, drawYield, measuredDie, withoutNeurons } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName, radians, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { judgeDies } from "../dies/judge-dies.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { otherTechnology } from "../files/compiled-technology.ts";
import { checkOutputs, type Output, type OutputRules, sayWritten, writeOutput } from "../files/output.ts";
import { namedTechnology, type TechnologyReading, technologyOf } from "../files/technologies.ts";
import type { Content } from "../files/write.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { curveTitle, diesCsv, type YieldReport, yieldJson, yieldText } from "../text/yield-report.ts";

const parameters = {
  path: argument("<path>", "build directory, circuit.json, spec file, or - for standard input"),
  technology: usual.technology,
  phase: value(
    "--phase <rad>",
    "standard deviation of every phase after the bring-up, instead of the technology's",
    radians,
  ),
  splitter: value(
    "--splitter <share>",
    "standard deviation of every splitter's share of power from a half, instead of the technology's",
    radians,
  ),
  dies: value("--dies <n>", "how many", count(1), 1000, { most: limits.chips }),
  seed: value("--seed <n>", "every die is drawn from it and its own number", seed, 1),
  tolerances: flag("--tolerances", "also how large each error alone may be: holds at, fails at"),
  ranking: flag("--ranking", "also which phases break a die first, each alone"),
  bringup: flag("--bringup", "also the same dies trimmed, and brought up from unknown phases"),
  aggregate: text("--aggregate <name>", "of a spec with several"),
  threads: value("--threads <n>", "that judge dies (default: the cores); no result depends on it", count(1)),
  writeDie: value(
    "--write-die <file>",
    "write what is to be measured of one die, as `compile --measured` reads it",
    fileName,
  ),
  die: value("--die <n>", "with --write-die: its number", count(0), 0),
  csv: value("--csv <file>", "write a row for every die", fileName),
  svg: value("--svg <file>", "draw the yield over the error of every phase", fileName),
  json: text("--json <file>", "write the result as JSON; - prints it instead of the text"),
  force: usual.force,
  quiet: flag("-q, --quiet", "print no report and no progress"),
};

type YieldCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runYield);

/** `optinc yield`: how many dies of a circuit are without a wrong word, and what their errors may be. */
async function runYield(terminal: Terminal, command: YieldCommand): Promise<ExitCode> {
  const outputs = outputsOf(command);
  const rules = { force: command.force, inputs: [command.path] };
  const obstacles = checkOutputs(outputs, rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;
  const asked = await askedCircuits(
    terminal,
    command,
    [command.csv, command.svg, command.writeDie].some((path) => path !== null),
  );
  if (typeof asked === "number") return asked;
  const reports: YieldReport[] = [];
  for (const source of asked.circuits) {
    const found = await technologyFor(command, source, asked.source);
    reportDiagnostics(terminal, found.source, found.diagnostics);
    if (hasErrors(found.diagnostics)) return exitCode.invalidInput;
    const foreign = found.technology === null ? null : withoutNeurons(source.circuit, found.technology);
    if (foreign !== null) {
      reportDiagnostics(terminal, null, [foreign]);
      return exitCode.invalidInput;
    }
    if (found.technology !== null)
      reportDiagnostics(terminal, null, otherTechnology(source, found.technology, found.source));
    const without = command.bringup ? noBringup(source.circuit) : null;
    if (without !== null) {
      reportDiagnostics(terminal, null, [without]);
      return exitCode.invalidInput;
    }
    const { report, dies, signal } = await judgeDies(terminal, command, source.circuit, found.technology);
    reports.push(report);
    if (!command.quiet && command.json !== "-") terminal.out(yieldText(report, terminal.paintOut));
    const files: readonly (readonly [string | null, Output["kind"], () => Content])[] = [
      [command.csv, "dies", () => diesCsv(dies)],
      [
        command.writeDie,
        "die",
        () => serializeDie(measuredDie(source.circuit, report.errors, command.seed, command.die)),
      ],
      [
        command.svg,
        "yield drawn",
        () => [drawYield(curveTitle(report), "error of every phase, rad", report.curve ?? [])],
      ],
    ];
    for (const [path, kind, content] of files) {
      const wanted = path !== null && (kind !== "yield drawn" || report.curve !== null);
      if (wanted && !(await written(terminal, command, { path, kind }, content(), rules))) return exitCode.invalidInput;
    }
    if (signal !== null) return (await writtenJson(terminal, command, reports, rules)) ? signal : exitCode.invalidInput;
  }
  return (await writtenJson(terminal, command, reports, rules)) ? exitCode.done : exitCode.invalidInput;
}

/** Why dies of the circuit cannot be brought up; null where they can. */
function noBringup(circuit: Circuit): Diagnostic | null {
  const found = finish(calibrationSteps(circuit, "bring-up"));
  if (typeof found !== "string") return null;
  return plainDiagnostic("OPT0823", `no bring-up of ${circuit.name} can be derived: ${found}`, "leave --bringup out");
}

function outputsOf({ csv, json, svg, writeDie }: YieldCommand): readonly Output[] {
  return [
    ...(csv === null ? [] : [{ path: csv, kind: "dies" } as const]),
    ...(json === null ? [] : [{ path: json, kind: "yield" } as const]),
    ...(writeDie === null ? [] : [{ path: writeDie, kind: "die" } as const]),
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
