import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Diagnostic } from "../../dsl/index.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";

/** Writes one file by temporary name and rename; pipes and devices are written directly. Returns what went wrong, or null. */
export async function writeReport(path: string, text: string): Promise<Diagnostic | null> {
  let temporary: string | null = null;
  try {
    const kind = kindOf(path);
    if (kind === "special" || kind === "directory") {
      await writeFile(path, text);
      return null;
    }
    temporary = join(dirname(path), `.${basename(path)}.tmp-${randomBytes(6).toString("hex")}`);
    await writeFile(temporary, text, { flag: "wx" });
    await rename(temporary, path);
    temporary = null;
    return null;
  } catch (error) {
    return ioDiagnostic(error, "write", path);
  } finally {
    if (temporary !== null) await rm(temporary, { force: true });
  }
}

function kindOf(path: string): "absent" | "file" | "directory" | "special" {
  try {
    const stats = statSync(path);
    return stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "special";
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return "absent";
    throw error;
  }
}
