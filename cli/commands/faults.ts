import {
  availabilityOf,
  calibrationSteps,
  type FaultDictionary,
  faultSteps,
  noBringup,
  planMonteCarlo,
  type Technology,
  untrimmed,
} from "../../physics/index.ts";
import type { Steps } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { type Values, value } from "../arguments/parameters.ts";
import { fileName } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { broughtUpParameters, broughtUpQuestion, wrongAtFirst } from "../chips/brought-up.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { writtenCode } from "../files/outputs.ts";
import { openCircuit } from "../networks/asked-circuits.ts";
import { fitting, namedAnywhere } from "../networks/asked-technology.ts";
import { refuse } from "../text/diagnostics.ts";
import { driveUntilSignal } from "../text/drive.ts";
import { type FaultReport, faultsCsv, faultsJson, faultsText } from "../text/fault-report.ts";
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
  const { csv, json, quiet } = command;
  const opened = await openCircuit(terminal, command, [
    ["faults", csv],
    ["fault report", json],
  ]);
  if (typeof opened === "number") return opened;
  const { outputs, asked, source } = opened;
  const found = await namedAnywhere(command, asked.source, source);
  const technology = found === null ? null : fitting(terminal, found, source);
  if (found !== null && technology === null) return exitCode.invalidInput;
  const steps = dictionarySteps(command, source, technology);
  const driven = await driveUntilSignal(terminal, quiet, `faults of ${source.circuit.name}`, steps);
  if (typeof driven === "number") return driven;
  const { result } = driven;
  if (typeof result === "string") return refuse(terminal, noBringup(source.circuit, result));
  if (result.dictionary === null) return refuse(terminal, wrongAtFirst(command.chip, "part fails"));
  const report = { ...result, dictionary: result.dictionary };
  if (!quiet && json !== "-") terminal.out(faultsText(report, terminal.paintOut));
  const written = await outputs.write("faults", () => faultsCsv(report));
  return writtenCode(written, await outputs.write("fault report", () => [faultsJson(report)]));
}

type Found = Omit<FaultReport, "dictionary"> & { readonly dictionary: FaultDictionary | null };

/** A sentence where the circuit has no bring-up; `dictionary` null where words are wrong before any fault. */
function* dictionarySteps(
  command: FaultsCommand,
  { circuit }: CircuitSource,
  technology: Technology | null,
): Steps<Found | string> {
  const calibration = yield* calibrationSteps(circuit, "bring-up");
  if (typeof calibration === "string") return calibration;
  const { chip, seed } = command;
  const { question } = broughtUpQuestion(command, technology);
  const plan = yield* planMonteCarlo(circuit, seed);
  const dictionary = yield* faultSteps(plan, calibration, question, untrimmed, chip);
  const availability =
    technology === null || dictionary === null ? null : availabilityOf(dictionary.findings, technology);
  return { circuit: circuit.name, chip, seed, dictionary, technology, availability };
}
