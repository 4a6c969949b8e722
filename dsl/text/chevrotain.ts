import type * as Chevrotain from "chevrotain";

/**
 * The single-file bundle inside Chevrotain's own package. The package entry pulls in several hundred lodash-es modules
 * (240 ms of every run against 10 ms for the bundle), but the export map does not name the bundle: it is a private file,
 * found from the entry, `lib/src/api.js`. A test says when it is there no longer.
 */
export function chevrotainUrl(): string {
  return new URL("../chevrotain.min.mjs", import.meta.resolve("chevrotain")).href;
}

/** Falls back to the entry where a loader or another package layout hides the file. */
async function load(): Promise<typeof Chevrotain> {
  try {
    return await import(/* @vite-ignore */ chevrotainUrl());
  } catch {
    return await import("chevrotain");
  }
}

const chevrotain: typeof Chevrotain = await load();

export const createToken: typeof Chevrotain.createToken = chevrotain.createToken;
export const CstParser: typeof Chevrotain.CstParser = chevrotain.CstParser;
export const Lexer: typeof Chevrotain.Lexer = chevrotain.Lexer;
