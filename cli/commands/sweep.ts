import { limits, plainDiagnostic } from "../../dsl/index.ts";
import { drawSweep, sweepSteps } from "../../physics/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { type Values, value } from "../arguments/parameters.ts";
import { count, fileName, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { drawingOf, jsonOf } from "../files/output.ts";
import { writtenCode } from "../files/outputs.ts";
import { openCircuit } from "../networks/asked-circuits.ts";
import { fittingTechnology } from "../networks/asked-technology.ts";
import { refuse } from "../text/diagnostics.ts";
import { driveSteps } from "../text/drive.ts";
import { type SweepReport, sweepCsv, sweepJson, sweepText } from "../text/sweep-report.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  path: usual.path,
  technology: usual.technology,
  points: value("--points <n>", "of each range, for the files", count(2), 41, { most: limits.axisValues }),
  seed: value("--seed <n>", "of the words, where they are too many to try all", seed, 1),
  aggregate: usual.aggregate,
  csv: value("--csv <file>", "write a row for every point", fileName),
  svg: value("--svg <file>", "draw the share of wrong words, and where all words are proved right", fileName),
  json: usual.writtenJson,
  force: usual.force,
  quiet: usual.quiet,
};

type SweepCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runSweep);

/** `optinc sweep`: how far laser and chip may be from where the phases were set. */
async function runSweep(terminal: Terminal, command: SweepCommand): Promise<ExitCode> {
  const { csv, svg, json, quiet } = command;
  const opened = await openCircuit(terminal, command, {
    csv: [csv, /^phases,change,wavelength_nm,frequency_ghz,temperature_k,/],
    svg: [svg, drawingOf("Where ")],
    json: [json, jsonOf("sweep")],
  });
  if (typeof opened === "number") return opened;
  const { outputs, asked, source } = opened;
  const technology = await fittingTechnology(terminal, command, asked, source);
  if (technology === null) return exitCode.invalidInput;
  const { circuit } = source;
  const steps = sweepSteps(circuit, technology, command.points, command.seed);
  const answer = await driveSteps(terminal, quiet, `sweep of ${circuit.name}`, steps);
  if (answer.kind === "not-computed") {
    const help = "write the quantity with its source in a file, as `optinc technology show foundry-si` does";
    return refuse(terminal, plainDiagnostic("OPT0827", answer.reason, help));
  }
  const { value: sweep, uses } = answer;
  const assumed = uses.filter((key) => technology.entries[key]?.kind === "assumed");
  const report: SweepReport = { circuit: circuit.name, technology: technology.name, assumed, ...sweep };
  if (json !== "-") terminal.out(sweepText(report, terminal.paintOut));
  return writtenCode(
    await outputs.write("csv", () => sweepCsv(report)),
    await outputs.write("svg", () => [drawSweep(`${report.circuit} in ${report.technology}`, sweep)]),
    await outputs.write("json", () => [sweepJson(report)]),
  );
}
