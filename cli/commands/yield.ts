import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { type Circuit, serializeDie } from "../../netlist/index.ts";
import { calibrationSteps, drawYield, measuredDie, withoutNeurons } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type DieWish, judgeDies } from "../dies/judge-dies.ts";
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

export interface YieldCommand extends DieWish {
  /** Build directory, circuit.json or spec. */
  readonly path: string;
  readonly aggregate: string | null;
  /** Name or path; null: what the spec names, or none. */
  readonly technology: string | null;
  readonly csv: string | null;
  /** A file for the couplers and losses of one die, and its number. */
  readonly writeDie: string | null;
  readonly die: number;
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
