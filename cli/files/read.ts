import { isUtf8 } from "node:buffer";
import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { binaryBytes, type Checked, limits, plainDiagnostic, refused } from "../../dsl/index.ts";
import { ioDiagnostic } from "../text/findings.ts";

/** Largest spec file that is read; the parser's own limit is lower. */
export const specBytes: number = 16 * 2 ** 20;
/** Largest circuit, gradient or other data file: what one string or buffer holds. */
export const dataBytes: number = limits.circuitBytes;

/** The bytes of a file, or of standard input for `-`, at most `limit`: an endless pipe or device ends in a diagnostic, not in a full memory. */
export async function readBytes(path: string, limit: number): Promise<Checked<Buffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Node reads nothing from a directory as standard input, and says nothing.
    if (path === "-" && fstatSync(0).isDirectory()) {
      return refused(plainDiagnostic("OPT0603", "<stdin> is a directory, not a file"));
    }
    const short = path === "-" ? null : readShort(path);
    if (short !== null && short.length <= limit) return { value: short, diagnostics: [] };
    const handle = path === "-" ? null : await open(path, "r");
    try {
      const stream = handle === null ? process.stdin : handle.createReadStream({ highWaterMark: 2 ** 18 });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) {
          const message = `${displayName(path)} is larger than ${binaryBytes(limit)}`;
          return refused(plainDiagnostic("OPT0609", message));
        }
        chunks.push(chunk);
      }
    } finally {
      await handle?.close();
    }
  } catch (error) {
    return refused(ioDiagnostic(error, "read", displayName(path)));
  }
  return { value: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), diagnostics: [] };
}

/** Up to here reading at once is quicker than loading what streams need. */
const shortBytes = 2 ** 20;

/** The bytes of a small ordinary file; null of all else, whose end may be far or never come. Throws what the system says. */
function readShort(path: string): Buffer | null {
  if (!isShort(statSync(path))) return null;
  // What took the file's place since then is not waited for.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!isShort(fstatSync(file))) return null;
    const bytes = Buffer.allocUnsafe(shortBytes + 1);
    let size = 0;
    for (let more = -1; more !== 0 && size < bytes.length; size += more)
      more = readSync(file, bytes, size, bytes.length - size, null);
    return size > shortBytes ? null : Buffer.from(bytes.subarray(0, size));
  } finally {
    closeSync(file);
  }
}

function isShort(stat: Stats): boolean {
  return stat.isFile() && stat.size <= shortBytes;
}

/** The same as UTF-8 text; a byte order mark at the start is dropped. */
export async function readText(path: string, limit: number): Promise<Checked<{ bytes: Buffer; text: string }>> {
  const { value: bytes, diagnostics } = await readBytes(path, limit);
  if (bytes === null) return { value: null, diagnostics };
  if (!isUtf8(bytes)) {
    const message = `${displayName(path)} is not UTF-8 text`;
    return refused(plainDiagnostic("OPT0610", message, "save the file as UTF-8"));
  }
  return { value: { bytes, text: new TextDecoder().decode(bytes) }, diagnostics };
}

/** How diagnostics call the file. */
export function displayName(path: string): string {
  return path === "-" ? "<stdin>" : path;
}
