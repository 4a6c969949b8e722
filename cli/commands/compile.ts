import { basename, join } from "node:path";
import { andThen, type Checked, placed, refused, type SourceFile, type Spec } from "../../dsl/index.ts";
import { findTarget, subjectOf, type Target } from "../../netlist/index.ts";
import type { Technology } from "../../physics/index.ts";
import {
  buildFiles,
  type Compiled,
  type CompileStage,
  compile,
  type FileEntry,
  type MeasuredText,
  manifestDesign,
  type Network,
  type Summary,
  summarise,
  usualChips,
  usualDesigns,
} from "../../toolchain/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, seed } from "../arguments/parsers.ts";
import { type ExitCode, exitCode, worst } from "../exit.ts";
import { checkTarget, writeBuild } from "../files/build-directory.ts";
import { openCache } from "../files/cache-entries.ts";
import { fileName } from "../files/names.ts";
import { sha256 } from "../files/pack.ts";
import { displayName, readText, specBytes } from "../files/read.ts";
import { readSpecs, selectAggregates, specName } from "../files/specs.ts";
import type { TechnologyReading } from "../files/technologies.ts";
import { rememberedMeasure } from "../networks/accuracy.ts";
import { networkFor } from "../networks/network.ts";
import type { NetworkOptions } from "../networks/perceptron.ts";
import { designTable } from "../text/design-report.ts";
import { hasErrors, refuse, reportDiagnostics } from "../text/diagnostics.ts";
import { startProgress } from "../text/progress.ts";
import { summaryText } from "../text/summary.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  spec: argument("<spec>", "spec file (.optinc, .yaml), or - for standard input"),
  out: text("-o, --out <dir>", "build directory; several aggregates get one subdirectory each (default: build/NAME)"),
  aggregate: text("--aggregate <name>", "compile this aggregate only"),
  force: flag("--force", "replace the output directory even if another command or aggregate wrote it"),
  measured: text("--measured <file>", "compile for the fabricated chip whose splitters and losses this file lists"),
  seed: value("--seed <n>", "seed of the simulated chips in the summary", seed, 1),
  chips: value(
    "--chips <n>",
    "largest number of simulated chips for each phase error in the summary, 0 for none",
    count(0),
    usualChips,
  ),
  explainDesign: flag(
    "--explain-design",
    "print every design that was measured, where the spec leaves the network to the compiler",
  ),
  designBudget: value("--design-budget <n>", "designs that are measured at most", count(1), usualDesigns),
  quiet: flag("-q, --quiet", "print no summary and no progress"),
  json: flag("--json", "print the summary as JSON"),
  threads: value(
    "--threads <n>",
    "threads of training (default: as in the spec); results do not depend on it",
    count(1),
  ),
  resume: flag("--resume", "continue an interrupted training from its checkpoint"),
  checkpointEvery: value("--checkpoint-every <s>", "seconds between checkpoints of a training", count(0), 20),
  cache: flag("--no-cache", "train even if the network is in the cache; keep no checkpoint"),
  verbose: flag("--verbose", "print all figures of the circuit"),
  watch: flag("--watch", "compile again whenever the spec, or a file that it names, changes; Ctrl-C ends"),
};

type CompileOptions = Values<typeof parameters>;

export const definition: CommandDefinition = command(
  parameters,
  async (terminal, options) => {
    if (!options.watch) return await runCompile(terminal, options);
    const { watch } = await import("./watch.ts");
    return await watch(terminal, options, () => runCompile(terminal, options));
  },
  ({ watch, spec }) => (watch && spec === "-" ? "--watch needs a file, not standard input" : null),
);

/** What was written for one aggregate. */
interface Built {
  readonly code: ExitCode;
  readonly directory: string;
  /** The network was not trained now. */
  readonly cached: boolean;
  readonly summary: Summary;
  readonly files: readonly FileEntry[];
}

/** What all aggregates of a run are compiled with. */
interface CompileRun {
  readonly terminal: Terminal;
  readonly options: CompileOptions;
  readonly source: SourceFile | null;
  /** Of the spec's text. */
  readonly sha256: string;
  readonly chip: ReadMeasured | null;
}

/** `optinc compile`: spec -> build directories, with the proof or the verification in between. */
async function runCompile(terminal: Terminal, options: CompileOptions): Promise<ExitCode> {
  const reading = await readSpecs(options.spec);
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.specs === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  const specs = selectAggregates(reading.specs, options.aggregate, options.spec);
  if (specs.value === null) return refuse(terminal, ...specs.diagnostics);
  const chip = options.measured === null ? null : await readMeasured(options.measured);
  if (chip !== null && chip.value === null) return refuse(terminal, ...chip.diagnostics);

  const hash = sha256(reading.bytes!);
  const run: CompileRun = { terminal, options, source: reading.source, sha256: hash, chip: chip?.value ?? null };
  const codes: ExitCode[] = [];
  const built: Built[] = [];
  for (const spec of specs.value) {
    const result = await compileOne(run, spec, directoryFor(options, spec, specs.value.length > 1));
    codes.push(typeof result === "number" ? result : result.code);
    if (typeof result === "number") continue;
    built.push(result);
    if (options.quiet || options.json) continue;
    if (options.explainDesign && result.summary.design !== undefined) terminal.out(designTable(result.summary.design));
    const text = summaryText(
      result.summary,
      result.directory,
      result.files,
      { cached: result.cached, verbose: options.verbose },
      terminal.paintOut,
    );
    terminal.out(`${built.length > 1 ? "\n" : ""}${text}`);
  }
  if (options.json) {
    const aggregates = built.map(({ directory, cached, summary, files }) => ({ directory, cached, summary, files }));
    terminal.data(`${JSON.stringify({ aggregates }, null, 2)}\n`);
  }
  return worst(codes);
}

function directoryFor({ out }: CompileOptions, { name }: Spec, several: boolean): string {
  if (out === null) return join("build", fileName(name));
  return several ? join(out, fileName(name)) : out;
}

/** Technology -> network -> circuit and its proof -> files of other tools -> build directory. */
async function compileOne(run: CompileRun, spec: Spec, directory: string): Promise<Built | ExitCode> {
  const { terminal, options, source } = run;
  const inputs = [options.spec, options.measured ?? "-"].filter((path) => path !== "-");
  const made = { command: "compile", aggregate: spec.name };
  const request = { directory, inputs, made, force: options.force };
  // Checked before the work too, so that a refusal comes at once.
  const obstacle = checkTarget(request);
  if (obstacle !== null) return refuse(terminal, obstacle);
  const found = await technologyIn(run, spec);
  if (hasErrors(found?.diagnostics ?? [])) return exitCode.invalidInput;
  const technology = found?.technology ?? null;
  const networks = networkOptions(terminal, options, spec);
  const obtained = await networkFor(terminal, spec, networks);
  if (obtained.kind === "failed") return obtained.code;
  const { value: compiled, diagnostics } = await compileShown(run, spec, obtained.network, technology, networks.cache);
  // A failed proof leaves nothing to write; a network that is right too seldom is written, and named below.
  if (compiled === null) {
    reportDiagnostics(terminal, source, diagnostics);
    return diagnostics.some(({ code }) => code === "OPT0618") ? exitCode.verificationFailed : exitCode.invalidInput;
  }
  const targets = spec.emit.map(targetNamed);
  const whole = subjectOf(compiled.circuit, { kind: "circuit" });
  const findings = targets.flatMap((target) => target.check(whole, {}));
  const unfit = findings.map((finding) => placed(finding, spec.name));
  reportDiagnostics(terminal, null, unfit);
  if (hasErrors(unfit)) return exitCode.invalidInput;

  const summary = summarise(compiled);
  const result = await writeBuild({
    ...request,
    artifacts: buildFiles(compiled, targets, summary),
    manifest: (files) => ({
      spec: { name: specName(options.spec), sha256: run.sha256 },
      ...(technology === null
        ? {}
        : {
            technology: {
              name: technology.name,
              sha256: sha256(found!.source!.text),
              symbolRateBd: compiled.spec.symbolRateBd,
            },
          }),
      ...(run.chip === null ? {} : { measured: { name: basename(run.chip.name), sha256: run.chip.sha256 } }),
      seed: options.seed,
      network: obtained.manifest,
      ...(compiled.design === null ? {} : { design: manifestDesign(compiled.design) }),
      targets: targets.map((target) => ({ name: target.name, options: {} })),
      files,
    }),
  });
  if (result.kind === "refused") return refuse(terminal, result.diagnostic);
  reportDiagnostics(terminal, source, diagnostics);
  const code = hasErrors(diagnostics) ? exitCode.verificationFailed : exitCode.done;
  return { code, directory, cached: obtained.cached, summary, files: result.files };
}

/** What the spec names, said; null where it names none. */
async function technologyIn({ terminal, options, source }: CompileRun, spec: Spec): Promise<TechnologyReading | null> {
  if (spec.technology === null) return null;
  const { technologyOf } = await import("../files/technologies.ts");
  const found = await technologyOf(spec, options.spec, source);
  reportDiagnostics(terminal, found?.source ?? null, found?.diagnostics ?? []);
  return found;
}

const stageNames = {
  design: "design",
  proof: "prove",
  measurement: "check",
  robustness: "phase errors of",
  budget: "budget of",
  requirements: "requirements of",
} as const satisfies Record<CompileStage, string>;

/** The library's compile with lines of progress, and measurements remembered. */
async function compileShown(
  { terminal, options: { seed, chips, quiet, designBudget }, chip }: CompileRun,
  spec: Spec,
  network: Network,
  technology: Technology | null,
  cache: string | null,
): Promise<Checked<Compiled>> {
  const steps = startProgress(terminal, quiet);
  try {
    return await compile(spec, {
      seed,
      chips,
      designs: designBudget,
      network,
      ...(technology === null ? {} : { technology }),
      ...(chip === null ? {} : { measured: chip }),
      measure: rememberedMeasure(terminal, cache),
      onStep: (stage, progress) => steps.update(`${stageNames[stage]} ${spec.name}`, progress),
    });
  } finally {
    steps.end();
  }
}

/** The file of a measured chip, which is checked against the circuit. */
interface ReadMeasured extends MeasuredText {
  readonly sha256: string;
}

async function readMeasured(path: string): Promise<Checked<ReadMeasured>> {
  return andThen(await readText(path, specBytes), ({ bytes, text }) => {
    return { value: { name: displayName(path), text, sha256: sha256(bytes) }, diagnostics: [] };
  });
}

function networkOptions(terminal: Terminal, options: CompileOptions, spec: Spec): NetworkOptions {
  // Constructed networks take milliseconds: nothing of them is kept.
  const wanted = options.cache && spec.network.kind !== "constructed";
  const cache: Checked<string> = wanted ? openCache() : refused();
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

function targetNamed(name: string): Target {
  const target = findTarget(name);
  if (target === null) throw new Error(`the spec was checked, but there is no target ${name}`);
  return target;
}
