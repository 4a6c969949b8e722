import { statSync } from "node:fs";
import { type Checked, type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { readCircuit } from "../../toolchain/index.ts";
import { hasErrors } from "../text/diagnostics.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { openBuild } from "./build-source.ts";
import { type CircuitReading, type CircuitSource, isSpiceName } from "./circuit-reading.ts";
import { dataBytes, displayName, readText } from "./read.ts";
import type { NetworkProvider, readSpecCircuits } from "./spec-circuits.ts";

/**
 * Circuits of a build directory, a circuit file, an exported netlist or a spec file. A spec is compiled, printed and read
 * back. `-` is standard input: a circuit when it is the JSON text of one, else a spec. A build whose files are not those of
 * its manifest is refused, or with `modified` "allowed" warned of.
 */
export async function readCircuits(
  path: string,
  aggregate: string | null,
  networkOf: NetworkProvider,
  modified: "refused" | "allowed" = "allowed",
): Promise<CircuitReading> {
  const none = { circuits: null, source: null, failed: null };
  if (path !== "-") {
    try {
      if (statSync(path).isDirectory()) return withoutSource(await readBuild(path, modified), aggregate);
    } catch (error) {
      return { ...none, diagnostics: [ioDiagnostic(error, "read", path)] };
    }
    if (/\.csv$/i.test(path)) return { ...none, diagnostics: [tableOfPhases(path)] };
    if (isSpiceName(path)) return named(await readNetlist(path), aggregate);
    if (/\.json$/i.test(path)) return withoutSource(await readCircuitFile(path), aggregate);
    return await ofSpec(path, aggregate, networkOf, null);
  }
  const { value, diagnostics } = await readText(path, dataBytes);
  if (value === null) return { ...none, diagnostics };
  if (/^\s*[{[]/.test(value.text)) {
    return withoutSource(circuitOf(value.text, displayName(path)), aggregate);
  }
  return await ofSpec(path, aggregate, networkOf, value);
}

/** A SPICE netlist of `optinc export`; where it made several files, the testbench. */
export async function readNetlist(file: string): Promise<CircuitReading> {
  const netlists = await import("./netlist-source.ts");
  return netlists.readNetlist(file);
}

/** What builds are read with knows neither grammar nor compiler. */
async function ofSpec(...asked: Parameters<typeof readSpecCircuits>): Promise<CircuitReading> {
  const { readSpecCircuits } = await import("./spec-circuits.ts");
  return await readSpecCircuits(...asked);
}

function withoutSource({ value, diagnostics }: Checked<CircuitSource>, aggregate: string | null): CircuitReading {
  return named({ circuits: value === null ? null : [value], source: null, diagnostics, failed: null }, aggregate);
}

/** A circuit that no build holds must be the named aggregate itself. */
function named(reading: CircuitReading, aggregate: string | null): CircuitReading {
  const first = reading.circuits?.[0];
  if (first === undefined || aggregate === null || first.circuit.name === aggregate) return reading;
  const message = `${first.name} has no aggregate \`${aggregate}\``;
  const other = plainDiagnostic("OPT0613", message, `its circuit is \`${first.circuit.name}\``);
  return { ...reading, circuits: null, diagnostics: [...reading.diagnostics, other] };
}

async function readBuild(directory: string, modified: "refused" | "allowed"): Promise<Checked<CircuitSource>> {
  const { value, diagnostics } = await openBuild(directory, modified);
  if (value === null || hasErrors(diagnostics)) return { value: null, diagnostics };
  const circuit = circuitOf(value.circuit, `${directory}/circuit.json`);
  const found = [...diagnostics, ...circuit.diagnostics];
  if (circuit.value === null) return { value: null, diagnostics: found };
  return {
    value: {
      ...circuit.value,
      name: directory,
      build: value.files,
      compiledWith: value.technology,
      curves: value.curves,
    },
    diagnostics: found,
  };
}

async function readCircuitFile(path: string): Promise<Checked<CircuitSource>> {
  const { value, diagnostics } = await readText(path, dataBytes);
  return value === null ? { value: null, diagnostics } : circuitOf(value.text, path);
}

/** Text to a checked circuit; the compiler's memory plays no part. */
function circuitOf(text: string, name: string): Checked<CircuitSource> {
  const { value, diagnostics } = readCircuit(text, name);
  return {
    value: value === null ? null : { name, circuit: value, spec: null, build: null, compiledWith: null, curves: null },
    diagnostics,
  };
}

function tableOfPhases(path: string): Diagnostic {
  const help = "name the build directory or its circuit.json";
  return plainDiagnostic("OPT0632", `${path} is a table, not a circuit`, help);
}
