import { statSync } from "node:fs";
import { andThen, type Checked, type Diagnostic, plainDiagnostic, refused } from "../../dsl/index.ts";
import { readCircuit } from "../../toolchain/index.ts";
import { ioDiagnostic, noAggregate } from "../text/findings.ts";
import { openBuild } from "./build-source.ts";
import { type CircuitReading, type CircuitSource, circuitAlone, isSpiceName } from "./circuit-reading.ts";
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
    if (isSpiceName(path)) return await readNetlist(path, aggregate);
    if (/\.json$/i.test(path)) {
      const read = andThen(await readText(path, dataBytes), ({ text }) => circuitOf(text, path));
      return withoutSource(read, aggregate);
    }
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
export async function readNetlist(file: string, aggregate: string | null): Promise<CircuitReading> {
  const { netlistCircuit } = await import("./netlist-source.ts");
  return withoutSource(await netlistCircuit(file), aggregate);
}

/** What builds are read with knows neither grammar nor compiler. */
async function ofSpec(...asked: Parameters<typeof readSpecCircuits>): Promise<CircuitReading> {
  const { readSpecCircuits } = await import("./spec-circuits.ts");
  return await readSpecCircuits(...asked);
}

/** A circuit that no spec stands for must be the named aggregate itself. */
function withoutSource(read: Checked<CircuitSource>, aggregate: string | null): CircuitReading {
  const { value, diagnostics } = andThen(read, (source): Checked<readonly CircuitSource[]> => {
    const { name } = source.circuit;
    if (aggregate === null || name === aggregate) return { value: [source], diagnostics: [] };
    return refused(noAggregate(source.name, aggregate, [name]));
  });
  return { circuits: value, source: null, diagnostics, failed: null };
}

async function readBuild(directory: string, modified: "refused" | "allowed"): Promise<Checked<CircuitSource>> {
  return andThen(await openBuild(directory, modified), ({ circuit, files: build, technology: compiledWith, curves }) =>
    andThen(circuitOf(circuit, `${directory}/circuit.json`), (alone) => {
      return { value: { ...alone, name: directory, build, compiledWith, curves }, diagnostics: [] };
    }),
  );
}

/** Text to a checked circuit; the compiler's memory plays no part. */
function circuitOf(text: string, name: string): Checked<CircuitSource> {
  return andThen(readCircuit(text, name), (circuit) => ({ value: circuitAlone(name, circuit), diagnostics: [] }));
}

function tableOfPhases(path: string): Diagnostic {
  const help = "name the build directory or its circuit.json";
  return plainDiagnostic("OPT0632", `${path} is a table, not a circuit`, help);
}
