import { createInterface } from "node:readline";
import { nearest, plainDiagnostic } from "../../dsl/index.ts";
import { noErrors, plainPitch } from "../../netlist/index.ts";
import {
  type BenchErrors,
  type Calibration,
  calibrationSteps,
  chipDrift,
  faultName,
  groundPairs,
  healthSteps,
  instrumentServer,
  noBringup,
  planMonteCarlo,
  type SimulatedChip,
  singleFaults,
  uncalibratedChip,
  untrimmed,
  untrimmedErrors,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, positive, radians, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { askedOf } from "../chips/judge-chips.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { jsonOf } from "../files/output.ts";
import { writtenCode } from "../files/outputs.ts";
import { namedTechnology } from "../files/technologies.ts";
import { openCircuit } from "../networks/asked-circuits.ts";
import { fitting } from "../networks/asked-technology.ts";
import { stopOnSignal } from "../signals.ts";
import { refuse } from "../text/diagnostics.ts";
import { driveSteps } from "../text/drive.ts";
import { healthText, procedureText } from "../text/procedure-report.ts";
import type { Terminal } from "../text/terminal.ts";

const ofHealth = { needs: "health" };

const parameters = {
  path: usual.path,
  trimming: flag("--trimming", "only launch light, thresholds and gains; no heater"),
  aggregate: usual.aggregate,
  out: text("-o, --out <file>", "write the steps as JSON; - prints them instead of the text"),
  serve: flag("--serve", "act as a simulated chip: one line of JSON for each request and answer"),
  health: flag("--health", "carry the steps out on a simulated chip, and print what each detector then reads"),
  heaterWalk: value("--heater-walk <rad>", "with --health: by how much heaters walk meanwhile", radians, 0, ofHealth),
  fibreWalk: value("--fibre-walk <rad>", "with --health: by how much fibres walk meanwhile", radians, 0, ofHealth),
  monitorRange: value(
    "--monitor-range <n>",
    "with --health: of a neuron's reading, in its linear ranges",
    positive,
    null,
    ofHealth,
  ),
  noise: value("--noise <share>", "of a reading, of the detector's largest one", radians, untrimmed.monitorNoise),
  chip: value("--chip-sample <n>", "of the simulated chip: its number", count(0), 0, { old: "--die" }),
  seed: value("--seed <n>", "of the simulated chip: seed of all chips", seed, 1),
  technology: text("--technology <name>", "of the simulated chip: its errors, in place of --phase and --splitter"),
  phase: value(
    "--phase <rad>",
    "of the simulated chip: standard deviation of every phase that no heater sets",
    radians,
    0.01,
  ),
  splitter: value(
    "--splitter <rad>",
    "of the simulated chip: standard deviation of every 50:50 coupler's angle",
    radians,
    0.01,
  ),
  fault: text("--fault <fault>", "of the simulated chip: a part that fails, as `optinc faults` names it"),
  force: usual.force,
  quiet: flag("-q, --quiet", "print no text and no progress"),
};

type BringupCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runBringup, ({ out, serve, health }) =>
  out !== null && (serve || health) ? `--out does not go with ${serve ? "--serve" : "--health"}` : null,
);

/** `optinc bringup`: the steps by which a fabricated chip is set, or a simulated one to try them on. */
async function runBringup(terminal: Terminal, command: BringupCommand): Promise<ExitCode> {
  const { out, quiet } = command;
  const opened = await openCircuit(terminal, command, { procedure: [out, jsonOf("bringup")] });
  if (typeof opened === "number") return opened;
  const { outputs, source } = opened;
  const { circuit } = source;
  const calibration = finish(calibrationSteps(circuit, command.trimming ? "trimming" : "bring-up"));
  if (typeof calibration === "string") return refuse(terminal, noBringup(circuit, calibration));
  if (command.serve || command.health) return await simulated(terminal, command, source, calibration);
  const json = `${JSON.stringify(calibration.procedure, null, 1)}\n`;
  if (out !== "-" && !quiet) terminal.out(procedureText(calibration.procedure, terminal.paintOut));
  return writtenCode(await outputs.write("procedure", () => [json]));
}

/** A simulated chip, which is served or brought up. */
async function simulated(
  terminal: Terminal,
  command: BringupCommand,
  source: CircuitSource,
  calibration: Calibration,
): Promise<ExitCode> {
  const isNamed = command.technology !== null;
  const technology = isNamed ? fitting(terminal, await namedTechnology(command.technology), source) : null;
  if (isNamed && technology === null) return exitCode.invalidInput;
  const asked = askedOf(technology, isNamed ? { phase: null, splitter: null } : command);
  const faults = new Map(singleFaults(calibration.wiring).map((each) => [faultName(each), each]));
  const fault = command.fault === null ? undefined : faults.get(command.fault);
  if (command.fault !== null && fault === undefined) {
    const near = nearest(command.fault, [...faults.keys()]);
    const help = near === null ? "`optinc faults --csv` lists them" : `did you mean \`${near}\`?`;
    return refuse(terminal, plainDiagnostic("OPT0826", `the chip has no fault ${command.fault}`, help));
  }
  const plan = finish(planMonteCarlo(calibration.wiring.circuit, command.seed));
  const { seed, noise: monitorNoise } = command;
  type Errors = Pick<ReturnType<typeof askedOf>, "errors" | "pitch">;
  const chipOf = (errors: Errors, number: number, of: Calibration, bench: BenchErrors): SimulatedChip =>
    uncalibratedChip(plan, of, { errors: { kind: "technology", ...errors }, seed }, bench, number);
  const errors = { errors: untrimmedErrors(asked.errors), pitch: asked.pitch };
  const ground = technology === null ? [] : groundPairs(calibration.wiring, technology);
  const bench = { monitorNoise, monitorRange: command.monitorRange ?? Number.POSITIVE_INFINITY, ground };
  const chip = chipOf(errors, command.chip, calibration, bench);
  if (fault !== undefined) chip.fail(fault);
  if (command.serve) {
    const after = technology && chipDrift(calibration, technology, seed, command.chip);
    return await serve(terminal, instrumentServer(calibration.wiring, chip, after));
  }
  const designed = chipOf(
    { errors: noErrors, pitch: plainPitch },
    0,
    { ...calibration, extent: "trimming" },
    { monitorNoise: 0 },
  );
  const walks = { heaterRad: command.heaterWalk, fibreRad: command.fibreWalk };
  const { name } = calibration.wiring.circuit;
  const steps = healthSteps(calibration, { chip, designed }, walks, seed);
  const health = await driveSteps(terminal, command.quiet, `bring-up of ${name}`, steps);
  if (!command.quiet) terminal.out(healthText(name, health));
  return health.wrong === 0 ? exitCode.done : exitCode.verificationFailed;
}

/** Answers line by line until its input ends, or a signal comes. */
async function serve(terminal: Terminal, answer: ReturnType<typeof instrumentServer>): Promise<ExitCode> {
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
