import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";

const chunkBytes = 2 ** 20;

/**
 * The bytes of a file, at once. Throws the errors of the file system; EFBIG where it is larger than `limit` bytes, and EFTYPE
 * where it is no file, such as a pipe, which would be waited for.
 */
export function readAtMost(path: string, limit: number): Buffer {
  const there = statSync(path);
  if (there.isDirectory()) return readFileSync(path);
  if (!there.isFile()) throw systemError("EFTYPE", path);
  // What took the file's place since then is not waited for.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw systemError("EFTYPE", path);
    if (stat.size > limit) throw systemError("EFBIG", path);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** SHA-256 of a file of any size, hexadecimal. Throws as `readAtMost`. */
export function hashFile(path: string): string {
  if (!statSync(path).isFile()) throw systemError("EFTYPE", path);
  const hash = createHash("sha256");
  const chunk = Buffer.alloc(chunkBytes);
  const file = openSync(path, "r");
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) hash.update(chunk.subarray(0, read));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

function systemError(code: "EFBIG" | "EFTYPE", path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, syscall: "read" });
}
