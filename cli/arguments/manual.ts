import type { Command } from "commander";
import { type Ending, exitCode } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { version } from "../version.ts";

export function declareManual(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("manual")
    .description("print the manual page: optinc manual | man -l -")
    .action(async () => {
      const { manualPage } = await import("../shell/manual.ts");
      const { shapeOf } = await import("../shell/command-tree.ts");
      terminal.data(manualPage(shapeOf(program), version));
      finish(exitCode.done);
    });
}
