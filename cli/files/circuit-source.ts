import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { synthesise } from "../../compiler/index.ts";
import type { Checked, Diagnostic, SourceFile, Spec, VerifyInputs } from "../../dsl/index.ts";
import { placed, plainDiagnostic } from "../../dsl/index.ts";
import { type Circuit, checkCircuit, serializeCircuit } from "../../netlist/index.ts";
import { perceptronOf } from "../../toolchain/index.ts";
import type { ExitCode } from "../exit.ts";
import type { NetworkOutcome } from "../networks/network.ts";
import { hasErrors } from "../text/diagnostics.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { isRecord, type Manifest, manifestName, parseManifest } from "./manifest.ts";
import { dataBytes, readBytes, readText } from "./read.ts";
import { readSpecs, selectAggregates } from "./specs.ts";

/** A circuit as it was read back from JSON text, and what its spec wants to be tried. */
export interface CircuitSource {
  /** Where it came from, as the user would type it. */
  readonly name: string;
  readonly circuit: Circuit;
  /** null when nothing beside the circuit says it. */
  readonly inputs: VerifyInputs | null;
  /** Share of right words that is enough: 1 but for trained networks whose spec says otherwise. */
  readonly target: number;
}

/** Trains or reads the network of a spec; says itself what goes wrong. */
export type NetworkProvider = (spec: Spec) => Promise<NetworkOutcome>;

export interface CircuitReading {
  readonly circuits: readonly CircuitSource[] | null;
  /** The spec text that diagnostics point into, if any. */
  readonly source: SourceFile | null;
  readonly diagnostics: readonly Diagnostic[];
  /** Of a network that could not be had, where the provider has said why; null otherwise. */
  readonly failed: ExitCode | null;
}

/** Circuits of a build directory, a circuit file or a spec file. A spec is compiled, printed and read back. */
export async function readCircuits(
  path: string,
  aggregate: string | null,
  networkOf: NetworkProvider,
): Promise<CircuitReading> {
  if (path !== "-") {
    try {
      if (statSync(path).isDirectory()) return withoutSource(await readBuild(path), aggregate);
    } catch (error) {
      return { circuits: null, source: null, diagnostics: [ioDiagnostic(error, "read", path)], failed: null };
    }
    if (/\.json$/i.test(path)) return withoutSource(await readCircuitFile(path, nothingWanted), aggregate);
  }
  return await readSpecCircuits(path, aggregate, networkOf);
}

function withoutSource({ value, diagnostics }: Checked<CircuitSource>, aggregate: string | null): CircuitReading {
  if (value === null) return { circuits: null, source: null, diagnostics, failed: null };
  if (aggregate !== null && value.circuit.name !== aggregate) {
    const help = `its circuit is \`${value.circuit.name}\``;
    const other = plainDiagnostic("OPT0613", `${value.name} has no aggregate \`${aggregate}\``, help);
    return { circuits: null, source: null, diagnostics: [...diagnostics, other], failed: null };
  }
  return { circuits: [value], source: null, diagnostics, failed: null };
}

async function readSpecCircuits(
  path: string,
  aggregate: string | null,
  networkOf: NetworkProvider,
): Promise<CircuitReading> {
  const { source, specs, diagnostics } = await readSpecs(path);
  const none = { circuits: null, source, failed: null };
  if (specs === null || hasErrors(diagnostics)) return { ...none, diagnostics };
  const selected = selectAggregates(specs, aggregate);
  if (selected.value === null) return { ...none, diagnostics: selected.diagnostics };
  const circuits: CircuitSource[] = [];
  for (const spec of selected.value) {
    const network = await networkOf(spec);
    if (network.kind === "failed") return { ...none, diagnostics, failed: network.code };
    const text = [...serializeCircuit(synthesise(spec, { network: perceptronOf(network.network) }).circuit)].join("");
    const { value } = parseCircuit(text, path);
    if (value === null) throw new Error(`the compiled circuit ${spec.name} does not read back`);
    const target = spec.network.kind === "trained" ? spec.network.target : 1;
    circuits.push({ name: path, circuit: value, inputs: spec.verify.inputs, target });
  }
  return { circuits, source, diagnostics, failed: null };
}

async function readBuild(directory: string): Promise<Checked<CircuitSource>> {
  const file = join(directory, "circuit.json");
  if (!existsSync(file)) {
    const builds = readdirSync(directory).filter((entry) => existsSync(join(directory, entry, "circuit.json")));
    const help =
      builds.length === 0
        ? "name a build directory, a circuit.json or a spec file"
        : `it holds the builds ${builds
            .sort()
            .map((build) => join(directory, build))
            .join(", ")}: name one of them`;
    return { value: null, diagnostics: [plainDiagnostic("OPT0616", `${directory} holds no circuit.json`, help)] };
  }
  const found: Diagnostic[] = [];
  const manifest = await readManifest(directory);
  if (manifest === null) {
    const message = `${directory} has no manifest.json of optinc: the files may not belong together`;
    found.push(plainDiagnostic("OPT0614", message, null, "warning"));
  } else found.push(...(await compareFiles(directory, manifest)));
  const { value, diagnostics } = await readCircuitFile(file, await summaryOf(directory));
  return { value: value === null ? null : { ...value, name: directory }, diagnostics: [...found, ...diagnostics] };
}

async function readManifest(directory: string): Promise<Manifest | null> {
  const path = join(directory, manifestName);
  if (!existsSync(path)) return null;
  const { value } = await readText(path, dataBytes);
  return value === null ? null : parseManifest(value.text);
}

/** A warning for every file that is not the one the manifest lists. */
async function compareFiles(directory: string, manifest: Manifest): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const { name, sha256 } of manifest.files) {
    const path = join(directory, name);
    const { value: bytes } = await readBytes(path, dataBytes);
    if (bytes !== null && createHash("sha256").update(bytes).digest("hex") === sha256) continue;
    const message = bytes === null ? `${path} is missing or cannot be read` : `${path} differs from manifest.json`;
    found.push(plainDiagnostic("OPT0615", message, "compile again for a build that is whole", "warning"));
  }
  return found;
}

interface Wanted {
  readonly inputs: VerifyInputs | null;
  readonly target: number;
}

const nothingWanted: Wanted = { inputs: null, target: 1 };

/** The spec's verify block and target, which summary.json carries; what it does not say is left open. */
async function summaryOf(directory: string): Promise<Wanted> {
  const path = join(directory, "summary.json");
  if (!existsSync(path)) return nothingWanted;
  const { value } = await readText(path, dataBytes);
  const summary = value === null ? null : parseJson(value.text);
  if (!isRecord(summary)) return nothingWanted;
  return { inputs: inputsIn(summary), target: targetIn(summary) };
}

function inputsIn(summary: Record<string, unknown>): VerifyInputs | null {
  const verify = summary["verify"];
  const inputs = isRecord(verify) ? verify["inputs"] : null;
  if (!isRecord(inputs)) return null;
  const { kind, samples } = inputs;
  if (kind === "exhaustive" || kind === "proof") return { kind };
  if (kind === "sampled" && Number.isSafeInteger(samples) && Number(samples) >= 1)
    return { kind, samples: Number(samples) };
  return null;
}

function targetIn(summary: Record<string, unknown>): number {
  const network = summary["network"];
  const trained = isRecord(network) ? network["trained"] : null;
  const target = isRecord(trained) ? trained["target"] : null;
  return typeof target === "number" && target >= 0 && target <= 1 ? target : 1;
}

async function readCircuitFile(path: string, wanted: Wanted): Promise<Checked<CircuitSource>> {
  const { value, diagnostics } = await readText(path, dataBytes);
  if (value === null) return { value: null, diagnostics };
  const circuit = parseCircuit(value.text, path);
  if (circuit.value === null) return { value: null, diagnostics: circuit.diagnostics };
  return { value: { name: path, circuit: circuit.value, ...wanted }, diagnostics: circuit.diagnostics };
}

/** Text to a checked circuit; the compiler's memory plays no part. */
function parseCircuit(text: string, path: string): Checked<Circuit> {
  const value = parseJson(text);
  if (value === undefined) {
    const help = "the file was cut or edited: compile again";
    return { value: null, diagnostics: [plainDiagnostic("OPT0612", `${path} is not a complete JSON text`, help)] };
  }
  const { circuit, findings } = checkCircuit(value);
  return { value: circuit, diagnostics: findings.map((finding) => placed(finding, path)) };
}

/** undefined when the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
