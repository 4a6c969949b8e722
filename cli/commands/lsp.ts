import { type CommandDefinition, command } from "../arguments/definition.ts";
import { text } from "../arguments/parameters.ts";
import { serveEditor } from "../editor/server.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  stdio: text("--stdio", "the default; accepted because editors add it"),
  editor: text("--clientProcessId <id>", "process id of the editor; the server ends with it"),
};

export const definition: CommandDefinition = command(parameters, runLsp);

/** `optinc lsp`: speaks to an editor until it says `exit` or goes away, which ends the process. */
async function runLsp(terminal: Terminal): Promise<null> {
  if (process.stdin.isTTY === true)
    terminal.err("the language server waits for an editor; see docs/how-to/editors.md\n");
  await serveEditor(process.stdin, process.stdout);
  return null;
}
