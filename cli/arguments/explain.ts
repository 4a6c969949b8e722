import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareExplain(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("explain")
    .description("explain a diagnostic code; without a code, list all")
    .argument("[code]", "such as OPT0203")
    .action(async (code: string | undefined) => {
      const { runExplain } = await import("../commands/explain.ts");
      finish(runExplain(terminal, code ?? null));
    });
}
