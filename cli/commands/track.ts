import { plainDiagnostic } from "../../dsl/index.ts";
import {
  calibrationSteps,
  noBringup,
  planMonteCarlo,
  type TrackOptions,
  trackSteps,
  untrimmed,
  untrimmedErrors,
} from "../../physics/index.ts";
import type { Steps } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName, quantity, radians, seed, share } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { askedOf } from "../chips/judge-chips.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { openOutputs, writtenCode } from "../files/outputs.ts";
import { symbolRateFor } from "../files/technologies.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { fittingTechnology } from "../networks/asked-technology.ts";
import { stopOnSignal } from "../signals.ts";
import { refuse } from "../text/diagnostics.ts";
import { drive } from "../text/drive.ts";
import type { Terminal } from "../text/terminal.ts";
import { type TrackAnswer, trackCsv, trackJson, trackText } from "../text/track-report.ts";

const parameters = {
  path: argument("<path>", "build directory, circuit.json, spec file, or - for standard input"),
  technology: usual.technology,
  symbolRate: usual.symbolRate,
  rate: value("--rate <frequency>", "rounds of pilots, such as 100Hz", quantity("frequency"), 100, { shown: "100 Hz" }),
  gain: value("--gain <share>", "of a phase's error that a round takes away", share, 0.5),
  rounds: value("--rounds <n>", "that are simulated", count(1), 200, { most: 1e6 }),
  phase: value(
    "--phase <rad>",
    "standard deviation of every phase after the bring-up (default: the technology's)",
    radians,
  ),
  splitter: value(
    "--splitter <share>",
    "standard deviation of every 50:50 coupler's share of power (default: the technology's)",
    radians,
  ),
  noise: value("--noise <share>", "of a reading, of the detector's largest one", radians, untrimmed.monitorNoise),
  chip: value("--chip-sample <n>", "number of the simulated chip that drifts", count(0), 0),
  seed: value("--seed <n>", "seed of all chips, of their drifts, and of the words", seed, 1),
  aggregate: text("--aggregate <name>", "of a spec with several"),
  csv: value("--csv <file>", "write one row a time at which words were tried", fileName),
  json: usual.writtenJson,
  force: usual.force,
  quiet: flag("-q, --quiet", "print no report and no progress"),
};

type TrackCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runTrack);

/** `optinc track`: a chip that was set is kept set while it drifts. */
async function runTrack(terminal: Terminal, command: TrackCommand): Promise<ExitCode> {
  const { csv, json, force, quiet } = command;
  const named = [
    ["words by time", csv],
    ["tracking", json],
  ] as const;
  const outputs = openOutputs(terminal, named, { force, quiet, inputs: [command.path] });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const asked = await askedCircuits(terminal, command, true);
  if (typeof asked === "number") return asked;
  const source = asked.circuits[0]!;
  const technology = await fittingTechnology(terminal, command, asked, source);
  if (technology === null) return exitCode.invalidInput;
  const { phase, splitter, seed, chip, rate: rateHz, gain, rounds } = command;
  const { errors, pitch } = askedOf(technology, { phase, splitter });
  const options: TrackOptions = {
    technology,
    symbolRateBd: symbolRateFor(command.symbolRate, source.spec?.spec ?? null, source.compiledWith),
    question: { errors: { kind: "technology", errors: untrimmedErrors(errors), pitch }, seed },
    phaseRad: errors.phaseRad,
    bench: { monitorNoise: command.noise },
    ...{ chip, rateHz, gain, rounds },
  };
  const stop = stopOnSignal();
  try {
    const steps = trackingSteps(source, options);
    const { result } = await drive(terminal, quiet, `tracking of ${source.circuit.name}`, steps, stop);
    const signal = stop.caught();
    if (result === null) return signal === null ? exitCode.invalidInput : signalCode(signal);
    if (typeof result === "string") return refuse(terminal, noBringup(source.circuit, result));
    if (result.kind === "not-computed") return refuse(terminal, notComputed(result));
    const { value } = result;
    if (value === null) return refuse(terminal, notRight(chip));
    const report = { circuit: source.circuit.name, options, uses: result.uses, ...value };
    if (!quiet && json !== "-") terminal.out(trackText(report, terminal.paintOut));
    const written = await outputs.write("words by time", () => trackCsv(report));
    return writtenCode(written, await outputs.write("tracking", () => [trackJson(report)]));
  } finally {
    stop.release();
  }
}

function notComputed({ reason, missing }: Extract<TrackAnswer, { kind: "not-computed" }>) {
  if (missing === null) return plainDiagnostic("OPT0829", reason, "a lower `--rate`, or a higher `--symbol-rate`");
  const help = "write the quantity with its source in a file, as `optinc technology show foundry-si` does";
  return plainDiagnostic("OPT0827", reason, help);
}

function notRight(chip: number) {
  const help = "another `--chip-sample`, or smaller errors: `--phase 0.005 --splitter 0.01`";
  return plainDiagnostic("OPT0828", `chip ${chip} has wrong words after its bring-up, before any drift`, help);
}

/** A sentence where the circuit has no bring-up. */
function* trackingSteps({ circuit }: CircuitSource, options: TrackOptions): Steps<TrackAnswer | string> {
  const calibration = yield* calibrationSteps(circuit, "bring-up");
  if (typeof calibration === "string") return calibration;
  const plan = yield* planMonteCarlo(circuit, options.question.seed);
  return yield* trackSteps(plan, calibration, options);
}
