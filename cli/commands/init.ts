import { lstatSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Diagnostic, layOut, parseSpecs, plainDiagnostic, wordAt } from "../../dsl/index.ts";
import { targets } from "../../netlist/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, flag, type Values } from "../arguments/parameters.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { sayWritten } from "../files/output.ts";
import { readText, specBytes } from "../files/read.ts";
import { makeDirectories } from "../files/temporary.ts";
import { writeNew } from "../files/write.ts";
import { shipped } from "../shipped.ts";
import { refuse } from "../text/diagnostics.ts";
import { ioDiagnostic } from "../text/findings.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  name: argument("[name]", "name of the aggregate and its file", "mean-4x8"),
  workflow: flag("--workflow", "also write a GitHub workflow that checks, compiles and verifies every spec"),
  quiet: flag("-q, --quiet", "do not say what was written"),
};

type InitOptions = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runInit);

const workflowPath = join(".github", "workflows", "optinc.yml");

/** `optinc init [NAME]`: writes the first example under another name and, if wanted, the example workflow: both or neither. */
async function runInit(terminal: Terminal, { name, workflow, quiet }: InitOptions): Promise<ExitCode> {
  const spec = specCalled(name, await example("mean-4x8.optinc"));
  if (typeof spec !== "string") return refuse(terminal, ...spec);
  const files = [
    { path: `${name}.optinc`, text: spec },
    ...(workflow ? [{ path: workflowPath, text: await example("ci/optinc.yml") }] : []),
  ];
  const there = files.filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (there.length > 0) {
    const help = workflow
      ? "nothing was written; name another aggregate, or leave out --workflow"
      : "nothing was written; name another aggregate";
    return refuse(terminal, ...there.map(({ path }) => plainDiagnostic("OPT0672", `${path} exists already`, help)));
  }
  const written: string[] = [];
  for (const { path, text } of files) {
    try {
      makeDirectories(dirname(path));
      await writeNew(path, [text]);
      written.push(path);
    } catch (error) {
      for (const each of written) rmSync(each, { force: true });
      return refuse(terminal, ioDiagnostic(error, "write", path));
    }
  }
  sayWritten(terminal, quiet, ...written);
  if (!quiet) terminal.err(`next: optinc compile ${name}.optinc\n`);
  return exitCode.done;
}

/** The example with the name of its aggregate, its comment and its layout; what the checker says where the name is none. */
function specCalled(name: string, text: string): string | readonly Diagnostic[] {
  const renamed = text.replace(/^(aggregate )\S+/m, (_, head: string) => head + name);
  const source = { name: `${name}.optinc`, text: renamed };
  const { value, diagnostics } = parseSpecs(source, { emitTargets: targets.map((target) => target.name) });
  const isName = wordAt(name, 0)?.text === name;
  if (isName && value !== null) return layOut(renamed).value!;
  const [first] = diagnostics;
  const help = "a name is a letter, then letters, digits, `_` and `-`: `mean-4x8`";
  return [
    plainDiagnostic(
      isName && first !== undefined ? first.code : "OPT0214",
      `\`${name.slice(0, 40)}\` cannot name an aggregate`,
      help,
    ),
  ];
}

async function example(name: string): Promise<string> {
  const { value } = await readText(shipped(`examples/${name}`), specBytes);
  if (value === null) throw new Error(`the package lacks examples/${name}`);
  return value.text;
}
