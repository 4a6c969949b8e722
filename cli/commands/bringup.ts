import { createInterface } from "node:readline";
import { plainDiagnostic } from "../../dsl/index.ts";
import {
  type Calibration,
  calibrationSteps,
  namedProcedure,
  noDieErrors,
  plainPitch,
  planDies,
  servedDie,
  uncalibratedDie,
  untrimmed,
} from "../../physics/index.ts";
import { finish } from "../../verify/index.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { checkOutputs, sayWritten, writeOutput } from "../files/output.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { stopOnSignal } from "../signals.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import { procedureText } from "../text/procedure-report.ts";
import type { Terminal } from "../text/terminal.ts";

export interface BringupCommand {
  /** Build directory, circuit.json or spec. */
  readonly path: string;
  readonly aggregate: string | null;
  readonly trimming: boolean;
  /** Of the JSON; - for standard output. */
  readonly out: string | null;
  /** Whether to be a die, with these errors. */
  readonly serve: boolean;
  readonly die: number;
  readonly seed: number;
  readonly phase: number;
  readonly splitter: number;
  readonly force: boolean;
  readonly quiet: boolean;
}

/** `optinc bringup`: the steps by which a fabricated chip is set, or a simulated die to try them on. */
export async function runBringup(terminal: Terminal, command: BringupCommand): Promise<ExitCode> {
  const { out } = command;
  const rules = { force: command.force, inputs: [command.path] };
  const output = out === null || out === "-" ? null : ({ path: out, kind: "procedure" } as const);
  const obstacles = output === null ? [] : checkOutputs([output], rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;
  const asked = await askedCircuits(terminal, command, true);
  if (typeof asked === "number") return asked;
  const { circuit } = asked.circuits[0]!;
  const calibration = finish(calibrationSteps(circuit, command.trimming ? "trimming" : "bring-up"));
  if (typeof calibration === "string") {
    const help = "`network constructed { neuron saturating }` with electronic thresholds has one";
    const message = `no bring-up of ${circuit.name} can be derived: ${calibration}`;
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0823", message, help)]);
    return exitCode.invalidInput;
  }
  if (command.serve) return await serve(terminal, command, calibration);
  const json = `${JSON.stringify(namedProcedure(calibration.procedure, calibration.wiring), null, 1)}\n`;
  if (out === "-") terminal.data(json);
  else if (!command.quiet) terminal.out(procedureText(calibration, terminal.paintOut));
  if (output === null) return exitCode.done;
  const problem = await writeOutput(output, [json], rules);
  if (problem === null) sayWritten(terminal, command.quiet, output.path);
  else reportDiagnostics(terminal, null, [problem]);
  return problem === null ? exitCode.done : exitCode.invalidInput;
}

/** Answers line by line until its input ends, or a signal comes. */
async function serve(terminal: Terminal, command: BringupCommand, calibration: Calibration): Promise<ExitCode> {
  const plan = finish(planDies(calibration.wiring.circuit, command.seed));
  const { phase, splitter, seed } = command;
  // From unknown phases nothing else is left of them to be off by; drift comes after.
  const phaseRad = command.trimming ? phase : 0;
  const errors = { ...noDieErrors, phaseRad, couplerRad: splitter, gain: untrimmed.gain, offset: untrimmed.offset };
  const die = uncalibratedDie(plan, calibration, { errors, pitch: plainPitch, seed }, untrimmed, command.die);
  const answer = servedDie(calibration.procedure, calibration.wiring, die);
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
