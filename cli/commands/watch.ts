import { unwatchFile, watchFile } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { readSpecs } from "../files/specs.ts";
import { stopOnSignal } from "../signals.ts";
import type { Terminal } from "../text/terminal.ts";

/** Polling interval; polling works on every file system, and with editors that replace files. */
const periodMs = 200;

/** `optinc compile --watch`: compiles again whenever a file that it read changes. Errors are shown; a signal ends the wait, and a compile as usual. */
export async function watch(
  terminal: Terminal,
  options: { readonly spec: string; readonly measured: string | null; readonly quiet: boolean },
  compile: () => Promise<ExitCode>,
): Promise<ExitCode> {
  for (;;) {
    // Listened to before the compile, so that a change during it is not missed.
    const files = [...(await filesOf(options.spec)), ...(options.measured === null ? [] : [options.measured])];
    const waiting = changeOf(files);
    try {
      const code = await compile();
      if (code === exitCode.interrupted || code === exitCode.terminated || code === exitCode.hungUp) return code;
      if (!options.quiet) terminal.err(`watching ${files.join(", ")}\n`);
      const stop = stopOnSignal(waiting.end);
      const changed = await waiting.changed;
      const signal = stop.caught();
      stop.release();
      if (signal !== null) return signalCode(signal);
      if (!options.quiet) terminal.err(`${changed} changed\n`);
    } finally {
      waiting.end();
    }
  }
}

interface Waiting {
  /** The file that changed, or an empty string when `end` was called. */
  readonly changed: Promise<string>;
  readonly end: () => void;
}

function changeOf(files: readonly string[]): Waiting {
  let settle: (file: string) => void = () => {};
  const changed = new Promise<string>((resolve) => {
    settle = resolve;
  });
  const listeners = files.map((file) => {
    const listener = (now: { mtimeMs: number; ino: number }, before: { mtimeMs: number; ino: number }): void => {
      if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) settle(file);
    };
    watchFile(file, { interval: periodMs }, listener);
    return { file, listener };
  });
  return {
    changed,
    end: () => {
      for (const { file, listener } of listeners) unwatchFile(file, listener);
      settle("");
    },
  };
}

/** The spec and the files that it names, as far as it can be read. */
async function filesOf(path: string): Promise<readonly string[]> {
  const { specs } = await readSpecs(path);
  const named = (specs ?? []).flatMap(({ technology, network }) => [
    ...(technology !== null && /[./\\]/.test(technology) ? [technology] : []),
    ...(network.kind === "imported" ? [network.weights] : []),
  ]);
  return [...new Set([path, ...named.map((name) => (isAbsolute(name) ? name : join(dirname(path), name)))])];
}
