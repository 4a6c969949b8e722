import type { Diagnostic } from "../../dsl/index.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { type EntryKind, entryPath, readEntry, writeEntry } from "./cache-entries.ts";
import { pack, unpack } from "./pack.ts";

/** Results that are computed once; a key is a hash of all that determines one. */
export interface FinishedResults<T> {
  /** Null where it is to be computed. */
  find(key: string): T | null;
  /** `about`: a sentence, which `optinc cache list` prints. */
  add(key: string, about: string, result: T): void;
}

/** Results in the cache; null: none are kept. What cannot be read or written is said. */
export function openFinished<T>(terminal: Terminal, cache: string | null, kind: EntryKind): FinishedResults<T> {
  if (cache === null) return { find: () => null, add: () => {} };
  const say = (diagnostic: Diagnostic): void => reportDiagnostics(terminal, null, [diagnostic]);
  let failed = false;
  return {
    find(key) {
      const reading = readEntry(entryPath(cache, kind, key));
      if (reading.kind === "unusable") say(reading.diagnostic);
      return reading.kind === "found" ? (unpack(reading.bytes) as { readonly result: T }).result : null;
    },
    add(key, about, result) {
      const problem = writeEntry(entryPath(cache, kind, key), pack({ about, result }));
      // Said once: a full disk stays full.
      if (problem !== null && !failed) say(problem);
      failed ||= problem !== null;
    },
  };
}
