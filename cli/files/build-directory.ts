import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import {
  type FileEntry,
  type Manifest,
  type ManifestHead,
  manifestName,
  printManifest,
} from "../../toolchain/index.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import { version } from "../version.ts";
import { hashFile } from "./bounded.ts";
import { readManifest } from "./manifest.ts";
import { isFileName } from "./names.ts";
import { intruding } from "./output.ts";
import {
  clearLeftovers,
  discard,
  makeDirectories,
  removeTemporary,
  temporaryBeside,
  throughTemporary,
} from "./temporary.ts";
import { type Artifact, behindLinks, rename, syncDirectory, writeNew } from "./write.ts";

export interface BuildRequest {
  /** The build directory as the user typed it. */
  readonly directory: string;
  /** Files and directories that the command reads: what is or holds one of them is never replaced. */
  readonly inputs: readonly string[];
  /** What the manifest will say of itself: without `force` only the same is replaced. */
  readonly made: Pick<Manifest, "command" | "aggregate">;
  /** Replace a directory whatever it is. */
  readonly force: boolean;
  readonly artifacts: readonly Artifact[];
  /** Called with the entries of all artifacts, in their order. */
  readonly manifest: (files: readonly FileEntry[]) => Omit<Manifest, keyof BuildRequest["made"] | ManifestHead>;
}

type Replacing = Pick<BuildRequest, "directory" | "inputs" | "made" | "force">;

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
  const obstacle = obstacleIn(target, request) ?? changedIn(target, request);
  if (obstacle !== null) return { kind: "refused", diagnostic: obstacle };

  try {
    makeDirectories(dirname(target));
    return await throughTemporary(target, async (temporary) => {
      mkdirSync(temporary);
      const files: FileEntry[] = [];
      for (const { name, content } of request.artifacts) {
        const unfit = unfitName(name, files);
        if (unfit !== null) return { kind: "refused", diagnostic: unfit };
        files.push({ name, ...(await writeNew(join(temporary, name), content)) });
      }
      const manifest = printManifest(version, { ...request.made, ...request.manifest(files) });
      const printed = await writeNew(join(temporary, manifestName), [manifest]);
      files.push({ name: manifestName, ...printed });
      syncDirectory(temporary);
      // Another program may have created it while we wrote.
      const late = obstacleIn(target, request);
      if (late !== null) return { kind: "refused", diagnostic: late };
      exchange(temporary, target);
      return { kind: "written", files };
    });
  } catch (error) {
    return { kind: "refused", diagnostic: ioDiagnostic(error, "write", directory) };
  }
}

/** Why the directory must not be replaced or cannot be made, or null; checked before the work. */
export function checkTarget(request: Replacing): Diagnostic | null {
  const target = behindLinks(request.directory);
  clearLeftovers(target);
  return obstacleIn(target, request) ?? changedIn(target, request) ?? trial(target, request.directory);
}

function obstacleIn(target: string, { directory, inputs, made, force }: Replacing): Diagnostic | null {
  try {
    if (!existsSync(target)) {
      if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return intruding(directory, force);
      const help = "remove the link, or name another directory";
      return plainDiagnostic("OPT0628", `${directory} is a link that leads nowhere`, help);
    }
    if (!statSync(target).isDirectory()) {
      return plainDiagnostic("OPT0607", `${directory} is a file, not a directory`, "name another directory with `-o`");
    }
    const entries = readdirSync(target);
    if (entries.length === 0) return null;
    const precious = holdsPrecious(target, inputs);
    if (precious !== null) {
      const message = `${directory} holds ${precious} and is never replaced`;
      return plainDiagnostic("OPT0611", message, "name a separate directory, such as `-o build/NAME`");
    }
    if (force) return null;
    const manifest = readManifest(target);
    if (manifest === null) {
      const message = `${directory} exists and is not an optinc build`;
      return plainDiagnostic(
        "OPT0604",
        message,
        "name another directory, or use --force to replace it and all it holds",
      );
    }
    if (manifest.command !== made.command || manifest.aggregate !== made.aggregate) {
      const message = `${directory} holds \`${manifest.command} of ${manifest.aggregate}\`, not \`${made.command} of ${made.aggregate}\``;
      return plainDiagnostic("OPT0626", message, "name another directory, or use --force to replace it");
    }
    const own = new Set([manifestName, ...manifest.files.map((file) => file.name)]);
    const foreign = entries.filter((entry) => !own.has(entry)).sort();
    if (foreign.length === 0) return null;
    const message = `${directory} holds files that are not part of the build: ${firstOf(foreign)}`;
    return plainDiagnostic(
      "OPT0605",
      message,
      "move them away, or use --force to replace the directory and all it holds",
    );
  } catch (error) {
    return ioDiagnostic(error, "look into", directory);
  }
}

/** Files that were changed after optinc wrote them are not replaced. */
function changedIn(target: string, { directory, force }: Replacing): Diagnostic | null {
  if (force || !existsSync(target)) return null;
  try {
    const changed = (readManifest(target)?.files ?? []).filter((entry) => isChanged(join(target, entry.name), entry));
    if (changed.length === 0) return null;
    const message = `${directory} was changed after it was written: ${firstOf(changed.map(({ name }) => name))}`;
    return plainDiagnostic("OPT0605", message, "move the changed files away, or use --force to replace them");
  } catch (error) {
    return ioDiagnostic(error, "look into", directory);
  }
}

/** Not a file that is gone, perhaps because another process replaces the build just now. */
function isChanged(path: string, { bytes, sha256 }: FileEntry): boolean {
  try {
    return statSync(path).size !== bytes || hashFile(path) !== sha256;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** A format of a third party may call its files anything. */
function unfitName(name: string, files: readonly FileEntry[]): Diagnostic | null {
  if (isFileName(name) && name !== manifestName && files.every((file) => file.name !== name)) return null;
  return plainDiagnostic("OPT0629", `\`${name}\` cannot be the name of a file of a build`, null);
}

/** Makes and removes an empty directory where the build will be: the system itself says whether it could be written. */
function trial(target: string, directory: string): Diagnostic | null {
  try {
    let folder = dirname(target);
    while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
    // Refuses names that are too long.
    lstatSync(target, { throwIfNoEntry: false });
    const temporary = temporaryBeside(join(folder, basename(target)), "tmp");
    mkdirSync(temporary);
    removeTemporary(temporary);
    return null;
  } catch (error) {
    return ioDiagnostic(error, "write", directory);
  }
}

function firstOf(names: readonly string[]): string {
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `${names.slice(0, 3).join(", ")}${more}`;
}

/** What --force must not remove either. */
function holdsPrecious(target: string, inputs: readonly string[]): string | null {
  const within = (path: string): boolean => {
    const way = relative(target, path);
    return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && resolve(way) !== way);
  };
  if (within(behindLinks("."))) return "the working directory";
  if (within(behindLinks(homedir()))) return "the home directory";
  const read = inputs.find((input) => within(behindLinks(input)));
  if (read !== undefined) return `${read}, which the command reads,`;
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
