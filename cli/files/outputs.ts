import { type ExitCode, exitCode } from "../exit.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { checkOutputs, type OutputKind, type OutputRules, sayWritten, writeOutput } from "./output.ts";
import type { Content } from "./write.ts";

/** Where each kind of a command's files goes: a file, `-` for standard output, null for nowhere. */
type Named = readonly (readonly [kind: OutputKind, path: string | null])[];

/** The output files of a command. */
export interface Outputs {
  /** The code to end with where one of them cannot be written, which is said; null where all can. */
  readonly obstructed: ExitCode | null;
  /** Writes the file of a kind where it is wanted, and says so, or what went wrong. False where it went wrong. */
  write(kind: OutputKind, content: () => Content | null | Promise<Content | null>): Promise<boolean>;
}

/** Tries the files before the work. */
export function openOutputs(
  terminal: Terminal,
  named: Named,
  { quiet, ...rules }: OutputRules & { readonly quiet: boolean },
): Outputs {
  const outputs = named.flatMap(([kind, path]) => (path === null ? [] : [{ kind, path }]));
  const obstacles = checkOutputs(outputs, rules);
  return {
    obstructed: obstacles.length > 0 ? refuse(terminal, ...obstacles) : null,
    async write(kind, made) {
      const output = outputs.find((each) => each.kind === kind);
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
