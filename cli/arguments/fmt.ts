import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareFmt(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("fmt")
    .description("lay out specs and technology files in place")
    .argument("<file...>", ".optinc and .yaml files, or - to format standard input to standard output")
    .option("--check", "write nothing; list the files that are laid out otherwise, and exit 1 if there are any", false)
    .option("-q, --quiet", "do not say what was written", false)
    .action(async (files: string[], flags) => {
      const { runFmt } = await import("../commands/fmt.ts");
      finish(await runFmt(terminal, { files, ...flags }));
    });
}
