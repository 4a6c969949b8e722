import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareInit(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("init")
    .description("begin a project with a first spec; nothing is overwritten")
    .argument("[name]", "of the aggregate, and of its file", "mean-4x8")
    .option("--workflow", "also write a GitHub workflow that checks, compiles and verifies every spec", false)
    .option("-q, --quiet", "do not say what was written", false)
    .action(async (name: string, flags) => {
      const { runInit } = await import("../commands/init.ts");
      finish(await runInit(terminal, { ...flags, name }));
    });
}
