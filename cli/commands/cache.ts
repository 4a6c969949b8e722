import { rmSync } from "node:fs";
import { counted, duration, measured, plainDiagnostic } from "../../dsl/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, choice } from "../arguments/parameters.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { cacheDirectory } from "../files/cache-directory.ts";
import { type CacheEntry, listEntries, noCache } from "../files/cache-entries.ts";
import { clearAllLeftovers } from "../files/temporary.ts";
import { refuse } from "../text/diagnostics.ts";
import { errnoOf, ioDiagnostic } from "../text/findings.ts";
import type { Terminal } from "../text/terminal.ts";

const actions = ["list", "clear", "path", "remove"] as const;
type CacheAction = (typeof actions)[number];

const parameters = {
  action: choice<CacheAction, CacheAction>("<action>", "list, clear, path of the directory, or remove", actions),
  names: argument("[name...]", "what to remove: aggregates, or keys of the list"),
};

export const definition: CommandDefinition = command(
  parameters,
  (terminal, { action, names }) => runCache(terminal, action, names),
  ({ action, names }) => (action !== "remove" && names.length > 0 ? `cache ${action} takes no names` : null),
);

/** `optinc cache list|clear|path|remove NAME...`. Only files of our own are removed. */
function runCache(terminal: Terminal, action: CacheAction, names: readonly string[]): ExitCode {
  const directory = cacheDirectory();
  if (directory === null) {
    return refuse(terminal, noCache("error"));
  }
  try {
    switch (action) {
      case "path":
        terminal.out(`${directory}\n`);
        return exitCode.done;
      case "list":
        clearAllLeftovers(directory);
        for (const entry of listEntries(directory)) terminal.out(`${entryText(entry, Date.now())}\n`);
        return exitCode.done;
      case "clear":
        return remove(terminal, directory, listEntries(directory));
      case "remove":
        return removeNamed(terminal, directory, names);
      default:
        return action satisfies never;
    }
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return refuse(terminal, ioDiagnostic(error, "look into", directory));
  }
}

function entryText({ kind, key, bytes, about, writtenMs }: CacheEntry, nowMs: number): string {
  const age = `${duration((nowMs - writtenMs) / 1000)} ago`;
  const words = [key.slice(0, 12), kind.padEnd(12), measured(bytes, "B").padStart(9), age.padStart(16)];
  return [...words, about ?? "DAMAGED: is ignored"].join("  ");
}

/** A name is that of an aggregate, or the beginning of a key as `list` prints it. */
function removeNamed(terminal: Terminal, directory: string, names: readonly string[]): ExitCode {
  const entries = listEntries(directory);
  const meant = (name: string, { key, about }: CacheEntry): boolean =>
    (/^[0-9a-f]{6,64}$/.test(name) && key.startsWith(name)) || about?.startsWith(`${name}: `) === true;
  const unknown = names.filter((name) => !entries.some((entry) => meant(name, entry)));
  if (unknown.length > 0 || names.length === 0) {
    const message = names.length === 0 ? "no entry to remove is named" : `the cache has no \`${unknown[0]}\``;
    const help = "name aggregates or keys of `optinc cache list`; `optinc cache clear` removes all";
    return refuse(terminal, plainDiagnostic("OPT0631", message, help));
  }
  return remove(
    terminal,
    directory,
    entries.filter((entry) => names.some((name) => meant(name, entry))),
  );
}

function remove(terminal: Terminal, directory: string, entries: readonly CacheEntry[]): ExitCode {
  for (const { path } of entries) rmSync(path, { force: true, recursive: true });
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  terminal.out(`removed ${counted(entries.length, "entry", "entries")}, ${measured(bytes, "B")}, from ${directory}\n`);
  return exitCode.done;
}
