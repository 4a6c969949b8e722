import { Argument, type Command } from "commander";
import { type Ending, exitCode } from "../exit.ts";
import type { Shell } from "../shell/completion-scripts.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareCompletions(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("completions")
    .description("print a completion script for bash, zsh or fish")
    .addArgument(new Argument("<shell>", "bash, zsh or fish").choices(["bash", "zsh", "fish"]))
    .action(async (shell: Shell) => {
      const { completionScript } = await import("../shell/completion-scripts.ts");
      const { shapeOf } = await import("../shell/command-tree.ts");
      terminal.data(completionScript(shell, shapeOf(program)));
      finish(exitCode.done);
    });
}
