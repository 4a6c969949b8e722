import { join } from "node:path";
import { isFields } from "../../formats/index.ts";
import {
  type FileEntry,
  type Manifest,
  type ManifestDesign,
  type ManifestNetwork,
  type ManifestTechnology,
  manifestName,
} from "../../toolchain/index.ts";
import { errnoOf } from "../text/findings.ts";
import { readAtMost } from "./bounded.ts";
import { isFileName } from "./names.ts";

/** A manifest lists a handful of files, or one a mesh. */
const mostBytes = 16 * 2 ** 20;

/** The manifest of a directory; null where it holds none that optinc wrote and can read. */
export function readManifest(directory: string): Manifest | null {
  try {
    return parseManifest(readAtMost(join(directory, manifestName), mostBytes).toString("utf8"));
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return null;
  }
}

/** The manifest in a text, or null; the text is untrusted and checked whole. */
export function parseManifest(text: string): Manifest | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isFields(value) || value["format"] !== "optinc.build" || value["version"] !== 1) return null;
  const { tool, command = "", aggregate, spec, technology, measured, seed, network, design, targets, files } = value;
  if (!isFields(tool) || typeof tool["version"] !== "string") return null;
  if (typeof command !== "string" || typeof aggregate !== "string" || typeof seed !== "number") return null;
  if (!isFields(spec) || typeof spec["name"] !== "string" || typeof spec["sha256"] !== "string") return null;
  if (technology !== undefined && !isTechnology(technology)) return null;
  if (measured !== undefined && !isNamedFile(measured)) return null;
  if (design !== undefined && !isDesign(design)) return null;
  if (!isNetwork(network) || !Array.isArray(targets) || !targets.every(isTargetEntry)) return null;
  if (!Array.isArray(files) || !files.every(isFileEntry)) return null;
  return {
    format: "optinc.build",
    version: 1,
    tool: { name: "optinc", version: tool["version"] },
    command,
    aggregate,
    spec: { name: spec["name"], sha256: spec["sha256"] },
    ...(technology === undefined ? {} : { technology: technologyEntry(technology) }),
    ...(measured === undefined ? {} : { measured: { name: measured.name, sha256: measured.sha256 } }),
    seed,
    network,
    ...(design === undefined ? {} : { design }),
    targets,
    files,
  };
}

/** As the technology's own file must have it. */
const technologyName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

function isTechnology(value: unknown): value is ManifestTechnology {
  if (!isFields(value)) return false;
  const { name, sha256, symbolRateBd } = value;
  if (symbolRateBd !== undefined && !isRate(symbolRateBd)) return false;
  return typeof name === "string" && technologyName.test(name) && typeof sha256 === "string";
}

/** What `--symbol-rate` takes. */
function isRate(value: unknown): boolean {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function technologyEntry({ name, sha256, symbolRateBd }: ManifestTechnology): ManifestTechnology {
  return symbolRateBd === undefined ? { name, sha256 } : { name, sha256, symbolRateBd };
}

function isNamedFile(value: unknown): value is { readonly name: string; readonly sha256: string } {
  return isFields(value) && typeof value["name"] === "string" && typeof value["sha256"] === "string";
}

function isNetwork(value: unknown): value is ManifestNetwork {
  if (!isFields(value)) return false;
  const { kind, seed, weights, sha256 } = value;
  if (kind === "trained") return typeof seed === "number" && typeof sha256 === "string";
  if (kind === "imported") return typeof weights === "string" && typeof sha256 === "string";
  return kind === "constructed" || kind === "none";
}

function isDesign(value: unknown): value is ManifestDesign {
  if (!isFields(value) || !Array.isArray(value["chosen"])) return false;
  const { prefer, chosen, keepsAll, tried, designs, runnerUp } = value;
  if (runnerUp !== undefined && !(Array.isArray(runnerUp) && runnerUp.every(isText))) return false;
  const isCounted = typeof tried === "number" && typeof designs === "number";
  return isCounted && typeof prefer === "string" && typeof keepsAll === "boolean" && chosen.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTargetEntry(value: unknown): value is Manifest["targets"][number] {
  if (!isFields(value) || typeof value["name"] !== "string" || !isFields(value["options"])) return false;
  return Object.values(value["options"]).every((option) => typeof option === "string");
}

/** Files of a build lie in it: a name is never a path. */
function isFileEntry(value: unknown): value is FileEntry {
  if (!isFields(value)) return false;
  const { name, sha256, bytes } = value;
  return typeof name === "string" && isFileName(name) && typeof sha256 === "string" && typeof bytes === "number";
}
