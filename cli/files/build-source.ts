import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Checked, type Diagnostic, plainDiagnostic, refused } from "../../dsl/index.ts";
import {
  curvesName,
  type FileEntry,
  type Manifest,
  type ManifestTechnology,
  manifestName,
} from "../../toolchain/index.ts";
import { unlessFailed } from "../text/findings.ts";
import type { BuildFiles } from "../text/verify-report.ts";
import { hashFile } from "./bounded.ts";
import { readManifest } from "./manifest.ts";
import { sha256 } from "./pack.ts";
import { dataBytes, readBytes, readText, specBytes } from "./read.ts";
import { isFile } from "./temporary.ts";

/** The text of circuit.json, and how far the directory around it is whole. */
export interface OpenBuild {
  readonly circuit: string;
  /** How the training went, as text that nothing but its hash speaks for; null where the manifest lists no such file. */
  readonly curves: string | null;
  readonly files: BuildFiles;
  /** From the manifest, untrusted. */
  readonly technology: ManifestTechnology | null;
}

const circuitName = "circuit.json";

/** Reads circuit.json of a build once, and compares every file with the manifest. */
export async function openBuild(directory: string, modified: "refused" | "allowed"): Promise<Checked<OpenBuild>> {
  const file = join(directory, circuitName);
  const manifest = readManifest(directory);
  if (!existsSync(file)) return refused(noCircuit(directory, manifest));
  const severity = modified === "refused" ? "error" : "warning";
  const help =
    modified === "refused" ? "compile again, or verify it as it is with --allow-modified" : "verified as it is now";
  const diagnostics: Diagnostic[] = [];
  const found: string[] = [];
  /** `subject` stands in the list of what was modified; the diagnostic names the path. */
  const report = (code: string, path: string, subject: string, message: string): void => {
    found.push(`${subject} ${message}`);
    diagnostics.push(plainDiagnostic(code, `${path} ${message}`, help, severity));
  };
  if (manifest === null) {
    const there = isFile(join(directory, manifestName));
    const message = there
      ? `has a ${manifestName} that optinc did not write`
      : `has no ${manifestName} of optinc that lists its files`;
    report("OPT0614", directory, "the directory", message);
  }
  let text: string | null = null;
  let curves: string | null = null;
  for (const entry of manifest?.files ?? []) {
    const { name } = entry;
    const path = join(directory, name);
    if (!isFile(path)) {
      report("OPT0615", path, name, "is missing or not a file");
      continue;
    }
    // What is verified and shown is what was hashed: it is read once. Other files may have any size.
    const limit = name === circuitName ? dataBytes : name === curvesName ? specBytes : null;
    const reading = limit === null ? null : await readBytes(path, limit);
    const bytes = reading?.value ?? null;
    const same = reading !== null ? bytes && sha256(bytes) === entry.sha256 : isSame(path, entry);
    if (name === circuitName && reading !== null && bytes === null)
      return refused(...diagnostics, ...reading.diagnostics);
    if (same === null) report("OPT0615", path, name, "cannot be read");
    else if (!same) report("OPT0615", path, name, `differs from ${manifestName}`);
    if (bytes === null) continue;
    if (name === circuitName) text = new TextDecoder().decode(bytes);
    else curves = new TextDecoder().decode(bytes);
  }
  if (manifest !== null && !manifest.files.some(({ name }) => name === circuitName)) {
    report("OPT0615", file, circuitName, `is not listed in ${manifestName}`);
  }
  if (modified === "refused" && found.length > 0) return { value: null, diagnostics };
  if (text === null) {
    const reading = await readText(file, dataBytes);
    if (reading.value === null) return refused(...diagnostics, ...reading.diagnostics);
    text = reading.value.text;
  }
  const files = { listed: manifest?.files.length ?? 0, modified: found };
  return { value: { circuit: text, curves, files, technology: manifest?.technology ?? null }, diagnostics };
}

/** null where it cannot be read. */
function isSame(path: string, { bytes, sha256 }: FileEntry): boolean | null {
  return unlessFailed(() => statSync(path).size === bytes && hashFile(path) === sha256, null);
}

function noCircuit(directory: string, manifest: Manifest | null): Diagnostic {
  const message = `${directory} holds no ${circuitName}`;
  const target = manifest?.targets?.[0]?.name;
  if (target !== undefined) {
    const testbench = manifest!.files.find(({ name }) => name.endsWith(".test.sp"))?.name ?? "TESTBENCH";
    const help =
      target === "spice"
        ? `it is an export: verify it with \`--netlist ${join(directory, testbench)} --as spice\``
        : `it is an export in the format ${target}, which is not read back`;
    return plainDiagnostic("OPT0632", message, help);
  }
  const builds = readdirSync(directory)
    .filter((entry) => existsSync(join(directory, entry, circuitName)))
    .sort()
    .map((build) => join(directory, build));
  const help =
    builds.length === 0
      ? "name a build directory, a circuit.json or a spec file"
      : `it holds the builds ${builds.join(", ")}: name one or several of them`;
  return plainDiagnostic("OPT0616", message, help);
}
