import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, statSync, writeFileSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { FileEntry } from "../../toolchain/index.ts";
import { errnoOf } from "../text/findings.ts";
import { clearLeftovers, removeTemporary, temporaryBeside, throughTemporary, tolerate } from "./temporary.ts";

/** Text or bytes in pieces of any length. */
export type Content = Iterable<string | Uint8Array>;

/** A file to write. */
export interface Artifact {
  readonly name: string;
  readonly content: Content;
}

/** Characters gathered before a write. */
const chunkLength = 2 ** 18;

/**
 * Writes one file so that whoever looks, also after a power cut, sees the old content or the new: into a temporary sibling, which
 * reaches the disk before it takes the name. Pipes and devices are written directly. A link stays; what it points to is
 * replaced. `refuse` is asked when the new content stands in the temporary, whose name it gets; what it returns leaves the
 * old content in its place. Throws the errors of the file system, and what `content` throws.
 */
export async function replaceFile<Refusal = null>(
  path: string,
  content: Content,
  refuse: (temporary: string) => Refusal | null = () => null,
): Promise<Refusal | null> {
  if (!isReplaceable(path)) {
    await appendTo(path, content);
    return null;
  }
  const target = behindLinks(path);
  clearLeftovers(target);
  return await throughTemporary(target, async (temporary) => {
    await writeNew(temporary, content);
    const refusal = refuse(temporary);
    if (refusal === null) rename(temporary, target);
    return refusal;
  });
}

/**
 * The same for a file of `bytes` bytes that begins with `head` and whose rest `fill` writes into the temporary, in any order. Where `fill`
 * gives up (false), the old content stays, and so does this return false. Throws the errors of the file system, EFTYPE for pipes and
 * devices, and what `fill` throws.
 */
export async function replaceFilled(
  path: string,
  head: Uint8Array,
  bytes: number,
  fill: (temporary: string) => Promise<boolean>,
): Promise<boolean> {
  if (!isReplaceable(path)) throw Object.assign(new Error(`EFTYPE: ${path}`), { code: "EFTYPE", syscall: "write" });
  const target = behindLinks(path);
  clearLeftovers(target);
  return await throughTemporary(target, async (temporary) => {
    const handle = await open(temporary, "wx");
    try {
      await handle.truncate(bytes);
      await handle.write(head, 0, head.length, 0);
      if (!(await fill(temporary))) return false;
      await handle.sync();
    } finally {
      await handle.close();
    }
    rename(temporary, target);
    return true;
  });
}

/** The same at once, for work that cannot wait; leftovers are the caller's. */
export function replaceFileAtOnce(path: string, bytes: Uint8Array): void {
  const temporary = temporaryBeside(path, "tmp");
  try {
    const file = openSync(temporary, "wx");
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    rename(temporary, path);
  } catch (error) {
    removeTemporary(temporary);
    throw error;
  }
}

/**
 * Writes a file that does not exist yet, and hashes it on the way; it has reached the disk on return. Each write is awaited,
 * so that memory holds one chunk whatever the size of the file, and signals are served between chunks. Throws the errors of
 * the file system.
 */
export async function writeNew(path: string, content: Content): Promise<Omit<FileEntry, "name">> {
  const hash = createHash("sha256");
  let bytes = 0;
  const handle = await open(path, "wx");
  try {
    for (const buffer of chunked(content)) {
      hash.update(buffer);
      bytes += buffer.length;
      await handle.writeFile(buffer);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { sha256: hash.digest("hex"), bytes };
}

/**
 * Lines that are added to a file one by one, each by one call of the system, so that whoever reads meanwhile, and whoever comes after a
 * crash, sees whole lines before the last. `whole`: the file ends with a line end. Throws the errors of the file system.
 */
export function openLines(path: string, whole: boolean): { add(line: string): void; close(): void } {
  const file = openSync(path, "a");
  if (!whole) writeSync(file, "\n");
  return {
    add: (line) => {
      writeSync(file, line);
    },
    close: () => {
      fsyncSync(file);
      closeSync(file);
    },
  };
}

/** Renames, and makes the name last. */
export function rename(from: string, to: string): void {
  renameSync(from, to);
  syncDirectory(dirname(to));
}

/** Not every system and file system lets a directory be opened or synced; the rename holds all the same. */
export function syncDirectory(path: string): void {
  tolerate(() => {
    const directory = openSync(path, "r");
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  });
}

/** A symbolic link to a file or directory stays; this is what it points to. */
export function behindLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** Whether a rename may take the name: not those of pipes and devices, and not /dev/stdout, which may be any file. */
export function isReplaceable(path: string): boolean {
  try {
    return statSync(path).isFile() && !/^\/(dev|proc)\//.test(resolve(path));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return true;
    throw error;
  }
}

async function appendTo(path: string, content: Content): Promise<void> {
  const handle = await open(path, "a");
  try {
    for (const buffer of chunked(content)) await handle.writeFile(buffer);
  } finally {
    await handle.close();
  }
}

function* chunked(pieces: Content): Generator<Uint8Array> {
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") text += piece;
    if (text !== "" && (typeof piece !== "string" || text.length >= chunkLength)) {
      yield Buffer.from(text);
      text = "";
    }
    if (typeof piece !== "string") yield piece;
  }
  if (text !== "") yield Buffer.from(text);
}
