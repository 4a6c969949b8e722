import { version } from "../version.ts";

/** manifest.json: what a build directory holds and what it was made from. */
export interface Manifest {
  readonly format: "optinc.build";
  readonly version: 1;
  readonly tool: { readonly name: "optinc"; readonly version: string };
  readonly aggregate: string;
  /** The spec file without its directory, and the hash of its bytes. */
  readonly spec: { readonly name: string; readonly sha256: string };
  /** Of the simulated chips behind the robustness figures and of sampled words; training has a seed of its own. */
  readonly seed: number;
  readonly network: ManifestNetwork;
  readonly targets: readonly { readonly name: string; readonly options: Readonly<Record<string, string>> }[];
  /** Every file of the directory but this one. */
  readonly files: readonly FileEntry[];
}

/** What determines the weights: `sha256` is that of the weights file, or of task, settings and code of the training. */
export type ManifestNetwork =
  | { readonly kind: "constructed" }
  | { readonly kind: "trained"; readonly seed: number; readonly sha256: string }
  | { readonly kind: "imported"; readonly weights: string; readonly sha256: string };

export interface FileEntry {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

export const manifestName = "manifest.json";

export function makeManifest(parts: Omit<Manifest, "format" | "version" | "tool">): Manifest {
  return { format: "optinc.build", version: 1, tool: { name: "optinc", version }, ...parts };
}

export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The manifest in a text, or null when it is not one of ours. Only what is used is checked: format, major version, files. */
export function parseManifest(text: string): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value["format"] !== "optinc.build" || value["version"] !== 1) return null;
  const files = value["files"];
  if (!Array.isArray(files) || !files.every(isFileEntry)) return null;
  return value as unknown as Manifest;
}

function isFileEntry(value: unknown): value is FileEntry {
  return isRecord(value) && typeof value["name"] === "string" && typeof value["sha256"] === "string";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
