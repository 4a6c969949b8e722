import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { optinc, type Run, scratch } from "../cli/run.ts";

const preload = join(dirname(fileURLToPath(import.meta.url)), "watch.cjs");

/** A working directory inside another that nothing may touch, with a home and a cache beside it. */
export interface Place {
  readonly root: string;
  readonly directory: string;
  readonly home: string;
  readonly cache: string;
}

export function place(): Place {
  const root = scratch();
  const [directory, home, cache] = ["outer/work", "home", "cache"].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [directory, home]) mkdirSync(each, { recursive: true });
  return { root, directory, home, cache };
}

export interface Watched extends Run {
  /** `network connect`, `program spawn`, `write /a/path`: what watch.cjs saw. */
  readonly events: readonly string[];
}

/** Environment of a watched process; texts that are evaluated as code make it fail. */
export function watchedEnvironment({ root, home, cache }: Place): Record<string, string> {
  return {
    HOME: home,
    OPTINC_CACHE: cache,
    OPTINC_WATCH: join(root, "events.log"),
    NODE_OPTIONS: `--require ${preload} --disallow-code-generation-from-strings`,
  };
}

/** Runs the program in the place and says what it did beside reading and printing. */
export function watched(at: Place, args: readonly string[], input: string = ""): Watched {
  const run = optinc(args, { cwd: at.directory, input, env: watchedEnvironment(at) });
  return { ...run, events: eventsOf(at) };
}

export function eventsOf({ root }: Place): string[] {
  const log = join(root, "events.log");
  return existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
}

export function put(at: Place, name: string, content: string | Uint8Array): string {
  const path = join(at.directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
