import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Technology } from "../../physics/index.ts";
import { differenceSteps } from "../../toolchain/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, choice, text, type Values, value } from "../arguments/parameters.ts";
import { seed } from "../arguments/parsers.ts";
import { usual } from "../arguments/usual.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { type BoundSpec, boundTo, type CircuitSource } from "../files/circuit-reading.ts";
import { namedTechnology, symbolRateFor } from "../files/technologies.ts";
import { askedCircuits } from "../networks/asked-circuits.ts";
import { readBindings } from "../networks/bound-specs.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import { type Compared, differenceJson, differenceMarkdown, differenceText, succeeds } from "../text/diff-report.ts";
import { driveSteps } from "../text/drive.ts";
import { noAggregate, unlessFailed } from "../text/findings.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  older: argument("<old>", "build directory, directory of builds, circuit.json or spec file"),
  newer: argument("<new>", "the same; the exit code is 3 if it fails a required check"),
  spec: text("--spec <file>", "spec with requirements and technology (default: NEW, else OLD, if it is a spec)"),
  technology: usual.technology,
  aggregate: text("--aggregate <name>", "this aggregate only"),
  seed: value("--seed <n>", "seed of the chips for a required yield", seed, 1),
  format: choice("--format <format>", "markdown is for a pull request", ["text", "markdown", "json"], "text"),
  quiet: usual.quiet,
};

type DiffCommand = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runDiff, ({ older, newer }) =>
  older === "-" && newer === "-" ? "- is standard input and can be given once" : null,
);

/** A circuit before and after; null where there is none of its name. */
interface Pair {
  readonly older: CircuitSource | null;
  readonly newer: CircuitSource | null;
}

/** `optinc diff OLD NEW`: circuit by circuit, paired by their names. */
async function runDiff(terminal: Terminal, command: DiffCommand): Promise<ExitCode> {
  const older = await sideOf(terminal, command, command.older);
  if (!Array.isArray(older)) return older;
  const newer = await sideOf(terminal, command, command.newer);
  if (!Array.isArray(newer)) return newer;
  const bound = command.spec === null ? [] : await readBindings(terminal, command.spec);
  if (bound === "unreadable") return exitCode.invalidInput;
  const named = command.technology === null ? null : await namedTechnology(command.technology);
  reportDiagnostics(terminal, named?.source ?? null, named?.diagnostics ?? []);
  if (named !== null && named.technology === null) return exitCode.invalidInput;

  const compared: Compared[] = [];
  for (const pair of pairsOf(older, newer)) {
    // Without --spec, what it was compiled from just now.
    const compiled = pair.newer?.spec ?? pair.older?.spec ?? null;
    const held = command.spec === null ? compiled : boundTo(bound, nameOf(pair));
    if (command.spec !== null && held === null) {
      const names = bound.map(({ spec }) => spec.name);
      return refuse(terminal, noAggregate(command.spec, nameOf(pair), names));
    }
    compared.push(await compare(terminal, command, pair, held, named?.technology ?? null));
  }
  const { older: from, newer: to } = command;
  switch (command.format) {
    case "text":
      terminal.out(differenceText(from, to, compared, terminal.paintOut));
      break;
    case "markdown":
      terminal.data(differenceMarkdown(compared));
      break;
    case "json":
      terminal.data(differenceJson(from, to, compared));
      break;
    default:
      command.format satisfies never;
  }
  return compared.every(succeeds) ? exitCode.done : exitCode.verificationFailed;
}

function nameOf({ older, newer }: Pair): string {
  return (newer ?? older)!.circuit.name;
}

async function compare(
  terminal: Terminal,
  { seed, quiet }: DiffCommand,
  pair: Pair,
  held: BoundSpec | null,
  technology: Technology | null,
): Promise<Compared> {
  const { older, newer } = pair;
  const name = nameOf(pair);
  const used = technology ?? held?.technology ?? null;
  const measuring = {
    held: held?.spec ?? {
      name,
      requirements: [],
      symbolRateBd: symbolRateFor(null, null, (newer ?? older)!.compiledWith),
    },
    technology: used,
    seed,
  };
  const steps = differenceSteps(older?.circuit ?? null, newer?.circuit ?? null, measuring);
  const difference = await driveSteps(terminal, quiet, `compare ${name}`, steps);
  const { symbolRateBd } = measuring.held;
  return {
    name,
    formerName: older === null || older.circuit.name === name ? null : older.circuit.name,
    older: older?.circuit.aggregate ?? null,
    newer: newer?.circuit.aggregate ?? null,
    heldTo: held?.file ?? null,
    technology: used === null ? null : { name: used.name, symbolRateBd },
    difference,
  };
}

/** The circuits of one side, or the code to end with. */
async function sideOf(terminal: Terminal, command: DiffCommand, path: string): Promise<CircuitSource[] | ExitCode> {
  const found: CircuitSource[] = [];
  const builds = buildsIn(path);
  for (const each of builds ?? [path]) {
    const aggregate = builds === null ? command.aggregate : null;
    const asked = await askedCircuits(terminal, { path: each, aggregate, quiet: command.quiet }, false);
    if (typeof asked === "number") return asked;
    found.push(...asked.circuits);
  }
  if (builds === null || command.aggregate === null) return found;
  const wanted = found.filter(({ circuit }) => circuit.name === command.aggregate);
  if (wanted.length > 0) return wanted;
  const names = found.map(({ circuit }) => circuit.name);
  return refuse(terminal, noAggregate(path, command.aggregate, names));
}

/** The builds in a directory that is none itself, as `compile` makes them of several aggregates; null where there are none. */
function buildsIn(path: string): readonly string[] | null {
  if (path === "-" || existsSync(join(path, "circuit.json"))) return null;
  // The reader of the path reports what is wrong with it.
  const entries = unlessFailed(() => readdirSync(path).sort(), []);
  const found = entries.map((entry) => join(path, entry)).filter((build) => existsSync(join(build, "circuit.json")));
  return found.length === 0 ? null : found;
}

/** One circuit on each side is a pair, whatever it is called; several are paired by their names, in the order of the older ones. */
function pairsOf(older: readonly CircuitSource[], newer: readonly CircuitSource[]): readonly Pair[] {
  if (older.length === 1 && newer.length === 1) return [{ older: older[0]!, newer: newer[0]! }];
  const named = (side: readonly CircuitSource[], name: string): CircuitSource | null =>
    side.find(({ circuit }) => circuit.name === name) ?? null;
  const names = new Set([...older, ...newer].map(({ circuit }) => circuit.name));
  return [...names].map((name) => ({ older: named(older, name), newer: named(newer, name) }));
}
