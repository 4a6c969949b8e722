import { join } from "node:path";
import { type Compilation, compile, printNetwork } from "../../compiler/index.ts";
import type { Checked, Diagnostic, SourceFile, Spec } from "../../dsl/index.ts";
import {
  type Circuit,
  findTarget,
  type Subject,
  serializeCircuit,
  subjectOf,
  type Target,
} from "../../netlist/index.ts";
import { type ProofReport, prove } from "../../verify/index.ts";
import { type ExitCode, exitCode, worst } from "../exit.ts";
import { checkTarget, writeBuild } from "../files/build-directory.ts";
import { openCache } from "../files/cache.ts";
import { type FileEntry, type ManifestNetwork, makeManifest } from "../files/manifest.ts";
import { readSpecs, selectAggregates, specName } from "../files/specs.ts";
import type { Artifact } from "../files/write.ts";
import { belowTarget, measureAccuracy, reaches } from "../networks/accuracy.ts";
import { adviceText, type NetworkOptions, type NetworkOrigin, networkFor } from "../networks/network.ts";
import { summaryRobustness } from "../networks/robustness.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import { type Check, type Summary, summarise } from "../text/figures.ts";
import { placed, plainDiagnostic } from "../text/findings.ts";
import { summaryText } from "../text/summary.ts";
import type { Terminal } from "../text/terminal.ts";

export interface CompileOptions {
  readonly spec: string;
  /** null: build/NAME for each aggregate. */
  readonly out: string | null;
  readonly aggregate: string | null;
  readonly force: boolean;
  readonly seed: number;
  /** Simulated chips a phase error in the summary; 0 for none. */
  readonly chips: number;
  readonly quiet: boolean;
  readonly json: boolean;
  /** Threads of training; null: what the spec says. */
  readonly threads: number | null;
  /** Continue an interrupted training. */
  readonly resume: boolean;
  /** Use the cache of finished networks. */
  readonly cache: boolean;
  /** Seconds from checkpoint to checkpoint. */
  readonly checkpointEvery: number;
}

/** What was written for one aggregate. */
interface Built {
  readonly code: ExitCode;
  readonly directory: string;
  /** The network was not trained now. */
  readonly cached: boolean;
  readonly summary: Summary;
  readonly files: readonly FileEntry[];
}

/** `optinc compile`: spec -> build directories, with the proof or the verification in between. */
export async function runCompile(terminal: Terminal, options: CompileOptions): Promise<ExitCode> {
  const reading = await readSpecs(options.spec);
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.specs === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  const selected = selectAggregates(reading.specs, options.aggregate);
  reportDiagnostics(terminal, null, selected.diagnostics);
  if (selected.value === null) return exitCode.invalidInput;

  const several = selected.value.length > 1;
  const codes: ExitCode[] = [];
  const built: Built[] = [];
  for (const spec of selected.value) {
    const directory =
      options.out === null ? join("build", spec.name) : several ? join(options.out, spec.name) : options.out;
    const result = await compileOne(terminal, options, spec, directory, reading.source, reading.sha256);
    if (typeof result === "number") codes.push(result);
    else {
      built.push(result);
      codes.push(result.code);
      if (!options.quiet && !options.json) {
        terminal.out(
          `${built.length > 1 ? "\n" : ""}${summaryText(result.summary, directory, result.files, result.cached, terminal.paintOut)}`,
        );
      }
    }
  }
  if (options.json) {
    const aggregates = built.map(({ directory, cached, summary, files }) => ({ directory, cached, summary, files }));
    terminal.out(`${JSON.stringify({ aggregates }, null, 2)}\n`);
  }
  return worst(codes);
}

async function compileOne(
  terminal: Terminal,
  options: CompileOptions,
  spec: Spec,
  directory: string,
  source: SourceFile | null,
  sha256: string,
): Promise<Built | ExitCode> {
  const request = { directory, specPath: options.spec === "-" ? null : options.spec, force: options.force };
  // Asked before the work as well, so that a refusal comes at once.
  const obstacle = checkTarget(request);
  if (obstacle !== null) {
    reportDiagnostics(terminal, null, [obstacle]);
    return exitCode.invalidInput;
  }

  const networks = networkOptions(terminal, options, spec);
  const network = await networkFor(terminal, spec, networks);
  if (network.kind === "failed") return network.code;
  const { origin } = network;
  const compilation = compile(spec, network.resources);
  const { circuit } = compilation;
  const quietly = options.quiet ? null : terminal;
  const check = checkOf(quietly, compilation, options.seed, networks.cache);
  if (check.kind === "proved" && !check.proof.holds) {
    reportDiagnostics(terminal, source, [proofFailure(spec.name, check.proof)]);
    return exitCode.verificationFailed;
  }
  const targets = spec.emit.map((name) => targetNamed(name));
  const findings = targets.flatMap((target) => target.check(whole(circuit), {}));
  reportDiagnostics(
    terminal,
    null,
    findings.map((finding) => placed(finding, spec.name)),
  );
  if (findings.some((finding) => finding.severity === "error")) return exitCode.invalidInput;

  const robustness = summaryRobustness(circuit, check, spec.verify.inputs, options.chips, options.seed, quietly);
  const summary = summarise(compilation, origin, check, robustness);
  const result = await writeBuild({
    ...request,
    artifacts: artifactsOf(compilation, targets, summary),
    manifest: (files) =>
      makeManifest({
        aggregate: spec.name,
        spec: { name: specName(options.spec), sha256 },
        seed: options.seed,
        network: manifestNetwork(origin),
        targets: targets.map((target) => ({ name: target.name, options: {} })),
        files,
      }),
  });
  if (result.kind === "refused") {
    reportDiagnostics(terminal, null, [result.diagnostic]);
    return exitCode.invalidInput;
  }
  const failure = shortfall(spec, check, origin);
  if (failure !== null) reportDiagnostics(terminal, null, [failure]);
  const code = failure === null ? exitCode.done : exitCode.verificationFailed;
  const cached = origin.kind === "trained" && origin.cached;
  return { code, directory, cached, summary, files: result.files };
}

function networkOptions(terminal: Terminal, options: CompileOptions, spec: Spec): NetworkOptions {
  // Constructed networks take milliseconds: nothing of them is kept.
  const wanted = options.cache && spec.network.kind !== "constructed";
  const cache: Checked<string> = wanted ? openCache() : { value: null, diagnostics: [] };
  reportDiagnostics(terminal, null, cache.diagnostics);
  return {
    specPath: options.spec,
    cache: cache.value,
    threads: options.threads,
    resume: options.resume,
    checkpointS: options.checkpointEvery,
    quiet: options.quiet,
  };
}

/** A proof where the circuit claims something, else as many words as the spec asks for through the circuit. */
function checkOf(terminal: Terminal | null, { spec, circuit }: Compilation, seed: number, cache: string | null): Check {
  if (circuit.certificate !== null) return { kind: "proved", proof: prove(circuit) };
  return { kind: "measured", accuracy: measureAccuracy(terminal, spec, circuit, seed, cache) };
}

/** What to say of a network that is right too seldom; its build is written all the same, as the best that there is. */
function shortfall(spec: Spec, check: Check, origin: NetworkOrigin): Diagnostic | null {
  if (check.kind === "proved" || origin.kind === "constructed") return null;
  const target = origin.kind === "trained" ? origin.spec.target : 1;
  const { accuracy } = check;
  if (reaches(accuracy, target)) {
    const short = origin.kind === "trained" && origin.result.kind === "short";
    // The sample may be luckier than all words are.
    if (!short) return null;
    const { report } = origin.result;
    return belowTarget(spec.name, { ...accuracy, ...report, mode: "exhaustive" }, target, shortHelp(origin));
  }
  return belowTarget(spec.name, accuracy, target, shortHelp(origin));
}

function shortHelp(origin: NetworkOrigin): string | null {
  if (origin.kind !== "trained") return "the build is kept; train the network longer, or approximate fewer layers";
  const { result, spec } = origin;
  if (result.kind === "reached") return "the build is kept; the circuit rounds otherwise than the network";
  const advice = adviceText(result.advice);
  const ways =
    result.because === "budget"
      ? `the budget of ${spec.budgetS} s ended the training: go on with \`--resume\`, or raise \`budget\``
      : `all cycles were used${advice === null ? "" : `: try ${advice}`}`;
  return `the build is the best network so far; ${ways}`;
}

function manifestNetwork(origin: NetworkOrigin): ManifestNetwork {
  switch (origin.kind) {
    case "constructed":
      return { kind: origin.kind };
    case "trained":
      return { kind: origin.kind, seed: origin.spec.seed, sha256: origin.key };
    case "imported":
      return { kind: origin.kind, weights: origin.spec.weights, sha256: origin.sha256 };
    default:
      return origin satisfies never;
  }
}

function artifactsOf(compilation: Compilation, targets: readonly Target[], summary: Summary): Artifact[] {
  const { circuit, onn } = compilation;
  return [
    { name: "circuit.json", content: serializeCircuit(circuit) },
    { name: "network.json", content: printNetwork(circuit.name, onn) },
    ...targets.flatMap((target) => target.emit(whole(circuit), {})),
    { name: "summary.json", content: [`${JSON.stringify(summary, null, 2)}\n`] },
  ];
}

function whole(circuit: Circuit): Subject {
  return subjectOf(circuit, { kind: "circuit" });
}

function targetNamed(name: string): Target {
  const target = findTarget(name);
  if (target === null) throw new Error(`the spec was checked, but there is no target ${name}`);
  return target;
}

function proofFailure(name: string, proof: ProofReport): ReturnType<typeof plainDiagnostic> {
  const shown = proof.problems.slice(0, 5).join("; ");
  const more = proof.problems.length > 5 ? `; and ${proof.problems.length - 5} more` : "";
  return plainDiagnostic(
    "OPT0618",
    `the proof for ${name} failed: ${shown}${more}`,
    "nothing was written; please report this",
  );
}
