import {
  availabilityOf,
  calibrationSteps,
  faultSteps,
  noBringup,
  planMonteCarlo,
  untrimmed,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { type Values, value } from "../arguments/parameters.ts";
import { fileName } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { broughtUpParameters, broughtUpQuestion, wrongAtFirst } from "../chips/brought-up.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { jsonOf } from "../files/output.ts";
import { writtenCode } from "../files/outputs.ts";
import { openCircuit } from "../networks/asked-circuits.ts";
import { fitting, namedAnywhere } from "../networks/asked-technology.ts";
import { refuse } from "../text/diagnostics.ts";
import { driveSteps } from "../text/drive.ts";
import { faultsCsv, faultsJson, faultsText } from "../text/fault-report.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  path: usual.path,
  technology: usual.technology,
  ...broughtUpParameters,
  aggregate: usual.aggregate,
  csv: value("--csv <file>", "write one row a fault", fileName),
  json: usual.writtenJson,
  force: usual.force,
  quiet: usual.silent,
};

type FaultsCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runFaults);

/** `optinc faults`: each part of a chip that was set fails alone. */
async function runFaults(terminal: Terminal, command: FaultsCommand): Promise<ExitCode> {
  const { csv, json, quiet, chip, seed } = command;
  const opened = await openCircuit(terminal, command, {
    csv: [csv, /^fault,words,wrong,proved,/],
    json: [json, jsonOf("faults")],
  });
  if (typeof opened === "number") return opened;
  const { outputs, asked, source } = opened;
  const { circuit } = source;
  const found = await namedAnywhere(command, asked.source, source);
  const technology = found === null ? null : fitting(terminal, found, source);
  if (found !== null && technology === null) return exitCode.invalidInput;
  const calibration = finish(calibrationSteps(circuit, "bring-up"));
  if (typeof calibration === "string") return refuse(terminal, noBringup(circuit, calibration));
  const plan = finish(planMonteCarlo(circuit, seed));
  const question = broughtUpQuestion(command, technology);
  const steps = faultSteps(plan, calibration, question, untrimmed, chip);
  const dictionary = await driveSteps(terminal, quiet, `faults of ${circuit.name}`, steps);
  if (dictionary === null) return refuse(terminal, wrongAtFirst(chip, "part fails"));
  const availability = technology === null ? null : availabilityOf(dictionary.findings, technology);
  const report = { circuit: circuit.name, chip, seed, dictionary, technology, availability };
  if (!quiet && json !== "-") terminal.out(faultsText(report, terminal.paintOut));
  const written = await outputs.write("csv", () => faultsCsv(report));
  return writtenCode(written, await outputs.write("json", () => [faultsJson(report)]));
}
