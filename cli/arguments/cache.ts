import { Argument, type Command } from "commander";
import type { CacheAction } from "../commands/cache.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareCache(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("cache")
    .description("finished networks, checkpoints of unfinished ones, and compiled code")
    .addArgument(
      new Argument("<action>", "list, clear, path of the directory, or remove").choices([
        "list",
        "clear",
        "path",
        "remove",
      ]),
    )
    .argument("[name...]", "what to remove: aggregates, or keys of the list")
    .action(async (action: CacheAction, names: string[], _flags, command: Command) => {
      if (action !== "remove" && names.length > 0) command.error(`error: cache ${action} takes no names`);
      const { runCache } = await import("../commands/cache.ts");
      finish(runCache(terminal, action, names));
    });
}
