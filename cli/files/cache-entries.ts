import { lstatSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Checked, type Diagnostic, plainDiagnostic, refused } from "../../dsl/index.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import { readAtMost } from "./bounded.ts";
import { cacheDirectory, codeDirectory } from "./cache-directory.ts";
import { unpack, unseal } from "./pack.ts";
import { dataBytes } from "./read.ts";
import { clearAllLeftovers, makeDirectories } from "./temporary.ts";
import { replaceFileAtOnce } from "./write.ts";

/**
 * Finished networks, their verifications, checkpoints and runs of `train-sim`: one sealed file each, named by the
 * hash of all that determines its content. Entries never change; a damaged one is ignored.
 */
export type EntryKind = "network" | "verification" | "checkpoint" | "run";

export function noCache(severity: "error" | "warning"): Diagnostic {
  const help = "OPTINC_CACHE names a directory for it";
  return plainDiagnostic("OPT0630", "there is no home directory, and so no place for a cache", help, severity);
}

/** The directory, made if need be; null, and a warning, where it cannot be had. */
export function openCache(directory: string | null = cacheDirectory()): Checked<string> {
  if (directory === null) return refused(noCache("warning"));
  try {
    makeDirectories(directory);
    clearAllLeftovers(directory);
    return { value: directory, diagnostics: [] };
  } catch (error) {
    const diagnostic = { ...ioDiagnostic(error, "make", directory), severity: "warning" as const };
    const help = "nothing is kept this time; OPTINC_CACHE names another directory";
    return refused({ ...diagnostic, help });
  }
}

export function entryPath(directory: string, kind: EntryKind, key: string): string {
  return join(directory, `${key}.${kind}`);
}

export type EntryReading =
  | { readonly kind: "found"; readonly bytes: Uint8Array }
  | { readonly kind: "absent" }
  /** Damaged or unreadable: to be ignored, and said. */
  | { readonly kind: "unusable"; readonly diagnostic: Diagnostic };

/** The sealed bytes of an entry, checked. */
export function readEntry(path: string): EntryReading {
  let bytes: Uint8Array;
  try {
    bytes = readAtMost(path, dataBytes);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return { kind: "absent" };
    return { kind: "unusable", diagnostic: { ...ioDiagnostic(error, "read", path), severity: "warning" } };
  }
  if (unseal(bytes) !== null) return { kind: "found", bytes };
  const message = `${path} is damaged and is ignored`;
  return { kind: "unusable", diagnostic: plainDiagnostic("OPT0624", message, null, "warning") };
}

/** Writes sealed bytes, at once; returns what went wrong, as a warning, or null. */
export function writeEntry(path: string, sealed: Uint8Array): Diagnostic | null {
  try {
    makeDirectories(dirname(path));
    replaceFileAtOnce(path, sealed);
    return null;
  } catch (error) {
    return { ...ioDiagnostic(error, "write", path), severity: "warning" };
  }
}

export function removeEntry(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A leftover does no harm: it is found by its key only, and `optinc cache clear` names it.
  }
}

export interface CacheEntry {
  readonly path: string;
  readonly kind: EntryKind | "temporary" | "code";
  readonly key: string;
  readonly bytes: number;
  /** When it was written, in milliseconds since 1970. */
  readonly writtenMs: number;
  /** A sentence about the content; null where it is damaged. */
  readonly about: string | null;
}

/** All entries, by name, without foreign files. */
export function listEntries(directory: string): CacheEntry[] {
  return [...resultEntries(directory), ...codeEntries(codeDirectory(directory))];
}

/** Node names these folders: version, machine, a checksum and on most systems the user. */
function codeEntries(directory: string): CacheEntry[] {
  return namesIn(directory).flatMap((key): CacheEntry[] => {
    const path = join(directory, key);
    const folder = lstatSync(path, { throwIfNoEntry: false });
    if (folder?.isDirectory() !== true || !/^v\d+\.\d+\.\d+\S*-[0-9a-f]{8}(-\d+)?$/.test(key)) return [];
    const sizes = namesIn(path).map((name) => lstatSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return [{ path, kind: "code", key, bytes, writtenMs: folder.mtimeMs, about: "compiled code, kept by Node" }];
  });
}

/** Sorted; none where there is no such directory. */
function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

function resultEntries(directory: string): CacheEntry[] {
  return namesIn(directory).flatMap((name): CacheEntry[] => {
    const match = /^(\.)?([0-9a-f]{64})\.(network|verification|checkpoint|run)(\.tmp-[0-9a-z.]+)?$/.exec(name);
    if (match === null || (match[1] === undefined) !== (match[4] === undefined)) return [];
    const path = join(directory, name);
    const kind = match[1] === undefined ? (match[3] as EntryKind) : "temporary";
    try {
      const { size, mtimeMs } = statSync(path);
      return [{ path, kind, key: match[2]!, bytes: size, writtenMs: mtimeMs, about: about(path, kind, size) }];
    } catch (error) {
      // Another process cleared it meanwhile.
      if (errnoOf(error) === "ENOENT") return [];
      throw error;
    }
  });
}

function about(path: string, kind: EntryKind | "temporary", size: number): string | null {
  if (kind === "temporary") return "left over from a write that was interrupted";
  if (size > dataBytes) return null;
  const bytes = readAtMost(path, dataBytes);
  switch (kind) {
    case "checkpoint":
      return unseal(bytes) === null ? null : "an unfinished training: `optinc compile --resume` continues it";
    case "network":
    case "verification":
    case "run": {
      const value = unpack(bytes);
      return typeof value === "object" && value !== null && "about" in value ? String(value.about) : null;
    }
  }
}
