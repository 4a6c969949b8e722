import { serveEditor } from "../editor/server.ts";
import type { Terminal } from "../text/terminal.ts";

/** `optinc lsp`: speaks to an editor until it says `exit` or goes away, which ends the process. */
export async function runLsp(terminal: Terminal): Promise<void> {
  if (process.stdin.isTTY === true) terminal.err("the language server waits for an editor; docs/editors.md says how\n");
  await serveEditor(process.stdin, process.stdout);
}
