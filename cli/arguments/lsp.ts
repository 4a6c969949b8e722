import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareLsp(program: Command, terminal: Terminal, _finish: Ending): void {
  program
    .command("lsp")
    .description("language server for editors, on standard input and output")
    .option("--stdio", "what it does anyway; editors say it")
    .option("--clientProcessId <id>", "process of the editor, with which the server ends")
    .action(async () => {
      const { runLsp } = await import("../commands/lsp.ts");
      await runLsp(terminal);
    });
}
