import { join } from "node:path";
import { type Compilation, compile, printNetwork } from "../compiler/index.ts";
import type { SourceFile, Spec } from "../dsl/index.ts";
import { findTarget, serializeCircuit, type Target } from "../netlist/index.ts";
import { type ProofReport, prove } from "../verify/index.ts";
import { checkTarget, writeBuild } from "./build-directory.ts";
import { type ExitCode, exitCode, worst } from "./exit.ts";
import { type Summary, summarise } from "./figures.ts";
import { placed, plainDiagnostic } from "./findings.ts";
import { type FileEntry, makeManifest } from "./manifest.ts";
import { hasErrors, reportDiagnostics } from "./report.ts";
import { summaryRobustness } from "./robustness.ts";
import { readSpecs, selectAggregates, specName } from "./specs.ts";
import type { Artifact } from "./stream.ts";
import { summaryText } from "./summary.ts";
import type { Terminal } from "./terminal.ts";

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
}

/** What was written for one aggregate. */
interface Built {
  readonly directory: string;
  readonly summary: Summary;
  readonly files: readonly FileEntry[];
}

/** `optinc compile`: spec -> build directories, with the proof in between. */
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
      if (!options.quiet && !options.json) {
        terminal.out(
          `${built.length > 1 ? "\n" : ""}${summaryText(result.summary, directory, result.files, terminal.paintOut)}`,
        );
      }
    }
  }
  if (options.json) {
    const aggregates = built.map(({ directory, summary, files }) => ({ directory, summary, files }));
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

  const compilation = compile(spec);
  const proof = prove(compilation.circuit);
  if (!proof.holds) {
    reportDiagnostics(terminal, source, [proofFailure(spec.name, proof)]);
    return exitCode.verificationFailed;
  }
  const targets = spec.emit.map((name) => targetNamed(name));
  const findings = targets.flatMap((target) => target.check(compilation.circuit));
  reportDiagnostics(
    terminal,
    null,
    findings.map((finding) => placed(finding, spec.name)),
  );
  if (findings.some((finding) => finding.severity === "error")) return exitCode.invalidInput;

  const robustness = summaryRobustness(
    compilation.circuit,
    proof,
    options.chips,
    options.seed,
    options.quiet ? null : terminal,
  );
  const summary = summarise(compilation, proof, robustness);
  const result = await writeBuild({
    ...request,
    artifacts: artifactsOf(compilation, targets, summary),
    manifest: (files) =>
      makeManifest({
        aggregate: spec.name,
        spec: { name: specName(options.spec), sha256 },
        seed: options.seed,
        targets: targets.map((target) => ({ name: target.name, options: {} })),
        files,
      }),
  });
  if (result.kind === "refused") {
    reportDiagnostics(terminal, null, [result.diagnostic]);
    return exitCode.invalidInput;
  }
  return { directory, summary, files: result.files };
}

function artifactsOf(compilation: Compilation, targets: readonly Target[], summary: Summary): Artifact[] {
  const { circuit, onn } = compilation;
  return [
    { name: "circuit.json", content: serializeCircuit(circuit) },
    { name: "network.json", content: printNetwork(circuit.name, onn) },
    ...targets.map((target) => ({ name: fileName(target, circuit.name), content: target.emit(circuit, {}) })),
    { name: "summary.json", content: [`${JSON.stringify(summary, null, 2)}\n`] },
  ];
}

/** Netlists that other files include bear the circuit's name, tables that of their target. */
function fileName(target: Target, circuit: string): string {
  return `${target.name === "spice" ? circuit : target.name}.${target.extension}`;
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
