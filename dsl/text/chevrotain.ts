import type * as Chevrotain from "chevrotain";

/**
 * Chevrotain from the single-file bundle inside its own package. The package entry pulls in several hundred lodash-es
 * modules (240 ms of every run against 10 ms for the bundle), but the export map does not name the bundle, so it is
 * found beside the entry. Falls back to the entry where a loader or another package layout hides the file.
 */
async function load(): Promise<typeof Chevrotain> {
  try {
    const entry = import.meta.resolve("chevrotain");
    return await import(/* @vite-ignore */ new URL("../../chevrotain.min.mjs", entry).href);
  } catch {
    return await import("chevrotain");
  }
}

const chevrotain: typeof Chevrotain = await load();

export const createToken: typeof Chevrotain.createToken = chevrotain.createToken;
export const CstParser: typeof Chevrotain.CstParser = chevrotain.CstParser;
export const Lexer: typeof Chevrotain.Lexer = chevrotain.Lexer;
