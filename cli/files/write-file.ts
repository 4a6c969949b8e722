import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Diagnostic } from "../../dsl/index.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { writeArtifact } from "./stream.ts";

/** Streams one file to a temporary name and renames it; pipes and devices are written directly. Returns what went wrong, or null. */
export async function writeFileWhole(path: string, content: Iterable<string | Uint8Array>): Promise<Diagnostic | null> {
  let temporary: string | null = null;
  try {
    if (existsSync(path) && !statSync(path).isFile()) {
      const handle = await open(path, "w");
      try {
        for (const piece of content) await handle.writeFile(piece);
      } finally {
        await handle.close();
      }
      return null;
    }
    const fresh = join(dirname(path), `.${basename(path)}.tmp-${randomBytes(6).toString("hex")}`);
    temporary = fresh;
    await writeArtifact(fresh, { name: path, content });
    await rename(fresh, path);
    temporary = null;
    return null;
  } catch (error) {
    return ioDiagnostic(error, "write", path);
  } finally {
    if (temporary !== null) await rm(temporary, { force: true });
  }
}
