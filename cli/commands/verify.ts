import { buildSarif, type Diagnostic, plainDiagnostic, type SourceFile, type SourceFindings } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import type { Yield } from "../../physics/index.ts";
import { runSteps } from "../../toolchain/index.ts";
import {
  type GradientArray,
  gradientSteps,
  proofLog,
  type StepProgress,
  type Steps,
  type VerifyOptions,
  verifySteps,
} from "../../verify/index.ts";
import { type ExitCode, exitCode, signalCode, worst } from "../exit.ts";
import { cacheDirectory } from "../files/cache-directory.ts";
import type { BoundSpec, CircuitSource, NetlistSource } from "../files/circuit-reading.ts";
import { readCircuits, readNetlist } from "../files/circuit-source.ts";
import { checkOutputs, type Output, sayWritten, writeOutput } from "../files/output.ts";
import { displayName } from "../files/read.ts";
import { type Stop, stopOnSignal } from "../signals.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import { type ProgressLine, startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import {
  interruptedText,
  junitOf,
  linkOf,
  reportJson,
  reportText,
  succeeded,
  type Unverified,
  type Verified,
} from "../text/verify-report.ts";
import { version } from "../version.ts";
import { planOf, type VerificationPlan, type VerificationWish } from "./verification-plan.ts";

export interface VerifyCommand extends VerificationWish {
  /** Builds, circuits, netlists or specs; empty with `netlist`. */
  readonly paths: readonly string[];
  /** An exported file to verify instead of `paths`, or null. */
  readonly netlist: NetlistSource | null;
  /** Verify a build whose files are not those of its manifest. */
  readonly allowModified: boolean;
  /** null: devices for small circuits, composed for large ones. */
  readonly seed: number;
  /** A .npy file. */
  readonly gradients: string | null;
  readonly block: number;
  readonly phaseSigma: number | null;
  readonly chips: number;
  readonly junit: string | null;
  readonly sarif: string | null;
  /** A page of `optinc report`, which need not be there yet; null: failures link nowhere. */
  readonly page: string | null;
  readonly json: string | null;
  /** What the proof of the one circuit found. */
  readonly proofLog: string | null;
  readonly force: boolean;
  readonly quiet: boolean;
}

/** A margin that is worked out in doubles is the spec's up to rounding. */
const marginRounding = 1e-9;

/** `optinc verify`: reads circuits from text and compares what they do with the reference and the all-reduce. */
export async function runVerify(terminal: Terminal, command: VerifyCommand): Promise<ExitCode> {
  const outputs = outputsOf(command);
  const rules = {
    force: command.force,
    inputs: [
      ...command.paths,
      ...(command.netlist === null ? [] : [command.netlist.file]),
      ...(command.spec === null ? [] : [command.spec]),
      ...(command.gradients === null ? [] : [command.gradients]),
    ],
  };
  const obstacles = checkOutputs(outputs, rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;
  const bound = command.spec === null ? null : await (await bindings()).readBindings(terminal, command.spec);
  if (bound === "unreadable") return exitCode.invalidInput;
  const verified: Verified[] = [];
  const unverified: Unverified[] = [];
  const findings: SourceFindings[] = [];
  const codes: ExitCode[] = [];
  const stop = stopOnSignal();
  try {
    const names = command.netlist === null ? command.paths : [command.netlist.file];
    for (const path of names) {
      const code = await verifyPath(terminal, command, path, bound, stop, { verified, unverified, findings });
      codes.push(code);
      if (stop.caught() !== null) break;
    }
  } finally {
    stop.release();
  }
  if (verified.length + unverified.length > 0) {
    if (command.json === "-") terminal.data(reportJson(verified, unverified));
    const written: Diagnostic[] = [];
    for (const output of outputs.filter(({ path }) => path !== "-")) {
      const text = await textOf(output.kind);
      const failure = await writeOutput(output, [text], rules);
      if (failure !== null) written.push(failure);
      else sayWritten(terminal, command.quiet, output.path);
    }
    reportDiagnostics(terminal, null, written);
    if (written.length > 0) codes.push(exitCode.invalidInput);
  }
  async function textOf(kind: Output["kind"]): Promise<string> {
    switch (kind) {
      case "junit":
        return junitOf(verified, unverified);
      case "findings":
        return await sarifOf(findings);
      case "proof log":
        return verified
          .map(({ report }) => (report.proof === null ? "" : proofLog(report.circuit, report.proof.log)))
          .join("");
      default:
        return reportJson(verified, unverified);
    }
  }
  const signal = stop.caught();
  return signal === null ? worst(codes) : signalCode(signal);
}

/** What has been found so far, of all paths. */
interface Outcomes {
  readonly verified: Verified[];
  readonly unverified: Unverified[];
  /** Everything that was said of a source, for SARIF. */
  readonly findings: SourceFindings[];
}

/** One build, circuit, netlist or spec, with all aggregates of it. */
async function verifyPath(
  terminal: Terminal,
  command: VerifyCommand,
  path: string,
  bound: readonly BoundSpec[] | null,
  stop: Stop,
  { verified, unverified, findings }: Outcomes,
): Promise<ExitCode> {
  const found = (source: SourceFile | null, name: string, diagnostics: readonly Diagnostic[]): void => {
    reportDiagnostics(terminal, source, diagnostics);
    findings.push({ source: source ?? { name: displayName(name), text: "" }, diagnostics });
  };
  const refused = (source: string, diagnostics: readonly Diagnostic[]): ExitCode => {
    found(null, source, diagnostics);
    const messages = diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ code, message }) => `${code}: ${message}`);
    unverified.push({ source, messages });
    return exitCode.invalidInput;
  };
  const options = { specPath: path, cache: cacheDirectory(), threads: null, resume: false, checkpointS: 20 };
  const reading = await (command.netlist === null
    ? readCircuits(
        path,
        command.aggregate,
        async (spec) => {
          const { networkFor } = await import("../networks/network.ts");
          return await networkFor(terminal, spec, { ...options, quiet: command.quiet });
        },
        command.allowModified ? "allowed" : "refused",
      )
    : readNetlist(command.netlist));
  if (reading.failed !== null) {
    found(reading.source, path, reading.diagnostics);
    return reading.failed;
  }
  if (reading.circuits === null || hasErrors(reading.diagnostics)) {
    found(reading.source, path, reading.diagnostics);
    const messages = reading.diagnostics.map(({ code, message }) => `${code}: ${message}`);
    unverified.push({ source: path, messages });
    return exitCode.invalidInput;
  }
  found(reading.source, path, reading.diagnostics);

  const gradients =
    command.gradients === null
      ? null
      : await (await import("../gradients/gradient-array.ts")).readGradients(
          terminal,
          command.gradients,
          reading.circuits.map(({ circuit }) => circuit.aggregate.workers),
        );
  if (gradients === "unusable") return exitCode.invalidInput;
  const codes: ExitCode[] = [];
  for (const source of reading.circuits) {
    const plan = planOf(command, source, bound);
    if ("diagnostic" in plan) {
      codes.push(refused(source.name, [plan.diagnostic]));
      continue;
    }
    const result = await verifyOne(terminal, command, source, plan, gradients, stop);
    if (result === null) return exitCode.interrupted;
    verified.push(result);
    if (command.json !== "-" && !command.quiet) {
      terminal.out(`${verified.length > 1 ? "\n" : ""}${reportText(result, terminal.paintOut)}`);
    }
    if (plan.bound !== null) {
      const { missesOf } = await bindings();
      found(plan.bound.source, plan.bound.file, missesOf(plan.bound.spec, result.requirements));
    }
    if (succeeded(result)) continue;
    const link = linkOf(result);
    const help = link === null ? null : `look at it: ${link}`;
    found(null, source.name, [plainDiagnostic("OPT0619", `${result.report.circuit} failed the verification`, help)]);
    codes.push(exitCode.verificationFailed);
  }
  return worst(codes);
}

function outputsOf({ json, junit, sarif, proofLog }: VerifyCommand): readonly Output[] {
  return [
    ...(proofLog === null ? [] : [{ path: proofLog, kind: "proof log" } as const]),
    ...(json === null ? [] : [{ path: json, kind: "verification" } as const]),
    ...(junit === null ? [] : [{ path: junit, kind: "junit" } as const]),
    ...(sarif === null ? [] : [{ path: sarif, kind: "findings" } as const]),
  ];
}

/** What specs ask for; circuits are verified without them as well. */
async function bindings(): Promise<typeof import("../networks/bound-specs.ts")> {
  return await import("../networks/bound-specs.ts");
}

/** Everything that is asked about one circuit; null when a signal ended it, which is said. */
export async function verifyOne(
  terminal: Terminal,
  command: VerifyCommand,
  source: CircuitSource,
  plan: VerificationPlan,
  gradients: GradientArray | null,
  stop: Stop,
): Promise<Verified | null> {
  const { circuit } = source;
  const { seed } = command;
  const { inputs, reason, target, margin } = plan;
  const disagreements = [...plan.disagreements];
  const quiet = command.quiet ? { ...terminal, err: () => {} } : terminal;
  const run = async <T>(what: string, steps: Steps<T>): Promise<T | null> => {
    const { result, last } = await drive(quiet, what, steps, stop);
    if (result === null) terminal.err(interruptedText(circuit.name, source.name, last));
    return result;
  };
  const proof = (margin !== null && circuit.certificate !== null) || command.proofLog !== null;
  const report = await run(`verify ${circuit.name}`, verifySteps(circuit, { inputs, seed, proof }));
  if (report === null) return null;
  if (margin !== null && report.proof !== null && !(report.proof.comparatorMargin >= margin - marginRounding)) {
    disagreements.push(`margin: the spec says ${margin}, the comparators keep ${report.proof.comparatorMargin}`);
  }
  const aggregated =
    gradients === null
      ? null
      : await run(`aggregate gradients with ${circuit.name}`, gradientSteps(circuit, gradients, command.block));
  if (gradients !== null && aggregated === null) return null;
  const sigma = command.phaseSigma;
  const chips =
    sigma === null
      ? null
      : await run(`${circuit.name}: phase errors of ${sigma} rad`, await chipSteps(command, circuit, sigma));
  if (sigma !== null && chips === null) return null;
  const { bound } = plan;
  const requirements =
    bound === null
      ? []
      : await run(
          `${circuit.name}: requirements`,
          (await bindings()).requirementSteps(circuit, bound.spec, bound.technology, seed),
        );
  if (requirements === null) return null;
  return {
    source: source.name,
    reason,
    target,
    targetReason: command.target !== null ? "--target" : "the spec",
    aggregate: circuit.aggregate,
    binding:
      plan.bound === null
        ? null
        : { file: displayName(plan.bound.file), aggregate: plan.bound.spec.name, disagreements },
    build: source.build,
    report,
    gradients: aggregated === null ? null : { file: command.gradients ?? "", report: aggregated },
    robustness: sigma === null || chips === null ? null : { sigmaRad: sigma, ...chips },
    requirements,
    repeat: repeatOf(command, source, inputs),
    page: command.page,
  };
}

/** Simulated chips with phase errors, as `optinc yield --phase` counts them. */
async function chipSteps({ seed, chips }: VerifyCommand, circuit: Circuit, sigmaRad: number): Promise<Steps<Yield>> {
  const { phaseQuestion, yieldSteps } = await bindings();
  return yieldSteps(circuit, phaseQuestion(sigmaRad, seed), chips);
}

async function sarifOf(findings: readonly SourceFindings[]): Promise<string> {
  const { allCodes } = await import("./explain.ts");
  const spoken = findings.filter(({ diagnostics }) => diagnostics.length > 0);
  return `${JSON.stringify(buildSarif(version, spoken, allCodes()), null, 2)}\n`;
}

/** The command that does the same again. */
function repeatOf(command: VerifyCommand, source: CircuitSource, inputs: VerifyOptions["inputs"]): string {
  const words = [
    "optinc verify",
    ...(command.netlist === null
      ? [quoted(source.name)]
      : ["--netlist", quoted(source.name), "--as", command.netlist.as]),
    ...(command.spec === null ? [] : ["--spec", quoted(command.spec)]),
    ...(command.aggregate === null ? [] : ["--aggregate", command.aggregate]),
    ...(command.allowModified ? ["--allow-modified"] : []),
    ...(command.target === null ? [] : ["--target", `${command.target}`]),
    "--inputs",
    inputs.kind,
    ...(inputs.kind === "sampled" ? ["--samples", `${inputs.samples}`] : []),
    "--seed",
    `${command.seed}`,
  ];
  if (command.page !== null) words.push("--report", quoted(command.page));
  if (command.gradients !== null) words.push("--gradients", quoted(command.gradients), "--block", `${command.block}`);
  return words.join(" ");
}

/** Drives long work to its end with a progress line; `result` is null when a signal ended it, `last` what it had by then. */
export async function drive<T>(
  terminal: Terminal,
  what: string,
  steps: Steps<T>,
  stop: Stop,
): Promise<{ readonly result: T | null; readonly last: StepProgress | null }> {
  const lines: ProgressLine[] = [];
  let last: StepProgress | null = null;
  let unit = "";
  try {
    const result = await runSteps(steps, {
      onStep: (step) => {
        if (step.wrong !== null || last === null) last = step;
        if (step.unit !== unit) {
          lines.pop()?.end();
          unit = step.unit;
          lines.push(startProgress(terminal, what, unit));
        }
        lines.at(-1)?.update(step.done, step.total);
      },
      stopped: () => stop.caught() !== null,
    });
    return { result, last };
  } finally {
    lines.pop()?.end();
  }
}

/** Fit for a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
