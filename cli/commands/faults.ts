import { plainDiagnostic } from "../../dsl/index.ts";
import {
  availabilityOf,
  calibrationSteps,
  type FaultDictionary,
  faultSteps,
  noBringup,
  planMonteCarlo,
  type Technology,
  untrimmed,
  untrimmedErrors,
} from "../../physics/index.ts";
import type { Steps } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName, radians, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { askedOf } from "../chips/judge-chips.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { openOutputs, writtenCode } from "../files/outputs.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { fitting, namedAnywhere } from "../networks/asked-technology.ts";
import { stopOnSignal } from "../signals.ts";
import { refuse } from "../text/diagnostics.ts";
import { drive } from "../text/drive.ts";
import { type FaultReport, faultsCsv, faultsJson, faultsText } from "../text/fault-report.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  path: argument("<path>", "build directory, circuit.json, spec file, or - for standard input"),
  technology: usual.technology,
  phase: value(
    "--phase <rad>",
    "standard deviation of every phase after the bring-up (default: the technology's, else 0.005)",
    radians,
  ),
  splitter: value(
    "--splitter <share>",
    "standard deviation of every 50:50 coupler's share of power (default: the technology's, else 0.01)",
    radians,
  ),
  chip: value("--chip-sample <n>", "number of the simulated chip whose parts fail", count(0), 0),
  seed: value("--seed <n>", "seed of all chips, and of the words", seed, 1),
  aggregate: text("--aggregate <name>", "of a spec with several"),
  csv: value("--csv <file>", "write one row a fault", fileName),
  json: usual.writtenJson,
  force: usual.force,
  quiet: flag("-q, --quiet", "print no report and no progress"),
};

type FaultsCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runFaults);

/** `optinc faults`: each part of a chip that was set fails alone. */
async function runFaults(terminal: Terminal, command: FaultsCommand): Promise<ExitCode> {
  const { csv, json, force, quiet } = command;
  const named = [
    ["faults", csv],
    ["fault report", json],
  ] as const;
  const outputs = openOutputs(terminal, named, { force, quiet, inputs: [command.path] });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const asked = await askedCircuits(terminal, command, true);
  if (typeof asked === "number") return asked;
  const source = asked.circuits[0]!;
  const found = await namedAnywhere(command, asked.source, source);
  const technology = found === null ? null : fitting(terminal, found, source);
  if (found !== null && technology === null) return exitCode.invalidInput;
  const stop = stopOnSignal();
  try {
    const steps = dictionarySteps(command, source, technology);
    const { result } = await drive(terminal, quiet, `faults of ${source.circuit.name}`, steps, stop);
    const signal = stop.caught();
    if (result === null) return signal === null ? exitCode.invalidInput : signalCode(signal);
    if (typeof result === "string") return refuse(terminal, noBringup(source.circuit, result));
    if (result.dictionary === null) return refuse(terminal, notRight(command.chip));
    const report = { ...result, dictionary: result.dictionary };
    if (!quiet && json !== "-") terminal.out(faultsText(report, terminal.paintOut));
    const written = await outputs.write("faults", () => faultsCsv(report));
    return writtenCode(written, await outputs.write("fault report", () => [faultsJson(report)]));
  } finally {
    stop.release();
  }
}

function notRight(chip: number) {
  const help = "another `--chip-sample`, or smaller errors: `--phase 0.005 --splitter 0.01`";
  return plainDiagnostic("OPT0828", `chip ${chip} has wrong words after its bring-up, before any part fails`, help);
}

type Found = Omit<FaultReport, "dictionary"> & { readonly dictionary: FaultDictionary | null };

/** A sentence where the circuit has no bring-up; `dictionary` null where words are wrong before any fault. */
function* dictionarySteps(
  { phase, splitter, seed, chip }: FaultsCommand,
  { circuit }: CircuitSource,
  technology: Technology | null,
): Steps<Found | string> {
  const calibration = yield* calibrationSteps(circuit, "bring-up");
  if (typeof calibration === "string") return calibration;
  const usualOf = (size: number): number | null => (technology === null ? size : null);
  const { errors, pitch } = askedOf(technology, {
    phase: phase ?? usualOf(0.005),
    splitter: splitter ?? usualOf(0.01),
  });
  const plan = yield* planMonteCarlo(circuit, seed);
  const question = { errors: { kind: "technology", errors: untrimmedErrors(errors), pitch }, seed } as const;
  const dictionary = yield* faultSteps(plan, calibration, question, untrimmed, chip);
  const availability =
    technology === null || dictionary === null ? null : availabilityOf(dictionary.findings, technology);
  return { circuit: circuit.name, chip, seed, dictionary, technology, availability };
}
