import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "../../dsl/index.ts";
import { counted, placed, plainDiagnostic } from "../../dsl/index.ts";
import {
  type Circuit,
  checkOptions,
  findTarget,
  parseScope,
  serializeCircuit,
  subjectOf,
  type Target,
  type TargetFile,
  type TargetOptions,
  targets,
} from "../../netlist/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { writeBuild } from "../files/build-directory.ts";
import { cacheDirectory } from "../files/cache.ts";
import { readCircuits } from "../files/circuit-source.ts";
import { type Manifest, makeManifest, manifestName, parseManifest } from "../files/manifest.ts";
import { writeOutput } from "../files/output.ts";
import { networkFor } from "../networks/network.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";

export interface ExportCommand {
  /** Build directory, circuit.json or spec; null with --list. */
  readonly path: string | null;
  readonly aggregate: string | null;
  /** Name of a format, or the path of a module that exports one. */
  readonly to: string | null;
  readonly scope: string;
  /** A file, a directory, - for standard output; null: the format's file name in the working directory. */
  readonly out: string | null;
  readonly options: TargetOptions;
  readonly force: boolean;
  readonly list: boolean;
  readonly quiet: boolean;
}

/** `optinc export`: prints a circuit, a layer or a mesh in a format of other tools. */
export async function runExport(terminal: Terminal, command: ExportCommand): Promise<ExitCode> {
  if (command.list) {
    terminal.out(targets.map(described).join("\n"));
    return exitCode.done;
  }
  const found = await targetFor(command.to!);
  reportDiagnostics(terminal, null, found.diagnostics);
  if (found.target === null) return exitCode.invalidInput;
  const target = found.target;
  const options = checkOptions(target, command.options).map((finding) => placed(finding, null));
  reportDiagnostics(terminal, null, options);
  if (hasErrors(options)) return exitCode.invalidInput;

  const network = { specPath: command.path!, cache: cacheDirectory(), threads: null, resume: false, checkpointS: 20 };
  const reading = await readCircuits(command.path!, command.aggregate, (spec) =>
    networkFor(terminal, spec, { ...network, quiet: command.quiet }),
  );
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.failed !== null) return reading.failed;
  if (reading.circuits === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  if (reading.circuits.length > 1) {
    const names = reading.circuits.map(({ circuit }) => circuit.name).join(", ");
    const message = `${command.path} has several aggregates`;
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0613", message, `choose with --aggregate: ${names}`)]);
    return exitCode.invalidInput;
  }
  const { circuit } = reading.circuits[0]!;
  const { scope, findings } = parseScope(circuit, command.scope);
  const checked = [...findings, ...(scope === null ? [] : target.check(subjectOf(circuit, scope), command.options))];
  const diagnostics = checked.map((finding) => placed(finding, circuit.name));
  reportDiagnostics(terminal, null, diagnostics);
  if (scope === null || hasErrors(diagnostics)) return exitCode.invalidInput;

  const files = target.emit(subjectOf(circuit, scope), command.options);
  const written = await write(terminal, command, circuit, target, files);
  reportDiagnostics(terminal, null, written);
  return hasErrors(written) ? exitCode.invalidInput : exitCode.done;
}

/** One file goes to --out, several into the directory --out. Returns what went wrong. */
async function write(
  terminal: Terminal,
  command: ExportCommand,
  circuit: Circuit,
  target: Target,
  files: readonly TargetFile[],
): Promise<readonly Diagnostic[]> {
  if (files.length === 1 && command.out === "-") {
    for (const piece of files[0]!.content) {
      if (typeof piece !== "string") {
        return [plainDiagnostic("OPT0640", `${files[0]!.name} is no text`, "name a file with -o")];
      }
      terminal.out(piece);
    }
    return [];
  }
  if (files.length === 1) {
    const path = isDirectory(command.out) ? join(command.out!, files[0]!.name) : (command.out ?? files[0]!.name);
    const problem = await writeOutput(path, files[0]!.content);
    if (problem === null && !command.quiet) terminal.err(`${path}\n`);
    return problem === null ? [] : [problem];
  }
  if (command.out === "-") {
    const help = "name a directory with -o, or choose a part with --scope";
    return [plainDiagnostic("OPT0640", `${target.name} makes ${files.length} files of ${circuit.name}`, help)];
  }
  const directory = command.out ?? `${circuit.name}-${target.name}`;
  const { aggregate, spec, seed, network } = originOf(command.path!, circuit);
  const result = await writeBuild({
    directory,
    specPath: null,
    force: command.force,
    artifacts: files,
    manifest: (entries) =>
      makeManifest({
        aggregate,
        spec,
        seed,
        network,
        targets: [{ name: target.name, options: command.options }],
        files: entries,
      }),
  });
  if (result.kind === "refused") return [result.diagnostic];
  if (!command.quiet) terminal.err(`${directory}: ${counted(result.files.length, "file")}\n`);
  return [];
}

/** What the manifest of the build says; a circuit on its own is what was imported. */
function originOf(path: string, circuit: Circuit): Pick<Manifest, "aggregate" | "spec" | "seed" | "network"> {
  const manifest = join(path, manifestName);
  const known = isDirectory(path) && existsSync(manifest) ? parseManifest(readFileSync(manifest, "utf8")) : null;
  if (known !== null) return known;
  const hash = createHash("sha256");
  for (const piece of serializeCircuit(circuit)) hash.update(piece);
  const sha256 = hash.digest("hex");
  const name = basename(resolve(path));
  const network = { kind: "imported", weights: name, sha256 } as const;
  return { aggregate: circuit.name, spec: { name, sha256 }, seed: 0, network };
}

function isDirectory(path: string | null): boolean {
  if (path === null) return false;
  return path.endsWith("/") || (existsSync(path) && statSync(path).isDirectory());
}

/** A name is looked up in the registry; what looks like a path is a module whose only `Target` export is meant. */
async function targetFor(
  name: string,
): Promise<{ readonly target: Target | null; readonly diagnostics: readonly Diagnostic[] }> {
  const none = (message: string, help: string) => ({
    target: null,
    diagnostics: [plainDiagnostic("OPT0641", message, help)],
  });
  if (!/[/\\]|\.[cm]?js$/.test(name)) {
    const target = findTarget(name);
    if (target !== null) return { target, diagnostics: [] };
    return none(
      `there is no format \`${name}\``,
      `formats: ${targets.map((it) => it.name).join(", ")}; or ./my-target.js`,
    );
  }
  if (!existsSync(name)) return none(`${name} does not exist`, "a module that exports a target");
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(resolve(name)).href)) as Record<string, unknown>;
  } catch (error) {
    return none(
      `${name} does not load: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
      "it must be an ECMAScript module",
    );
  }
  const found = [...new Set(Object.values(module))].filter(isTarget);
  return found.length === 1
    ? { target: found[0]!, diagnostics: [] }
    : none(
        `${name} exports ${found.length} targets`,
        "export one object with name, summary, carries, limits, options, check and emit",
      );
}

function isTarget(value: unknown): value is Target {
  if (typeof value !== "object" || value === null) return false;
  const it = value as Record<string, unknown>;
  return (
    ["name", "summary", "carries", "limits"].every((key) => typeof it[key] === "string") &&
    Array.isArray(it["options"]) &&
    typeof it["check"] === "function" &&
    typeof it["emit"] === "function"
  );
}

function described(target: Target): string {
  const options = target.options.map((option) => {
    const also = option.also === null ? "" : `, or ${option.also.what}`;
    return `    --option ${option.name}=${option.values.join("|")}${also}: ${option.summary}\n`;
  });
  return `${target.name}: ${target.summary}\n    carries ${target.carries}\n    limits: ${target.limits}\n${options.join("")}`;
}
