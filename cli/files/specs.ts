import { basename } from "node:path";
import {
  type Checked,
  type Diagnostic,
  parseSpecs,
  plainDiagnostic,
  refused,
  type SourceFile,
  type Spec,
} from "../../dsl/index.ts";
import { targetNames } from "../../netlist/index.ts";
import { noAggregate } from "../text/findings.ts";
import { displayName, readText, specBytes, tooLarge } from "./read.ts";

/** A spec file that was read and parsed. `source` is null when it could not be read. */
export interface SpecReading {
  readonly source: SourceFile | null;
  /** As they were read; null as `source`. */
  readonly bytes: Uint8Array | null;
  readonly specs: readonly Spec[] | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks one spec file, or standard input for `-`; `given` is its text where it was read before. */
export async function readSpecs(
  path: string,
  given: { readonly bytes: Buffer; readonly text: string } | null = null,
): Promise<SpecReading> {
  const { value, diagnostics } = given === null ? await readText(path, specBytes) : limited(given, path);
  if (value === null) return { source: null, bytes: null, specs: null, diagnostics };
  const source = { name: displayName(path), text: value.text };
  const parsed = parseSpecs(source, { emitTargets: targetNames });
  return { source, bytes: value.bytes, specs: parsed.value, diagnostics: parsed.diagnostics };
}

function limited<T extends { readonly bytes: Buffer }>(given: T, path: string): Checked<T> {
  if (given.bytes.length <= specBytes) return { value: given, diagnostics: [] };
  return refused(tooLarge(path, specBytes));
}

/** How artifacts call the spec: without the directory, which differs from machine to machine. */
export function specName(path: string): string {
  return path === "-" ? "stdin" : basename(path);
}

/** The aggregate called `name`, or all when `name` is null. */
export function selectAggregates(specs: readonly Spec[], name: string | null, path: string): Checked<readonly Spec[]> {
  if (specs.length === 0) {
    const help = `compare the clusters that it holds: optinc compare ${path}; a training needs an aggregate`;
    return refused(plainDiagnostic("OPT0201", `${displayName(path)} holds no aggregate to compile`, help));
  }
  if (name === null) return { value: specs, diagnostics: [] };
  const found = specs.filter((spec) => spec.name === name);
  if (found.length > 0) return { value: found, diagnostics: [] };
  const names = specs.map((spec) => spec.name);
  return refused(noAggregate(displayName(path), name, names));
}
