import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { cleanUpOnSignal } from "../signals.ts";
import { errnoOf, unlessFailed } from "../text/findings.ts";
import { sha256 } from "./pack.ts";

/**
 * Names of unfinished work, beside its target: `.NAME.tmp-OWNER` is incomplete, `.NAME.old-OWNER` a whole directory that was moved
 * away and not yet replaced. OWNER shows whether its process still runs, so that the next one removes only what a killed one left.
 */
export type TemporaryKind = "tmp" | "old";

export function temporaryBeside(path: string, kind: TemporaryKind): string {
  return join(dirname(path), `${prefix(path, kind)}${owner()}.${randomBytes(4).toString("hex")}`);
}

/** A write in flight can make a file while the directory is being removed. */
const removal = { recursive: true, force: true, maxRetries: 3 } as const;

export function removeTemporary(path: string): void {
  rmSync(path, removal);
}

/** Makes what is to take the place of `target` under a temporary name beside it, where nothing stays: `make` renames what it finished. */
export async function throughTemporary<Made>(
  target: string,
  make: (temporary: string) => Promise<Made>,
): Promise<Made> {
  const temporary = temporaryBeside(target, "tmp");
  const release = cleanUpOnSignal(() => removeTemporary(temporary));
  try {
    return await make(temporary);
  } finally {
    removeTemporary(temporary);
    release();
  }
}

/**
 * Clears what killed processes left beside `path`. A directory that was moved away and never replaced gets its name back.
 * Failures are passed over: leftovers do no harm, and the write that follows says what it cannot do.
 */
export function clearLeftovers(path: string): void {
  const folder = dirname(resolve(path));
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    if (name.startsWith(prefix(path, "old")) && isOrphan(folder, name)) {
      if (exists(path)) discard(join(folder, name), path);
      else tolerate(() => renameSync(join(folder, name), path));
    }
    if (name.startsWith(prefix(path, "tmp")) && isOrphan(folder, name)) {
      tolerate(() => removeTemporary(join(folder, name)));
    }
  }
}

/** The same for all files of a build directory. */
export function clearAllLeftovers(folder: string): void {
  tolerate(() => {
    for (const name of readdirSync(folder)) {
      if (/^\..+\.tmp-[^-]+$/.test(name) && isOrphan(folder, name)) {
        tolerate(() => removeTemporary(join(folder, name)));
      }
    }
  });
}

/** Removes a directory that was moved away from `path`, never seeming whole meanwhile. The next run retries what fails. */
export function discard(old: string, path: string): void {
  tolerate(() => {
    const trash = temporaryBeside(path, "tmp");
    renameSync(old, trash);
    removeTemporary(trash);
  });
}

/**
 * As `mkdir -p`. Node's own recursive mkdir never returns where the system says ENOENT of a directory that cannot be made,
 * as below /proc. Throws the errors of the file system.
 */
export function makeDirectories(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !exists(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  if (missing.length === 0 && !statSync(path).isDirectory()) mkdirSync(path);
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
    } catch (error) {
      // Another process took the name first.
      if (errnoOf(error) !== "EEXIST" || !exists(each) || !statSync(each).isDirectory()) throw error;
    }
  }
}

/** Whether it is a file that can be read: a pipe or a device would be waited for. */
export function isFile(path: string): boolean {
  return unlessFailed(() => statSync(path).isFile(), false);
}

/** Whether the name exists, behind links; true where the file system does not say. */
export function exists(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch (error) {
    return errnoOf(error) !== "ENOENT";
  }
}

/** Names of files have at most 255 bytes: of a long one, its beginning and a hash. */
function prefix(path: string, kind: TemporaryKind): string {
  const name = basename(path);
  const short = Buffer.byteLength(name) <= 180;
  return `.${short ? name : `${[...name].slice(0, 40).join("")}~${sha256(name).slice(0, 8)}`}.${kind}-`;
}

/** PLACE.PID.START in base 36. */
function owner(): string {
  return `${place()}.${process.pid.toString(36)}.${startOf(process.pid)}`;
}

/** Nothing is known of processes elsewhere: what they have not touched for a day is left over. */
const foreignMs = 24 * 3600 * 1000;

function isOrphan(folder: string, name: string): boolean {
  const match = /-([0-9a-f]{8})\.([0-9a-z]+)\.([0-9a-z]+)\.[0-9a-f]{8}$/.exec(name);
  if (match === null) return isOldOrGone(join(folder, name));
  const [, where, pid, start] = match;
  if (where !== place()) return isOldOrGone(join(folder, name));
  return startOf(Number.parseInt(pid!, 36)) !== start;
}

function isOldOrGone(path: string): boolean {
  return unlessFailed(() => Date.now() - statSync(path).mtimeMs > foreignMs, false);
}

/** When a process started, in the kernel's own count; `0` where the system does not say; `gone` if there is none. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in parentheses, with anything in it; the start is the 22nd.
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]).toString(36);
  } catch {
    // No /proc, or no such process.
  }
  try {
    process.kill(pid, 0);
    return "0";
  } catch (error) {
    return errnoOf(error) === "EPERM" ? "0" : "gone";
  }
}

let placeKnown: string | null = null;

/** Where a process number means this process: machine, boot, and name space of processes. */
function place(): string {
  const boot = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "latin1");
  const space = (): string => readlinkSync("/proc/self/ns/pid");
  placeKnown ??= sha256([hostname(), unlessFailed(boot, ""), unlessFailed(space, "")].join("\n")).slice(0, 8);
  return placeKnown;
}

/** Does what may fail without harm. */
export function tolerate(work: () => void): void {
  unlessFailed(work, undefined);
}
