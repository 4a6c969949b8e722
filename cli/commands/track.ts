import { plainDiagnostic } from "../../dsl/index.ts";
import {
  type Answer,
  calibrationSteps,
  noBringup,
  planMonteCarlo,
  type TrackOptions,
  trackSteps,
  untrimmed,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { type Values, value } from "../arguments/parameters.ts";
import { count, fileName, quantity, radians, share } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { broughtUpParameters, broughtUpQuestion, wrongAtFirst } from "../chips/brought-up.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { jsonOf } from "../files/output.ts";
import { writtenCode } from "../files/outputs.ts";
import { symbolRateFor } from "../files/technologies.ts";
import { openCircuit } from "../networks/asked-circuits.ts";
import { fittingTechnology } from "../networks/asked-technology.ts";
import { refuse } from "../text/diagnostics.ts";
import { driveSteps } from "../text/drive.ts";
import type { Terminal } from "../text/terminal.ts";
import { trackCsv, trackJson, trackText } from "../text/track-report.ts";

const parameters = {
  path: usual.path,
  technology: usual.technology,
  symbolRate: usual.symbolRate,
  rate: value("--rate <frequency>", "rounds of pilots, such as 100Hz", quantity("frequency"), 100, { shown: "100 Hz" }),
  gain: value("--gain <share>", "of a phase's error that a round takes away", share, 0.5),
  rounds: value("--rounds <n>", "that are simulated", count(1), 200, { most: 1e6 }),
  noise: value("--noise <share>", "of a reading, of the detector's largest one", radians, untrimmed.monitorNoise),
  ...broughtUpParameters,
  aggregate: usual.aggregate,
  csv: value("--csv <file>", "write one row a time at which words were tried", fileName),
  json: usual.writtenJson,
  force: usual.force,
  quiet: usual.silent,
};

type TrackCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runTrack);

/** `optinc track`: a chip that was set is kept set while it drifts. */
async function runTrack(terminal: Terminal, command: TrackCommand): Promise<ExitCode> {
  const { csv, json, quiet, chip, rate: rateHz, gain, rounds } = command;
  const opened = await openCircuit(terminal, command, {
    csv: [csv, /^seconds,rms_rad,largest_rad,/],
    json: [json, jsonOf("track")],
  });
  if (typeof opened === "number") return opened;
  const { outputs, asked, source } = opened;
  const { circuit } = source;
  const technology = await fittingTechnology(terminal, command, asked, source);
  if (technology === null) return exitCode.invalidInput;
  const options: TrackOptions = {
    technology,
    symbolRateBd: symbolRateFor(command.symbolRate, source.spec?.spec ?? null, source.compiledWith),
    question: broughtUpQuestion(command, technology),
    bench: { monitorNoise: command.noise },
    ...{ chip, rateHz, gain, rounds },
  };
  const calibration = finish(calibrationSteps(circuit, "bring-up"));
  if (typeof calibration === "string") return refuse(terminal, noBringup(circuit, calibration));
  const plan = finish(planMonteCarlo(circuit, command.seed));
  const steps = trackSteps(plan, calibration, options);
  const result = await driveSteps(terminal, quiet, `tracking of ${circuit.name}`, steps);
  if (result.kind === "not-computed") return refuse(terminal, notComputed(result));
  const { value } = result;
  if (value === null) return refuse(terminal, wrongAtFirst(chip, "drift"));
  const report = { circuit: circuit.name, options, uses: result.uses, ...value };
  if (!quiet && json !== "-") terminal.out(trackText(report, terminal.paintOut));
  const written = await outputs.write("csv", () => trackCsv(report));
  return writtenCode(written, await outputs.write("json", () => [trackJson(report)]));
}

function notComputed({ reason, missing }: Extract<Answer<unknown>, { kind: "not-computed" }>) {
  if (missing === null) return plainDiagnostic("OPT0829", reason, "a lower `--rate`, or a higher `--symbol-rate`");
  const help = "write the quantity with its source in a file, as `optinc technology show foundry-si` does";
  return plainDiagnostic("OPT0827", reason, help);
}
