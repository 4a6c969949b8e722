import { chmodSync, readFileSync, statSync } from "node:fs";
import { type Diagnostic, language, layOut, plainDiagnostic, readTree, syntaxOf } from "../../dsl/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, type Values } from "../arguments/parameters.ts";
import { type ExitCode, exitCode, worst } from "../exit.ts";
import { sayWritten } from "../files/output.ts";
import { displayName, readText, specBytes } from "../files/read.ts";
import { isReplaceable, replaceFile } from "../files/write.ts";
import { refuse, reportDiagnostics } from "../text/diagnostics.ts";
import { ioDiagnostic } from "../text/findings.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  files: argument("<file...>", ".optinc files, or - to format standard input to standard output"),
  check: flag("--check", "write nothing; list the files that need formatting, and exit with 1 if there are any"),
  quiet: flag("-q, --quiet", "do not say what was written"),
};

type FmtOptions = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runFmt);

/** `optinc fmt FILE...`: what cannot be read is reported and left as it is; the other files are laid out all the same. */
async function runFmt(terminal: Terminal, options: FmtOptions): Promise<ExitCode> {
  const codes: ExitCode[] = [];
  for (const file of options.files) codes.push(await formatOne(terminal, file, options));
  return worst(codes);
}

async function formatOne(terminal: Terminal, file: string, { check, quiet }: FmtOptions): Promise<ExitCode> {
  const special = file === "-" ? null : notAFile(file, "`-` formats standard input");
  if (special !== null) return refuse(terminal, special);
  const { value, diagnostics } = await readText(file, specBytes);
  reportDiagnostics(terminal, null, diagnostics);
  if (value === null) return exitCode.invalidInput;
  const source = { name: displayName(file), text: value.text };
  if (syntaxOf(source) === "yaml") {
    const help = "use an editor's formatter of YAML; `optinc check --fix` writes present names";
    return refuse(terminal, plainDiagnostic("OPT0670", `${source.name} is YAML, which fmt leaves as it is`, help));
  }
  const laidOut = layOut(source.text);
  reportDiagnostics(terminal, source, laidOut.diagnostics);
  const statements = readTree(source)?.statements ?? [];
  // A file of comments may be a spec to be.
  if (laidOut.value !== null && statements.length > 0 && !statements.some(({ kind }) => kind === "block")) {
    const help = `write for instance \`${language[0]!.example}\``;
    return refuse(terminal, plainDiagnostic("OPT0670", `${source.name} has no block of the spec language`, help));
  }
  if (laidOut.value === null) return exitCode.invalidInput;
  const isTidy = laidOut.value === source.text;
  if (check) {
    if (!isTidy) terminal.out(`${source.name}\n`);
    return isTidy ? exitCode.done : exitCode.invalidInput;
  }
  if (file === "-") terminal.data(laidOut.value);
  else if (!isTidy) {
    const problem = await replaceText(file, value.bytes, laidOut.value);
    if (problem !== null) return refuse(terminal, problem);
    sayWritten(terminal, quiet, file);
  }
  return exitCode.done;
}

/** Pipes and devices are not written in place; `help` says what standard input is for. */
export function notAFile(path: string, help: string): Diagnostic | null {
  try {
    if (statSync(path).isDirectory() || isReplaceable(path)) return null;
    return plainDiagnostic("OPT0608", `${path} is not a file`, help);
  } catch (error) {
    return ioDiagnostic(error, "read", path);
  }
}

/** The file keeps its mode; one that another program wrote since it was read stays as it is. */
export async function replaceText(
  path: string,
  read: Uint8Array,
  text: string,
  done = "formatted",
): Promise<Diagnostic | null> {
  try {
    return await replaceFile(path, [text], (temporary) => {
      chmodSync(temporary, statSync(path).mode);
      if (readFileSync(path).equals(read)) return null;
      return plainDiagnostic("OPT0671", `${path} changed while it was ${done}`, "run the command again");
    });
  } catch (error) {
    return ioDiagnostic(error, "write", path);
  }
}
