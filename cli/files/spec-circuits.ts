import type { Diagnostic, Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import {
  chooseDesign,
  type Network,
  perceptronOf,
  printCurves,
  readCircuit,
  synthesiseIn,
  writeCircuit,
} from "../../toolchain/index.ts";
import type { ExitCode } from "../exit.ts";
import { hasErrors } from "../text/diagnostics.ts";
import { type CircuitReading, type CircuitSource, circuitAlone } from "./circuit-reading.ts";
import { readSpecs, selectAggregates } from "./specs.ts";
import { technologyOf } from "./technologies.ts";

/** Trains or reads the network of a spec; says itself what goes wrong. */
export type NetworkProvider = (
  spec: Spec,
) => Promise<
  { readonly kind: "ready"; readonly network: Network } | { readonly kind: "failed"; readonly code: ExitCode }
>;

/** Compiles, prints and reads back each aggregate of a spec file, or of its text if already read. A chosen design that misses a bound is a warning. */
export async function readSpecCircuits(
  path: string,
  aggregate: string | null,
  networkOf: NetworkProvider,
  given: Parameters<typeof readSpecs>[1],
): Promise<CircuitReading> {
  const { source, specs, diagnostics } = await readSpecs(path, given);
  const none = { circuits: null, source, failed: null };
  if (specs === null || hasErrors(diagnostics)) return { ...none, diagnostics };
  const selected = selectAggregates(specs, aggregate, path);
  if (selected.value === null) return { ...none, diagnostics: selected.diagnostics };
  const circuits: CircuitSource[] = [];
  const conflicts: Diagnostic[] = [];
  for (const written of selected.value) {
    const found = await technologyOf(written, path, source);
    if (hasErrors(found?.diagnostics ?? [])) return { ...none, source: found!.source, diagnostics: found!.diagnostics };
    const technology = found?.technology ?? null;
    const chosen = await chooseDesign(written, technology);
    if (chosen.value === null) return { ...none, diagnostics: [...diagnostics, ...chosen.diagnostics] };
    const { spec, conflict } = chosen.value;
    if (conflict !== null) conflicts.push({ ...conflict, severity: "warning" });
    const network = await networkOf(spec);
    if (network.kind === "failed") return { ...none, diagnostics, failed: network.code };
    const made = synthesiseIn(spec, technology, { network: perceptronOf(network.network) });
    if (made.value === null) return { ...none, diagnostics: [...diagnostics, ...made.diagnostics] };
    const circuit = readBack(made.value.circuit, path);
    const bound = { file: path, spec, source, technology };
    circuits.push({ ...circuitAlone(path, circuit), spec: bound, curves: curvesOf(network.network) });
  }
  return { circuits, source, diagnostics: [...diagnostics, ...conflicts], failed: null };
}

/** The circuit as its text says it. */
export function readBack(circuit: Circuit, path: string): Circuit {
  const { value } = readCircuit(writeCircuit(circuit), path);
  if (value === null) throw new Error(`the compiled circuit ${circuit.name} does not read back`);
  return value;
}

function curvesOf(network: Network): string | null {
  return network.kind === "trained" ? printCurves(network.result.summary.curves) : null;
}
