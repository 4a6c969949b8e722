import { type CommandDefinition, command } from "../arguments/definition.ts";
import { choice } from "../arguments/parameters.ts";
import { exitCode } from "../exit.ts";
import { completionScript, type Shell, shells } from "../shell/completion-scripts.ts";

const parameters = { shell: choice<Shell, Shell>("<shell>", "bash, zsh or fish", shells) };

export const definition: CommandDefinition = command(parameters, (terminal, { shell }, program) => {
  terminal.data(completionScript(shell, program));
  return exitCode.done;
});
