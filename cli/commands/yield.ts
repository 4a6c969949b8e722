import { limits, plainDiagnostic } from "../../dsl/index.ts";
import { serializeMeasuredChip } from "../../netlist/index.ts";
import { calibrationSteps, drawYield, measuredChip, noBringup } from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName, radians, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { judgeChips } from "../chips/judge-chips.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { drawingOf, jsonOf } from "../files/output.ts";
import { writtenCode } from "../files/outputs.ts";
import type { TechnologyReading } from "../files/technologies.ts";
import { openCircuits } from "../networks/asked-circuits.ts";
import { fitting, namedAnywhere } from "../networks/asked-technology.ts";
import { hasErrors, refuse } from "../text/diagnostics.ts";
import { shellWord } from "../text/shell-word.ts";
import { sayNext, type Terminal } from "../text/terminal.ts";
import { chipsCsv, curveTitle, type YieldReport, yieldJson, yieldText } from "../text/yield-report.ts";

const parameters = {
  path: usual.path,
  technology: usual.technology,
  phase: value(
    "--phase <rad>",
    "standard deviation of every phase after the bring-up, instead of the technology's",
    radians,
  ),
  splitter: value(
    "--splitter <share>",
    "standard deviation of every 50:50 coupler's share of power, instead of the technology's",
    radians,
  ),
  chips: value("--chip-samples <n>", "how many", count(1), 1000, { most: limits.chips, old: "--dies" }),
  seed: value("--seed <n>", "seed of all chips", seed, 1),
  tolerances: flag("--tolerances", "also find how large each error alone may be"),
  ranking: flag("--ranking", "also rank the phases that break a chip first, each alone"),
  bringup: flag("--bringup", "also judge the same chips trimmed, and brought up from unknown phases"),
  aggregate: usual.aggregate,
  threads: usual.threads,
  writeChip: value(
    "--write-chip <file>",
    "write the measured values of one chip for `compile --measured`",
    fileName,
    null,
    { old: "--write-die" },
  ),
  chip: value("--chip-sample <n>", "with --write-chip: its number", count(0), 0, { old: "--die" }),
  csv: value("--csv <file>", "write a row for every chip", fileName),
  svg: value("--svg <file>", "draw the yield over the error of every phase", fileName),
  json: text("--json <file>", "write the result as JSON; - prints it instead of the text"),
  force: usual.force,
  quiet: usual.silent,
};

type YieldCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runYield);

/** `optinc yield`: how many chips of a circuit are without a wrong word, and what their errors may be. */
async function runYield(terminal: Terminal, command: YieldCommand): Promise<ExitCode> {
  const { csv, json, svg, writeChip } = command;
  const named = {
    csv: [csv, /^(chip|die),good,phase_rad,coupler_common_rad,/],
    json: [json, jsonOf("yield")],
    chip: [writeChip, jsonOf("(measured-chip|die)")],
    svg: [svg, drawingOf("Yield of ")],
  } as const;
  const single = [csv, svg, writeChip].some((path) => path !== null);
  const opened = await openCircuits(terminal, command, named, single);
  if (typeof opened === "number") return opened;
  const { outputs, asked } = opened;
  const reports: YieldReport[] = [];
  let ended: ExitCode | null = null;
  for (const source of asked.circuits) {
    const found = await technologyFor(command, source, asked.source);
    const technology = fitting(terminal, found, source);
    if (hasErrors(found.diagnostics) || (found.technology !== null && technology === null))
      return exitCode.invalidInput;
    const calibration = command.bringup ? finish(calibrationSteps(source.circuit, "bring-up")) : null;
    if (typeof calibration === "string") return refuse(terminal, noBringup(source.circuit, calibration));
    const { report, chips, signal } = await judgeChips(terminal, command, source.circuit, technology);
    reports.push(report);
    if (!command.quiet && command.json !== "-") terminal.out(yieldText(report, terminal.paintOut));
    const { errors, curve } = report;
    const written =
      (await outputs.write("csv", () => chipsCsv(chips))) &&
      (await outputs.write("chip", () => {
        return serializeMeasuredChip(measuredChip(source.circuit, errors, command.seed, command.chip));
      })) &&
      (await outputs.write("svg", () => {
        return curve === null ? null : [drawYield(curveTitle(report), "error of every phase, rad", curve)];
      }));
    if (!written) return exitCode.invalidInput;
    if (signal !== null) ended = signal;
    if (ended !== null) break;
  }
  if (command.bringup) sayNext(terminal, command.quiet, `optinc bringup ${shellWord(command.path)}`);
  const written = await outputs.write("json", () => [yieldJson(reports)]);
  return written && ended !== null ? ended : writtenCode(written);
}

/** Without any, errors must be named one by one; a build's own is not added to them. */
async function technologyFor(
  command: YieldCommand,
  { spec, compiledWith }: CircuitSource,
  specSource: TechnologyReading["source"],
): Promise<TechnologyReading> {
  const isNamed = command.phase !== null || command.splitter !== null;
  const named = await namedAnywhere(command, specSource, { spec, compiledWith: isNamed ? null : compiledWith });
  if (named !== null) return named;
  const help = "`--technology foundry-si`, or errors of your own: `--phase 0.005 --splitter 0.01`";
  const unknown = [plainDiagnostic("OPT0645", "the spread of the chips is unknown", help)];
  return { technology: null, source: null, diagnostics: isNamed ? [] : unknown };
}
