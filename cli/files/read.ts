import { isUtf8 } from "node:buffer";
import { fstatSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { binaryBytes, type Checked, type Diagnostic, limits, plainDiagnostic, refused } from "../../dsl/index.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import { readAtMost } from "./bounded.ts";

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
    if (path !== "-" && statSync(path).isFile()) return { value: readAtMost(path, limit), diagnostics: [] };
    const handle = path === "-" ? null : await open(path, "r");
    try {
      const stream = handle === null ? process.stdin : handle.createReadStream({ highWaterMark: 2 ** 18 });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) return refused(tooLarge(path, limit));
        chunks.push(chunk);
      }
    } finally {
      await handle?.close();
    }
  } catch (error) {
    return refused(errnoOf(error) === "EFBIG" ? tooLarge(path, limit) : ioDiagnostic(error, "read", displayName(path)));
  }
  return { value: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks), diagnostics: [] };
}

/** Also what says so of a text that was read before. */
export function tooLarge(path: string, limit: number): Diagnostic {
  return plainDiagnostic("OPT0609", `${displayName(path)} is larger than ${binaryBytes(limit)}`);
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
