import { createInterface } from "node:readline";
import { nearest, plainDiagnostic } from "../../dsl/index.ts";
import { noErrors, plainPitch } from "../../netlist/index.ts";
import {
  type Calibration,
  calibrationSteps,
  faultName,
  instrumentServer,
  noBringup,
  planMonteCarlo,
  singleFaults,
  uncalibratedChip,
  untrimmed,
  untrimmedErrors,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, radians, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { openOutputs, writtenCode } from "../files/outputs.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { stopOnSignal } from "../signals.ts";
import { refuse } from "../text/diagnostics.ts";
import { procedureText } from "../text/procedure-report.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  path: argument("<path>", "build directory, circuit.json, spec file, or - for standard input"),
  trimming: flag("--trimming", "only launch light, thresholds and gains; no heater"),
  aggregate: text("--aggregate <name>", "of a spec with several"),
  out: text("-o, --out <file>", "write the steps as JSON; - prints them instead of the text"),
  serve: flag("--serve", "act as a simulated chip: one line of JSON for each request and answer"),
  chip: value("--chip-sample <n>", "with --serve: its number", count(0), 0, { old: "--die" }),
  seed: value("--seed <n>", "with --serve: seed of all chips", seed, 1),
  phase: value("--phase <rad>", "with --serve: standard deviation of every phase that no heater sets", radians, 0.01),
  splitter: value("--splitter <rad>", "with --serve: standard deviation of every 50:50 coupler's angle", radians, 0.01),
  fault: text("--fault <fault>", "with --serve: a part that fails, as `optinc faults` names it", null, {
    needs: "serve",
  }),
  force: usual.force,
  quiet: flag("-q, --quiet", "print no text and no progress"),
};

type BringupCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runBringup);

/** `optinc bringup`: the steps by which a fabricated chip is set, or a simulated one to try them on. */
async function runBringup(terminal: Terminal, command: BringupCommand): Promise<ExitCode> {
  const { out, force, quiet } = command;
  const outputs = openOutputs(terminal, [["procedure", out]], { force, quiet, inputs: [command.path] });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const asked = await askedCircuits(terminal, command, true);
  if (typeof asked === "number") return asked;
  const { circuit } = asked.circuits[0]!;
  const calibration = finish(calibrationSteps(circuit, command.trimming ? "trimming" : "bring-up"));
  if (typeof calibration === "string") return refuse(terminal, noBringup(circuit, calibration));
  if (command.serve) return await serve(terminal, command, calibration);
  const json = `${JSON.stringify(calibration.procedure, null, 1)}\n`;
  if (out !== "-" && !quiet) terminal.out(procedureText(calibration.procedure, terminal.paintOut));
  return writtenCode(await outputs.write("procedure", () => [json]));
}

/** Answers line by line until its input ends, or a signal comes. */
async function serve(terminal: Terminal, command: BringupCommand, calibration: Calibration): Promise<ExitCode> {
  const faults = new Map(singleFaults(calibration.wiring).map((each) => [faultName(each), each]));
  const fault = command.fault === null ? undefined : faults.get(command.fault);
  if (command.fault !== null && fault === undefined) {
    const near = nearest(command.fault, [...faults.keys()]);
    const help = near === null ? "`optinc faults --csv` lists them" : `did you mean \`${near}\`?`;
    return refuse(terminal, plainDiagnostic("OPT0826", `the chip has no fault ${command.fault}`, help));
  }
  const plan = finish(planMonteCarlo(calibration.wiring.circuit, command.seed));
  const { phase, splitter, seed } = command;
  const errors = untrimmedErrors({ ...noErrors, phaseRad: phase, couplerRad: splitter });
  const chip = uncalibratedChip(
    plan,
    calibration,
    { errors: { kind: "technology", errors, pitch: plainPitch }, seed },
    untrimmed,
    command.chip,
  );
  if (fault !== undefined) chip.fail(fault);
  const answer = instrumentServer(calibration.wiring, chip);
  const lines = createInterface({ input: process.stdin });
  const stop = stopOnSignal(() => lines.close());
  try {
    for await (const line of lines) terminal.data(`${JSON.stringify(answer(line))}\n`);
  } finally {
    stop.release();
  }
  const signal = stop.caught();
  return signal === null ? exitCode.done : signalCode(signal);
}
