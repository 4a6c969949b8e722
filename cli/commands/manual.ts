import { type CommandDefinition, command } from "../arguments/definition.ts";
import { exitCode } from "../exit.ts";
import { manualPage } from "../shell/manual-page.ts";
import { version } from "../version.ts";

export const definition: CommandDefinition = command({}, (terminal, _, program) => {
  terminal.data(manualPage(program, version));
  return exitCode.done;
});
