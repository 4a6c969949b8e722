import {
  buildSarif,
  type Diagnostic,
  limits,
  plainDiagnostic,
  type SourceFile,
  type SourceFindings,
} from "../../dsl/index.ts";
import { proofLog } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, choice, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, fileName, positive, seed, share } from "../arguments/parsers.ts";
import { inputKinds, samplesMisuse, usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode, signalCode, worst } from "../exit.ts";
import { cacheDirectory } from "../files/cache-directory.ts";
import type { BoundSpec } from "../files/circuit-reading.ts";
import { readCircuits, readNetlist } from "../files/circuit-source.ts";
import { jsonOf } from "../files/output.ts";
import { openOutputs, writtenCode } from "../files/outputs.ts";
import { displayName } from "../files/read.ts";
import { type Stop, stopOnSignal } from "../signals.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import { shellWord } from "../text/shell-word.ts";
import { sayNext, type Terminal } from "../text/terminal.ts";
import {
  junitOf,
  linkOf,
  reportJson,
  reportText,
  succeeded,
  type Unverified,
  type Verified,
} from "../text/verify-report.ts";
import { version } from "../version.ts";
import { planOf } from "./verification-plan.ts";
import { verifyOne } from "./verify-circuit.ts";

const parameters = {
  paths: argument("[paths...]", "build directories, circuit.json, .sp, spec files, or - for standard input"),
  netlist: text("--netlist <file>", "verify a SPICE netlist of `optinc export` instead, or the testbench of several"),
  as: choice("--as <format>", "format of --netlist", ["spice"]),
  spec: text("--spec <file>", "check the circuit against a spec: words, rounding, topology, inputs, margin, target"),
  aggregate: text("--aggregate <name>", "verify this aggregate of a spec only"),
  target: value(
    "--target <share>",
    "share of words that a trained or imported network must get right, such as 0.99",
    share,
  ),
  allowModified: flag("--allow-modified", "verify a build even if files differ from its manifest"),
  inputs: choice("--inputs <inputs>", "input vectors to try (default: as in the spec, else by size)", inputKinds),
  samples: usual.samples,
  seed: value("--seed <n>", "seed of samples and chips", seed, 1),
  gradients: text("--gradients <file>", "also aggregate real gradients of a .npy file, whose first axis is the worker"),
  block: { ...usual.block, rules: { ...usual.block.rules, needs: "gradients" } },
  phaseSigma: value("--phase-sigma <rad>", "also simulate chips with this standard deviation of every phase", positive),
  chips: value("--chips <n>", "simulated chips", count(1), 100, { needs: "phaseSigma", most: limits.chips }),
  junit: value("--junit <file>", "write a JUnit report", fileName),
  sarif: value("--sarif <file>", "write the failures as SARIF", fileName),
  page: text("--report <page>", "page of `optinc report` that failures link to"),
  proofLog: value(
    "--proof-log <file>",
    "prove the circuits and write every bound of the proofs as JSON lines (docs/explanation/proof.md)",
    fileName,
  ),
  json: usual.writtenJson,
  force: usual.force,
  quiet: usual.silent,
};

type VerifyCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runVerify, misuse);

function misuse(values: VerifyCommand): string | null {
  const { netlist, as, paths, page } = values;
  if ((netlist === null) !== (as === null) || (paths.length === 0) === (netlist === null)) {
    return "verify takes paths, or --netlist FILE --as FORMAT";
  }
  if (page !== null && paths.length > 1) return "--report takes one circuit";
  if (paths.filter((path) => path === "-").length > 1) return "- is standard input and can be given once";
  return samplesMisuse(values);
}

/** `optinc verify`: reads circuits from text and compares what they do with the reference and the all-reduce. */
async function runVerify(terminal: Terminal, command: VerifyCommand): Promise<ExitCode> {
  const { netlist, spec, gradients, proofLog: log, json, junit, sarif, force, quiet } = command;
  const named = {
    log: [log, jsonOf("proof-log")],
    json: [json, jsonOf("verification")],
    junit: [junit, /^<\?xml [^>]*>\s*<testsuites [^>]*>\s*<testsuite name="optinc verify[" ]/],
    sarif: [sarif, sarifBeginning],
  } as const;
  const inputs = [...command.paths, netlist, spec, gradients].filter((path) => path !== null);
  const outputs = openOutputs(terminal, named, { force, quiet, inputs });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const bound = command.spec === null ? null : await (await bindings()).readBindings(terminal, command.spec);
  if (bound === "unreadable") return exitCode.invalidInput;
  const verified: Verified[] = [];
  const unverified: Unverified[] = [];
  const findings: SourceFindings[] = [];
  const codes: ExitCode[] = [];
  const stop = stopOnSignal();
  try {
    const names = command.netlist === null ? command.paths : [command.netlist];
    for (const path of names) {
      const code = await verifyPath(terminal, command, path, bound, stop, { verified, unverified, findings });
      codes.push(code);
      if (stop.caught() !== null) break;
    }
  } finally {
    stop.release();
  }
  if (verified.length + unverified.length > 0) {
    const isWritten = [
      await outputs.write("log", () => verified.map(proofLogOf)),
      await outputs.write("json", () => [reportJson(verified, unverified)]),
      await outputs.write("junit", () => [junitOf(verified, unverified)]),
      await outputs.write("sarif", async () => [await sarifOf(findings, verified)]),
    ];
    codes.push(writtenCode(...isWritten));
  }
  const [build, ...others] = command.paths;
  const isOne = build !== undefined && others.length === 0 && worst(codes) === exitCode.done;
  if (isOne) sayNext(terminal, quiet, `optinc report ${shellWord(build)}`);
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
  const refused = (source: string, diagnostics: readonly Diagnostic[], file: SourceFile | null = null): ExitCode => {
    found(file, source, diagnostics);
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
    : readNetlist(command.netlist, null));
  if (reading.failed !== null) {
    found(reading.source, path, reading.diagnostics);
    return reading.failed;
  }
  if (reading.circuits === null || hasErrors(reading.diagnostics)) {
    return refused(path, reading.diagnostics, reading.source);
  }
  found(reading.source, path, reading.diagnostics);

  const workers = reading.circuits.map(({ circuit }) => circuit.aggregate.workers);
  const opened =
    command.gradients === null
      ? null
      : await (await import("../gradients/gradient-array.ts")).readGradients(command.gradients, workers);
  reportDiagnostics(terminal, null, opened?.diagnostics ?? []);
  if (opened !== null && opened.value === null) return exitCode.invalidInput;
  const gradients = opened?.value ?? null;
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

const sarifBeginning =
  /^\{\s*"\$schema": "https:\/\/json\.schemastore\.org\/sarif-2\.1\.0\.json",\s*"version": "2\.1\.0",\s*"runs": \[\s*\{\s*"tool": \{\s*"driver": \{\s*"name": "optinc"/;

function proofLogOf({ report: { circuit, proof } }: Verified): string {
  return proof === null ? "" : proofLog(circuit, proof.log);
}

/** What specs ask for; circuits are verified without them as well. */
async function bindings(): Promise<typeof import("../networks/bound-specs.ts")> {
  return await import("../networks/bound-specs.ts");
}

/** The table of checks stands in the property bag of the run, by circuit. */
async function sarifOf(findings: readonly SourceFindings[], verified: readonly Verified[]): Promise<string> {
  const { allCodes } = await import("./explain.ts");
  const spoken = findings.filter(({ diagnostics }) => diagnostics.length > 0);
  const log = buildSarif(version, spoken, allCodes());
  const checks = Object.fromEntries(verified.map((each) => [each.source, each.checks]));
  const runs = log.runs.map((run) => ({ ...run, properties: { checks } }));
  return `${JSON.stringify({ ...log, runs }, null, 2)}\n`;
}
