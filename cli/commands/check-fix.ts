import { type Checked, mend, refused } from "../../dsl/index.ts";
import { targetNames } from "../../netlist/index.ts";
import { displayName, readText, specBytes } from "../files/read.ts";
import type { Terminal } from "../text/terminal.ts";
import { notAFile, replaceText } from "./fmt.ts";

/** Makes the safe fixes of one spec file and says which; what it then holds, or why it stays as it is. */
export async function mendFile(terminal: Terminal, file: string): Promise<Checked<{ bytes: Buffer; text: string }>> {
  const special = file === "-" ? null : notAFile(file, "`-` is standard input");
  if (special !== null) return refused(special);
  const read = await readText(file, specBytes);
  if (read.value === null) return read;
  const name = displayName(file);
  const { text, made } = mend({ name, text: read.value.text }, { emitTargets: targetNames });
  if (file === "-") terminal.data(text);
  if (made.length === 0) return read;
  const problem = file === "-" ? null : await replaceText(file, read.value.bytes, text, "mended");
  if (problem !== null) return refused(problem);
  for (const { code, title, at } of made) terminal.err(`${name}:${at.line}:${at.column}: ${title} (${code})\n`);
  return { value: { bytes: Buffer.from(text), text }, diagnostics: [] };
}
