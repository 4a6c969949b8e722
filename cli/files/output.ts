import type { Diagnostic } from "../../dsl/index.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { type Content, replaceFile } from "./write.ts";

/** Writes a file that the user named. Returns what went wrong, or null. */
export async function writeOutput(path: string, content: Content): Promise<Diagnostic | null> {
  try {
    await replaceFile(path, content);
    return null;
  } catch (error) {
    return ioDiagnostic(error, "write", path);
  }
}
