import { plainDiagnostic } from "../../dsl/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { cacheDirectory } from "../files/cache-directory.ts";
import type { CircuitReading, CircuitSource } from "../files/circuit-reading.ts";
import { readCircuits } from "../files/circuit-source.ts";
import { type Named, type Outputs, openOutputs } from "../files/outputs.ts";
import { hasErrors, refuse, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { networkFor } from "./network.ts";

/** What a command names: a build directory, a circuit.json, a netlist or a spec, and which aggregate of it. */
export interface CircuitRequest {
  readonly path: string;
  readonly aggregate: string | null;
  readonly quiet: boolean;
  /** What of a build whose files are not those of its manifest; allowed when left out. */
  readonly modified?: "refused" | "allowed";
}

/** Circuits that were read, at least one. */
export interface AskedCircuits extends Pick<CircuitReading, "source"> {
  readonly circuits: readonly CircuitSource[];
}

/**
 * The circuits behind a path, whose networks are trained or read where a spec asks for it; `one`: several of them are refused, because
 * what is written has one name. An exit code where there are none; everything is said then.
 */
export async function askedCircuits(
  terminal: Terminal,
  { path, aggregate, quiet, modified }: CircuitRequest,
  one: boolean,
): Promise<AskedCircuits | ExitCode> {
  const options = { specPath: path, cache: cacheDirectory(), threads: null, resume: false, checkpointS: 20, quiet };
  const reading = await readCircuits(path, aggregate, (spec) => networkFor(terminal, spec, options), modified);
  reportDiagnostics(terminal, reading.source, reading.diagnostics);
  if (reading.failed !== null) return reading.failed;
  const { circuits, source } = reading;
  if (circuits === null || hasErrors(reading.diagnostics)) return exitCode.invalidInput;
  if (one && circuits.length > 1) {
    const names = circuits.map(({ circuit }) => circuit.name).join(", ");
    const message = `${path} has several aggregates`;
    return refuse(terminal, plainDiagnostic("OPT0613", message, `choose with --aggregate: ${names}`));
  }
  return { circuits, source };
}

/** One circuit, and the files that are written about it, which are tried before it is read; an exit code where there is none. */
export async function openCircuit<K extends string>(
  terminal: Terminal,
  command: CircuitRequest & { readonly force: boolean },
  named: Named<K>,
): Promise<(Opened<K> & { readonly source: CircuitSource }) | ExitCode> {
  const opened = await openCircuits(terminal, command, named, true);
  return typeof opened === "number" ? opened : { ...opened, source: opened.asked.circuits[0]! };
}

interface Opened<K extends string> {
  readonly outputs: Outputs<K>;
  readonly asked: AskedCircuits;
}

/** The same for all circuits behind a path; `one` as `askedCircuits` has it. */
export async function openCircuits<K extends string>(
  terminal: Terminal,
  command: CircuitRequest & { readonly force: boolean },
  named: Named<K>,
  one: boolean,
): Promise<Opened<K> | ExitCode> {
  const { path, force, quiet } = command;
  const outputs = openOutputs(terminal, named, { force, quiet, inputs: [path] });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const asked = await askedCircuits(terminal, command, one);
  return typeof asked === "number" ? asked : { outputs, asked };
}
