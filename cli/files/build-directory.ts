import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "../../dsl/index.ts";
import { plainDiagnostic } from "../../dsl/index.ts";
import { cleanUpOnSignal } from "../signals.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import { type FileEntry, type Manifest, manifestName, parseManifest, printManifest } from "./manifest.ts";
import { clearLeftovers, discard, makeDirectories, removeTemporary, temporaryBeside } from "./temporary.ts";
import { type Artifact, behindLinks, rename, syncDirectory, writeNew } from "./write.ts";

export interface BuildRequest {
  /** The build directory as the user typed it. */
  readonly directory: string;
  /** The spec file; a directory that holds it is never replaced. */
  readonly specPath: string | null;
  /** Replace a directory even if it is not a build. */
  readonly force: boolean;
  readonly artifacts: readonly Artifact[];
  /** Called with the entries of all artifacts, in their order. */
  readonly manifest: (files: readonly FileEntry[]) => Manifest;
}

export type BuildResult =
  | { readonly kind: "written"; readonly files: readonly FileEntry[] }
  | { readonly kind: "refused"; readonly diagnostic: Diagnostic };

/**
 * Writes a build directory as a whole. Everything goes into a temporary sibling that takes the directory's name at the
 * end, so that whoever looks sees the old build or the new one. Exceptions, SIGINT, SIGTERM and SIGHUP remove the temporary.
 * Node has no exchanging rename: a SIGKILL between the two, microseconds apart, leaves nothing under the name, with the old
 * build whole beside it as `.NAME.old-*`; the next run gives it its name back.
 */
export async function writeBuild(request: BuildRequest): Promise<BuildResult> {
  const { directory } = request;
  const target = behindLinks(directory);
  clearLeftovers(target);
  const obstacle = obstacleIn(target, request);
  if (obstacle !== null) return { kind: "refused", diagnostic: obstacle };

  const temporary = temporaryBeside(target, "tmp");
  const release = cleanUpOnSignal(() => removeTemporary(temporary));
  try {
    makeDirectories(dirname(target));
    mkdirSync(temporary);
    const files: FileEntry[] = [];
    for (const { name, content } of request.artifacts) {
      files.push({ name, ...(await writeNew(join(temporary, name), content)) });
    }
    const manifest = [printManifest(request.manifest(files))];
    files.push({ name: manifestName, ...(await writeNew(join(temporary, manifestName), manifest)) });
    syncDirectory(temporary);
    // Somebody may have put something there while we wrote.
    const late = obstacleIn(target, request);
    if (late !== null) {
      removeTemporary(temporary);
      return { kind: "refused", diagnostic: late };
    }
    exchange(temporary, target);
    return { kind: "written", files };
  } catch (error) {
    removeTemporary(temporary);
    return { kind: "refused", diagnostic: ioDiagnostic(error, "write", directory) };
  } finally {
    release();
  }
}

/** Why the directory must not be replaced, or null. */
export function checkTarget(request: Pick<BuildRequest, "directory" | "specPath" | "force">): Diagnostic | null {
  const target = behindLinks(request.directory);
  clearLeftovers(target);
  return obstacleIn(target, request);
}

function obstacleIn(
  target: string,
  { directory, specPath, force }: Pick<BuildRequest, "directory" | "specPath" | "force">,
): Diagnostic | null {
  try {
    if (!existsSync(target)) return null;
    if (!statSync(target).isDirectory()) {
      return plainDiagnostic("OPT0607", `${directory} is a file, not a directory`, "name another directory with `-o`");
    }
    const entries = readdirSync(target);
    if (entries.length === 0) return null;
    const precious = holdsPrecious(target, specPath);
    if (precious !== null) {
      const message = `${directory} holds ${precious} and is never replaced`;
      return plainDiagnostic("OPT0611", message, "name a directory of its own, such as `-o build/NAME`");
    }
    if (force) return null;
    const manifest = manifestIn(target);
    if (manifest === null) {
      const message = `${directory} exists and is not an optinc build`;
      return plainDiagnostic(
        "OPT0604",
        message,
        "name another directory, or use --force to replace it and all it holds",
      );
    }
    const own = new Set([manifestName, ...manifest.files.map((file) => file.name)]);
    const foreign = entries.filter((entry) => !own.has(entry)).sort();
    if (foreign.length === 0) return null;
    const more = foreign.length > 3 ? ` and ${foreign.length - 3} more` : "";
    const message = `${directory} holds files that are not part of the build: ${foreign.slice(0, 3).join(", ")}${more}`;
    return plainDiagnostic(
      "OPT0605",
      message,
      "move them away, or use --force to replace the directory and all it holds",
    );
  } catch (error) {
    return ioDiagnostic(error, "look into", directory);
  }
}

function manifestIn(target: string): Manifest | null {
  try {
    return parseManifest(readFileSync(join(target, manifestName), "utf8"));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "EISDIR") return null;
    throw error;
  }
}

/** What --force must not remove either. */
function holdsPrecious(target: string, specPath: string | null): string | null {
  const within = (path: string): boolean => {
    const way = relative(target, path);
    return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && resolve(way) !== way);
  };
  if (within(behindLinks("."))) return "the working directory";
  if (within(behindLinks(homedir()))) return "the home directory";
  if (specPath !== null && within(behindLinks(specPath))) return "the spec";
  return null;
}

/**
 * Gives `temporary` the name `target`; what had the name goes away. The renames are synchronous, so that no signal handler
 * runs in between. A second process doing the same is met with another try.
 */
function exchange(temporary: string, target: string): void {
  const old = temporaryBeside(target, "old");
  for (let attempt = 0; ; attempt++) {
    let movedAway = false;
    try {
      renameSync(target, old);
      movedAway = true;
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
    try {
      rename(temporary, target);
    } catch (error) {
      const taken = errnoOf(error) === "ENOTEMPTY" || errnoOf(error) === "EEXIST";
      if (taken && attempt < 8) {
        if (movedAway) discard(old, target);
        continue;
      }
      if (movedAway && !existsSync(target)) renameSync(old, target);
      throw error;
    }
    if (movedAway) discard(old, target);
    return;
  }
}
