import { existsSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { type Checked, counted, type Diagnostic, plainDiagnostic, type SourceFile } from "../../dsl/index.ts";
import {
  type Circuit,
  chipOption,
  compileSimulation,
  type ExportedChip,
  sweptFrequencies,
  type Target,
  type TargetFile,
  type TargetOptions,
  timingOptions,
} from "../../netlist/index.ts";
import { deckFilters, dispersedCircuit, layoutFigures, opticsOf, spectrumOf } from "../../physics/index.ts";
import {
  belowTarget,
  type ExportOptions,
  exportCircuit,
  type Manifest,
  reaches,
  targetOf,
} from "../../toolchain/index.ts";
import { prove, usualInputs, verifySteps } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count, keyValue, quantity, seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { writeBuild } from "../files/build-directory.ts";
import { circuitHash } from "../files/circuit-hash.ts";
import type { CircuitSource } from "../files/circuit-reading.ts";
import { readManifest } from "../files/manifest.ts";
import { fileName, isFileName } from "../files/names.ts";
import { checkOutputs, sayWritten, writeOutput } from "../files/output.ts";
import { displayName } from "../files/read.ts";
import { moduleDiagnostic, readTarget, targets } from "../files/target-module.ts";
import { namedTechnology, symbolRateFor, technologyOf } from "../files/technologies.ts";
import { exists } from "../files/temporary.ts";
import { isReplaceable } from "../files/write.ts";
import { chipMade, type NumberedChip } from "../gradients/chip.ts";
import { askedChip } from "../networks/asked-chip.ts";
import { type AskedCircuits, askedCircuits } from "../networks/asked-circuits.ts";
import { fitting, namedAnywhere } from "../networks/asked-technology.ts";
import { hasErrors, refuse, reportDiagnostics } from "../text/diagnostics.ts";
import { driveSteps } from "../text/drive.ts";
import { noTarget } from "../text/findings.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  path: argument("[path]", "build directory, circuit.json, or spec file"),
  to: text("--to <format>", "name of a format, or ./my-target.js"),
  list: flag("--list", "list the formats: what they carry, what they cannot, their options"),
  scope: text("--scope <scope>", "circuit, layer:2, layer:NAME, mesh:NAME or mesh:LAYER/NAME", "circuit"),
  out: text(
    "-o, --out <path>",
    "file, or directory for several files; - prints one (default: the format's own name); a file without an ending gets the format's",
  ),
  measured: text(
    "--measured <file>",
    "of table, onnx, torch-hook: the chip whose splitters and losses this file lists",
    null,
    { old: "--die" },
  ),
  chipSample: value("--chip-sample <n>", "of the same: the chip of this number in `optinc yield`", count(0), null, {
    old: "--yield-die",
  }),
  seed: value("--seed <n>", "of the chip of a technology", seed, 1, { needs: "chipSample" }),
  options: value<TargetOptions, TargetOptions>(
    "--option <key=value>",
    "spelling choice of the format; repeatable",
    keyValue,
    {},
  ),
  technology: text(
    "--technology <name>",
    "of the chip, or of the options delays=on, chip=whole, sweep and wl=on (default: what the spec names)",
  ),
  symbolRate: value(
    "--symbol-rate <rate>",
    "of delays=on (default: what the spec says, else 25 GBd)",
    quantity("symbol rate"),
  ),
  aggregate: text("--aggregate <name>", "export this aggregate of a spec"),
  target: usual.target,
  force: flag("--force", "replace a file or directory that the command did not write itself"),
  quiet: flag("-q, --quiet", "do not say what was written"),
};

type ExportCommand = Values<typeof parameters>;

export const definition: CommandDefinition = {
  ...command(parameters, runExport, misuse),
  notes: `Formats: ${targets.map((each) => each.name).join(", ")}; or ./my-target.js.`,
};

function misuse(values: ExportCommand, isTyped: (property: keyof ExportCommand) => boolean): string | null {
  const { list, path, to, options, chipSample, measured } = values;
  if (!list && (path === null || to === null)) return "export takes a path and --to FORMAT, or --list";
  const isTimed = options["delays"] === "on";
  const needsFigures =
    isTimed || options["chip"] === "whole" || options["sweep"] !== undefined || options["wl"] === "on";
  if (isTyped("technology") && chipSample === null && !needsFigures) {
    return "--technology needs --chip-sample, or one of the options delays=on, chip=whole, sweep and wl=on";
  }
  if (isTyped("symbolRate") && !isTimed) return "--symbol-rate needs --option delays=on";
  return measured !== null && chipSample !== null ? "--measured and --chip-sample are different chips" : null;
}

/** `optinc export`: prints a circuit, a layer or a mesh in a format of other tools. */
async function runExport(terminal: Terminal, command: ExportCommand): Promise<ExitCode> {
  if (command.list) {
    terminal.out(targets.map(described).join("\n"));
    return exitCode.done;
  }
  const found = await readTarget(command.to!);
  reportDiagnostics(terminal, null, found.diagnostics);
  const target = found.value;
  if (target === null) return exitCode.invalidInput;
  const rules = { force: command.force, inputs: inputsOf(command) };
  const obstacles =
    // Some formats make a directory of that name, with those around it.
    command.out === null || isDirectory(command.out) || !exists(dirname(command.out))
      ? []
      : checkOutputs([{ path: command.out, beginning: null }], rules);
  reportDiagnostics(terminal, null, obstacles);
  if (obstacles.length > 0) return exitCode.invalidInput;

  const asked = await askedCircuits(terminal, { ...command, path: command.path! }, true);
  if (typeof asked === "number") return asked;
  const source = asked.circuits[0]!;
  const { circuit } = source;
  if (command.target !== null && isExact(source)) {
    return refuse(terminal, noTarget(circuit.name));
  }
  const named = await askedChip(terminal, { ...command, path: command.path! }, asked);
  if (named === "unknown") return exitCode.invalidInput;
  const chip = named === null ? null : exportedChip(circuit, named, command.measured);
  const { value: options, ...read } = await withFigures(command, asked);
  reportDiagnostics(terminal, read.source, read.diagnostics);
  if (options === null) return exitCode.invalidInput;
  const light = await askedLight(terminal, command, asked);
  if (light === "unknown") return exitCode.invalidInput;
  try {
    const exported = exportCircuit(circuit, target, { scope: command.scope, options, chip, ...light });
    reportDiagnostics(terminal, null, exported.diagnostics);
    if (exported.value === null) return exitCode.invalidInput;
    const written = await write(terminal, command, circuit, target, exported.value);
    reportDiagnostics(terminal, null, written);
    if (hasErrors(written)) return exitCode.invalidInput;
  } catch (error) {
    return refuse(terminal, moduleDiagnostic(error));
  }
  return await judge(terminal, command, source);
}

function exportedChip(circuit: Circuit, chip: NumberedChip, measured: string | null): ExportedChip {
  const about = measured === null ? `chip ${chip.about}` : `measured chip of ${displayName(measured)}`;
  return { about, simulator: chipMade(compileSimulation(circuit), chip) };
}

/** The circuit at the frequencies of the option `sweep`, or by the wavelength of `wl`; neither where none is asked for, or no technology is known: the format says so. */
async function askedLight(
  terminal: Terminal,
  { options, technology: named, path }: ExportCommand,
  asked: AskedCircuits,
): Promise<Pick<ExportOptions, "spectrum" | "dispersion"> | "unknown"> {
  const frequencies = sweptFrequencies(options);
  if (frequencies === null && options["wl"] !== "on") return {};
  const source = asked.circuits[0]!;
  const found = await namedAnywhere({ technology: named, path: path! }, asked.source, source);
  if (found === null) return {};
  const technology = fitting(terminal, found, source);
  if (technology === null) return "unknown";
  const spectrum = frequencies === null ? null : spectrumOf(source.circuit, technology, frequencies);
  const answer = spectrum ?? dispersedCircuit(source.circuit, technology);
  if (answer.kind === "value")
    return "built" in answer.value ? { dispersion: answer.value } : { spectrum: answer.value };
  refuse(terminal, plainDiagnostic("OPT0827", answer.reason));
  return "unknown";
}

/** The options with the numbers that `delays=on` and `chip=whole` stand for, where a technology says them; else the format says what is missing. */
async function withFigures(
  { options, technology, symbolRate, path }: ExportCommand,
  { circuits, source }: AskedCircuits,
): Promise<Checked<TargetOptions> & { readonly source: SourceFile | null }> {
  const spec = circuits[0]!.spec?.spec ?? null;
  if (options["chip"] !== "whole" && options["delays"] !== "on")
    return { value: options, diagnostics: [], source: null };
  const named = spec === null ? null : await technologyOf(spec, path!, source);
  const found = technology === null ? named : await namedTechnology(technology);
  if (found === null) return { value: options, diagnostics: [], source: null };
  const read = { diagnostics: found.diagnostics, source: found.source };
  if (found.technology === null) return { value: null, ...read };
  if (options["chip"] === "whole") {
    const layers = Object.entries(found.technology.layers).map(([name, { place }]) => [name, place]);
    const chip = chipOption(layoutFigures(found.technology), Object.fromEntries(layers));
    return { value: { ...options, chip }, ...read };
  }
  const rate = symbolRateFor(symbolRate, spec, circuits[0]!.compiledWith);
  const { optics, missing } = opticsOf(found.technology, rate);
  const lacks = (what: string, keys: readonly string[]) => {
    const message = `the technology ${found.technology!.name} does not say ${what}: it needs \`${keys.join("`, `")}\``;
    return { value: null, diagnostics: [plainDiagnostic("OPT0442", message)], source: null };
  };
  if (optics?.matchDelays !== true)
    return lacks("how long light takes", optics === null ? missing : ["group-index", "neuron-delay"]);
  const slow = options["bandwidth"] === "on" ? deckFilters(found.technology, rate) : { filters: null, missing: [] };
  if (slow.missing.length > 0) return lacks("how fast its parts are", slow.missing);
  const timing = timingOptions({ ...optics, periodS: 1 / rate, filters: slow.filters });
  const bandwidth = slow.filters === null ? {} : { bandwidth: timing.bandwidth };
  return { value: { ...options, delays: timing.delays, ...bandwidth }, ...read };
}

function isExact({ circuit, spec }: CircuitSource): boolean {
  return circuit.certificate !== null || spec?.spec.network.kind === "constructed";
}

/**
 * A trained or imported network that is right too seldom is exported, but not silently: as `compile` and `verify` have it. So is a
 * circuit from a file whose claim is not proved, and one of which words were tried that stand for no others.
 */
async function judge(terminal: Terminal, command: ExportCommand, source: CircuitSource): Promise<ExitCode> {
  const { circuit, spec } = source;
  const failed = (help: string): ExitCode => {
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0619", `${circuit.name} failed the verification`, help)]);
    return exitCode.verificationFailed;
  };
  if (isExact(source)) {
    if (spec !== null || prove(circuit).holds) return exitCode.done;
    return failed("the export was written; `optinc verify --inputs proof` names the gap in the proof");
  }
  const inputs = spec?.spec.verify.inputs ?? usualInputs(circuit);
  const steps = verifySteps(circuit, { inputs, seed: 1 });
  const report = await driveSteps(terminal, command.quiet, `check ${circuit.name}`, steps);
  const target = command.target ?? (spec === null ? 1 : targetOf(spec.spec));
  if (reaches(report, target)) {
    if (report.mode !== "tried") return exitCode.done;
    return failed("the export was written; words that were not tried may be wrong: run `optinc verify`");
  }
  const help = "the export was written with these errors; `--target` sets how many words must be right";
  reportDiagnostics(terminal, null, [belowTarget(circuit.name, report, target, help)]);
  return exitCode.verificationFailed;
}

/** One file goes to --out, several into the directory --out. Returns what went wrong. */
async function write(
  terminal: Terminal,
  command: ExportCommand,
  circuit: Circuit,
  target: Target,
  files: readonly TargetFile[],
): Promise<readonly Diagnostic[]> {
  const [first, second] = files;
  if (first !== undefined && second === undefined) return await writeOne(terminal, command, first);
  if (command.out === "-") {
    const help = "name a directory with -o, or choose a part with --scope";
    return [plainDiagnostic("OPT0640", `${target.name} makes ${files.length} files of ${circuit.name}`, help)];
  }
  if (
    command.out !== null &&
    !isDirectory(command.out) &&
    files.some((it) => extname(it.name) === extname(command.out!))
  ) {
    const help = `name a directory with -o, or choose a part with --scope`;
    const message = `${target.name} makes ${files.length} files of ${circuit.name}, and ${command.out} is the name of one`;
    return [plainDiagnostic("OPT0640", message, help)];
  }
  const directory = command.out ?? fileName(`${circuit.name}-${target.name}`);
  const { aggregate, spec, seed, network } = originOf(command.path!, circuit);
  const result = await writeBuild({
    directory,
    inputs: inputsOf(command),
    made: { command: `export ${target.name}`, aggregate },
    force: command.force,
    artifacts: files,
    manifest: (entries) => ({
      spec,
      seed,
      network,
      targets: [{ name: target.name, options: command.options }],
      files: entries,
    }),
  });
  if (result.kind === "refused") return [result.diagnostic];
  sayWritten(terminal, command.quiet, `${directory}: ${counted(result.files.length, "file")}`);
  return [];
}

async function writeOne(
  terminal: Terminal,
  command: ExportCommand,
  { name, content }: TargetFile,
): Promise<readonly Diagnostic[]> {
  const { out, force, quiet } = command;
  if (out === "-") {
    for (const piece of content) {
      if (typeof piece !== "string")
        return [plainDiagnostic("OPT0640", `${name} is a binary file`, "name a file with -o")];
      terminal.data(piece);
    }
    return [];
  }
  if (!isFileName(name)) return [plainDiagnostic("OPT0629", `\`${name}\` cannot be the name of a file`, null)];
  const path = pathFor(out, name);
  const problem = await writeOutput({ path, beginning: null }, content, { force, inputs: inputsOf(command) });
  if (problem !== null) return [problem];
  sayWritten(terminal, quiet, path);
  return [];
}

/** In a directory, the format's own name; a name without an ending gets the format's, by which its tools know the file. */
function pathFor(out: string | null, name: string): string {
  if (out === null) return name;
  if (isDirectory(out)) return join(out, name);
  return extname(out) === "" && isReplaceable(out) ? `${out}${extname(name)}` : out;
}

/** What the manifest of the build says; a circuit on its own is what was imported. */
function originOf(path: string, circuit: Circuit): Pick<Manifest, "aggregate" | "spec" | "seed" | "network"> {
  const known = readManifest(path);
  if (known !== null) return known;
  const sha256 = circuitHash(circuit);
  const name = basename(resolve(path));
  const network = { kind: "imported", weights: name, sha256 } as const;
  return { aggregate: circuit.name, spec: { name, sha256 }, seed: 0, network };
}

function inputsOf({ path, measured }: ExportCommand): readonly string[] {
  return [path!, ...(measured === null ? [] : [measured])];
}

function isDirectory(path: string): boolean {
  return path.endsWith("/") || (existsSync(path) && statSync(path).isDirectory());
}

function described(target: Target): string {
  const options = target.options.map((option) => {
    const also = !option.also ? "" : `, or ${option.also.what}`;
    return `    --option ${option.name}=${option.values.join("|")}${also}: ${option.summary}\n`;
  });
  return `${target.name}: ${target.summary}\n    carries ${target.carries}\n    limits: ${target.limits}\n${options.join("")}`;
}
