import { type ExitCode, exitCode } from "../exit.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { checkOutputs, type Output, type OutputRules, sayWritten, writeOutput } from "./output.ts";
import type { Content } from "./write.ts";

/** Where each of a command's files goes, null for nowhere, and how its former ones begin. */
export type Named<K extends string> = Readonly<
  Record<K, readonly [path: string | null, beginning: Output["beginning"]]>
>;

/** The output files of a command. */
export interface Outputs<K extends string = string> {
  /** The code to end with where one of them cannot be written, which is said; null where all can. */
  readonly obstructed: ExitCode | null;
  /** Writes a file where it is wanted, and says so, or what went wrong. False where it went wrong. */
  write(name: K, content: () => Content | null | Promise<Content | null>): Promise<boolean>;
}

/** Tries the files before the work. */
export function openOutputs<K extends string>(
  terminal: Terminal,
  named: Named<K>,
  { quiet, ...rules }: OutputRules & { readonly quiet: boolean },
): Outputs<K> {
  const all = Object.entries<Named<K>[K]>(named);
  const outputs = all.flatMap(([name, [path, beginning]]) => (path === null ? [] : [{ name, path, beginning }]));
  const obstacles = checkOutputs(outputs, rules);
  return {
    obstructed: obstacles.length > 0 ? refuse(terminal, ...obstacles) : null,
    async write(name, made) {
      const output = outputs.find((each) => each.name === name);
      const content = output === undefined ? null : await made();
      if (output === undefined || content === null) return true;
      if (output.path === "-") {
        for (const piece of content) terminal.data(typeof piece === "string" ? piece : Buffer.from(piece).toString());
        return true;
      }
      const failure = await writeOutput(output, content, rules);
      if (failure === null) sayWritten(terminal, quiet, output.path);
      else reportDiagnostics(terminal, null, [failure]);
      return failure === null;
    },
  };
}

/** The code of a command that ends with what it wrote. */
export function writtenCode(...written: readonly boolean[]): ExitCode {
  return written.every(Boolean) ? exitCode.done : exitCode.invalidInput;
}
