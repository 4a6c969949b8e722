import { rmSync } from "node:fs";
import { counted } from "../../dsl/index.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { cacheDirectory, listEntries } from "../files/cache.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import { sizeText } from "../text/summary.ts";
import type { Terminal } from "../text/terminal.ts";

export type CacheAction = "list" | "clear" | "path";

/** `optinc cache list|clear|path`. `clear` removes our own files only. */
export function runCache(terminal: Terminal, action: CacheAction): ExitCode {
  const directory = cacheDirectory();
  try {
    switch (action) {
      case "path":
        terminal.out(`${directory}\n`);
        return exitCode.done;
      case "list":
        for (const { kind, key, bytes, about } of listEntries(directory)) {
          const line = [key.slice(0, 12), kind.padEnd(12), sizeText(bytes).padStart(9), about ?? "DAMAGED: is ignored"];
          terminal.out(`${line.join("  ")}\n`);
        }
        return exitCode.done;
      case "clear": {
        const entries = listEntries(directory);
        for (const { path } of entries) rmSync(path, { force: true });
        const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
        const files = counted(entries.length, "entry", "entries");
        terminal.out(`removed ${files}, ${sizeText(bytes)}, from ${directory}\n`);
        return exitCode.done;
      }
      default:
        return action satisfies never;
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    reportDiagnostics(terminal, null, [ioDiagnostic(error, "look into", directory)]);
    return exitCode.invalidInput;
  }
}
