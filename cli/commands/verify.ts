import type { Diagnostic, VerifyInputs } from "../../dsl/index.ts";
import { limits, placed, plainDiagnostic } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import {
  checkWorkers,
  distinctVectors,
  finish,
  type GradientArray,
  gradientSteps,
  readNpy,
  type Through,
  type VerifyOptions,
  vectorRobustness,
  verifyCircuit,
} from "../../verify/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { cacheDirectory } from "../files/cache.ts";
import { type CircuitSource, readCircuits } from "../files/circuit-source.ts";
import { type NetlistSource, readNetlist } from "../files/netlist-source.ts";
import { checkOutputs, type Output, sayWritten, writeOutput } from "../files/output.ts";
import { dataBytes, readBytes, shown } from "../files/read.ts";
import { networkFor } from "../networks/network.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import { type ProgressLine, startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import { junitOf, reportJson, reportText, succeeded, type Verified } from "../text/verify-report.ts";

export interface VerifyCommand {
  readonly path: string;
  /** An exported file to verify instead of `path`, or null. */
  readonly netlist: NetlistSource | null;
  readonly aggregate: string | null;
  readonly inputs: VerifyInputs["kind"] | null;
  readonly samples: number | null;
  /** null: devices for small circuits, composed for large ones. */
  readonly through: Through | null;
  readonly seed: number;
  /** A .npy file. */
  readonly gradients: string | null;
  readonly block: number;
  readonly phaseSigma: number | null;
  readonly chips: number;
  readonly junit: string | null;
  readonly json: string | null;
  readonly force: boolean;
  readonly quiet: boolean;
}

/** Sample of `--inputs sampled` without a number. */
const defaultSamples = 100_000;

/** `optinc verify`: reads circuits from text and compares what they do with the reference and the all-reduce. */
export async function runVerify(terminal: Terminal, command: VerifyCommand): Promise<ExitCode> {
  const outputs = outputsOf(command);
  const rules = {
    force: command.force,
    inputs: [command.path, ...(command.gradients === null ? [] : [command.gradients])],
  };
  const obstacles = checkOutputs(outputs, rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;
  const options = { specPath: command.path, cache: cacheDirectory(), threads: null, resume: false, checkpointS: 20 };
  const reading = await (command.netlist === null
    ? readCircuits(command.path, command.aggregate, (spec) =>
        networkFor(terminal, spec, { ...options, quiet: command.quiet }),
      )
    : readNetlist(command.netlist));
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.failed !== null) return reading.failed;
  if (reading.circuits === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;

  const gradients = await readGradients(terminal, command, reading.circuits);
  if (gradients === "unusable") return exitCode.invalidInput;
  for (const { circuit, inputs } of reading.circuits) {
    const vectors = distinctVectors(circuit.aggregate);
    if (chooseInputs(command, circuit, inputs).inputs.kind === "exhaustive" && vectors > limits.exhaustiveVectors) {
      const message = `${circuit.name} has ${vectors.toPrecision(2)} distinct input vectors`;
      const proof = circuit.certificate === null ? "" : "`--inputs proof`, or ";
      const help = `use ${proof}\`--inputs sampled --samples 1e6\``;
      reportDiagnostics(terminal, null, [plainDiagnostic("OPT0617", message, help)]);
      return exitCode.invalidInput;
    }
  }

  const verified = reading.circuits.map((source) => verifyOne(terminal, command, source, gradients));
  if (command.json === "-") terminal.data(reportJson(verified));
  else if (!command.quiet) terminal.out(verified.map((each) => reportText(each, terminal.paintOut)).join("\n"));
  const written: Diagnostic[] = [];
  for (const output of outputs.filter(({ path }) => path !== "-")) {
    const text = output.kind === "junit" ? junitOf(verified) : reportJson(verified);
    const failure = await writeOutput(output, [text], rules);
    if (failure !== null) written.push(failure);
    else sayWritten(terminal, command.quiet, output.path);
  }
  reportDiagnostics(terminal, null, written);

  const failures = verified.filter((each) => !succeeded(each));
  const diagnostics = failures.map(({ report }) =>
    plainDiagnostic("OPT0619", `${report.circuit} failed the verification`),
  );
  reportDiagnostics(terminal, null, diagnostics);
  if (failures.length > 0) return exitCode.verificationFailed;
  return written.length > 0 ? exitCode.invalidInput : exitCode.done;
}

function outputsOf({ json, junit }: VerifyCommand): readonly Output[] {
  return [
    ...(json === null ? [] : [{ path: json, kind: "verification" } as const]),
    ...(junit === null ? [] : [{ path: junit, kind: "junit" } as const]),
  ];
}

function verifyOne(
  terminal: Terminal,
  command: VerifyCommand,
  source: CircuitSource,
  gradients: GradientArray | null,
): Verified {
  const { circuit } = source;
  const { seed } = command;
  const { inputs, reason } = chooseInputs(command, circuit, source.inputs);
  const report = withProgress(terminal, command, `verify ${circuit.name}`, "vectors", (line) =>
    verifyCircuit(
      circuit,
      { inputs, seed, ...(command.through === null ? {} : { through: command.through }) },
      line.update,
    ),
  );
  const aggregated =
    gradients === null
      ? null
      : withProgress(terminal, command, `aggregate gradients with ${circuit.name}`, "elements", (line) =>
          finish(gradientSteps(circuit, gradients, command.block), line.update),
        );
  const sigma = command.phaseSigma;
  const robustness =
    sigma === null
      ? null
      : withProgress(terminal, command, `${circuit.name}: phase errors of ${sigma} rad`, "chips", (line) =>
          vectorRobustness(circuit, sigma, command.chips, seed, inputs, line.update),
        );
  const words = [
    "optinc verify",
    ...(command.netlist === null
      ? [quoted(source.name)]
      : ["--netlist", quoted(source.name), "--as", command.netlist.as]),
    ...(command.aggregate === null ? [] : ["--aggregate", command.aggregate]),
  ];
  words.push("--inputs", inputs.kind, ...(inputs.kind === "sampled" ? ["--samples", `${inputs.samples}`] : []));
  words.push("--seed", `${seed}`);
  if (command.through !== null) words.push("--through", command.through);
  if (command.gradients !== null) words.push("--gradients", quoted(command.gradients), "--block", `${command.block}`);
  return {
    source: source.name,
    reason,
    target: source.target,
    report,
    gradients: aggregated === null ? null : { file: command.gradients ?? "", report: aggregated },
    robustness,
    repeat: words.join(" "),
  };
}

/** What to try, and who says so. */
function chooseInputs(
  command: VerifyCommand,
  circuit: Circuit,
  wanted: VerifyInputs | null,
): { inputs: VerifyOptions["inputs"]; reason: string } {
  if (command.inputs === "sampled" || command.samples !== null) {
    const kept = wanted?.kind === "sampled" ? wanted.samples : defaultSamples;
    return { inputs: { kind: "sampled", samples: command.samples ?? kept }, reason: "as asked" };
  }
  if (command.inputs !== null) return { inputs: { kind: command.inputs }, reason: "as asked" };
  if (wanted !== null) return { inputs: wanted, reason: "as the spec says" };
  const few = distinctVectors(circuit.aggregate) <= limits.exhaustiveByDefault;
  if (few) return { inputs: { kind: "exhaustive" }, reason: "by default, as there are at most 2e6 vectors" };
  return circuit.certificate === null
    ? { inputs: { kind: "sampled", samples: defaultSamples }, reason: "by default, as the circuit claims no proof" }
    : { inputs: { kind: "proof" }, reason: "by default, as there are more than 2e6 vectors" };
}

function withProgress<T>(
  terminal: Terminal,
  command: VerifyCommand,
  what: string,
  unit: string,
  work: (line: ProgressLine) => T,
): T {
  const line = startProgress(command.quiet ? { ...terminal, err: () => {} } : terminal, what, unit);
  try {
    return work(line);
  } finally {
    line.end();
  }
}

async function readGradients(
  terminal: Terminal,
  command: VerifyCommand,
  circuits: readonly CircuitSource[],
): Promise<GradientArray | null | "unusable"> {
  if (command.gradients === null) return null;
  const bytes = await readBytes(command.gradients, dataBytes);
  reportDiagnostics(terminal, null, bytes.diagnostics);
  if (bytes.value === null) return "unusable";
  const { value, findings } = readNpy(bytes.value, shown(command.gradients));
  const all = [
    ...findings,
    ...(value === null
      ? []
      : circuits.flatMap(({ circuit }) => checkWorkers(value, circuit.aggregate.workers, shown(command.gradients!)))),
  ];
  const diagnostics = all.map((finding) => placed(finding, null));
  reportDiagnostics(terminal, null, diagnostics);
  return value === null || hasErrors(diagnostics) ? "unusable" : value;
}

/** Fit for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
