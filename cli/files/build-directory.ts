import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Diagnostic } from "../../dsl/index.ts";
import { plainDiagnostic } from "../../dsl/index.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import { type FileEntry, type Manifest, manifestName, parseManifest, printManifest } from "./manifest.ts";
import { type Artifact, writeArtifact } from "./stream.ts";

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
 * build whole beside it as `.NAME.old-*` and the new one as `.NAME.tmp-*`.
 */
export async function writeBuild(request: BuildRequest): Promise<BuildResult> {
  const { directory } = request;
  const target = realTarget(directory);
  const obstacle = obstacleIn(target, request);
  if (obstacle !== null) return { kind: "refused", diagnostic: obstacle };

  let temporary: string | null = null;
  const release = onSignals(() => {
    if (temporary !== null) rmSync(temporary, removal);
  });
  try {
    await mkdir(dirname(target), { recursive: true });
    const fresh = join(dirname(target), `.${basename(target)}.tmp-${randomName()}`);
    await mkdir(fresh);
    temporary = fresh;
    const files: FileEntry[] = [];
    for (const artifact of request.artifacts) {
      files.push(await writeArtifact(join(temporary, artifact.name), artifact));
    }
    const manifest = { name: manifestName, content: [printManifest(request.manifest(files))] };
    const entry = await writeArtifact(join(temporary, manifestName), manifest);
    // Somebody may have put something there while we wrote.
    const late = obstacleIn(target, request);
    if (late !== null) return { kind: "refused", diagnostic: late };
    exchange(temporary, target);
    temporary = null;
    return { kind: "written", files: [...files, entry] };
  } catch (error) {
    return { kind: "refused", diagnostic: ioDiagnostic(error, "write", directory) };
  } finally {
    if (temporary !== null) await rm(temporary, removal);
    release();
  }
}

/** A write in flight can make a file while the directory is being removed. */
const removal = { recursive: true, force: true, maxRetries: 3 } as const;

function randomName(): string {
  return randomBytes(6).toString("hex");
}

/** Why the directory must not be replaced, or null. */
export function checkTarget(request: Pick<BuildRequest, "directory" | "specPath" | "force">): Diagnostic | null {
  return obstacleIn(realTarget(request.directory), request);
}

/** A symbolic link to a directory stays; what it points to is replaced. */
function realTarget(directory: string): string {
  const path = resolve(directory);
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
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
  if (within(realTarget("."))) return "the working directory";
  if (within(realTarget(homedir()))) return "the home directory";
  if (specPath !== null && within(realTarget(specPath))) return "the spec";
  return null;
}

/**
 * Gives `temporary` the name `target`; what had the name goes away. The renames are synchronous, so that no signal handler
 * runs in between. A second process doing the same is met with another try.
 */
function exchange(temporary: string, target: string): void {
  const old = join(dirname(target), `.${basename(target)}.old-${randomName()}`);
  for (let attempt = 0; ; attempt++) {
    let movedAway = false;
    try {
      renameSync(target, old);
      movedAway = true;
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw error;
    }
    try {
      renameSync(temporary, target);
    } catch (error) {
      const taken = errnoOf(error) === "ENOTEMPTY" || errnoOf(error) === "EEXIST";
      if (taken && attempt < 8) {
        rmSync(old, removal);
        continue;
      }
      if (movedAway && !existsSync(target)) renameSync(old, target);
      throw error;
    }
    rmSync(old, removal);
    return;
  }
}

const caught = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Cleans up on a signal and lets it end the process as it would have without us. */
function onSignals(cleanUp: () => void): () => void {
  const handlers = caught.map((signal) => {
    const handler = (): void => {
      try {
        cleanUp();
      } finally {
        release();
        process.kill(process.pid, signal);
      }
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  const release = (): void => {
    for (const { signal, handler } of handlers) process.removeListener(signal, handler);
  };
  return release;
}
