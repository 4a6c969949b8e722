import { readFileSync } from "node:fs";
import { workbenchPage } from "../../workbench/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { flag, text, type Values } from "../arguments/parameters.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { openOutputs } from "../files/outputs.ts";
import { shippedTechnologies } from "../files/technologies.ts";
import { pageAssets, pageBeginning } from "../report/page-assets.ts";
import { shipped } from "../shipped.ts";
import type { Terminal } from "../text/terminal.ts";
import { version } from "../version.ts";

const parameters = {
  out: text("-o, --out <file>", "the page", "workbench.html"),
  force: flag("--force", "replace a file that the command did not write itself"),
  quiet: flag("-q, --quiet", "do not say what was written"),
};

export const definition: CommandDefinition = command(parameters, runWorkbench);

/** Examples that a browser compiles within seconds; the first one is shown. */
const examples = ["mean-4x8", "mean-3x8", "mean-4x8-foundry", "mean-8x8", "mean-16x8", "cascade-16x8"];

/** `optinc workbench`: the toolchain in one page. */
async function runWorkbench(terminal: Terminal, { out, force, quiet }: Values<typeof parameters>): Promise<ExitCode> {
  const outputs = openOutputs(terminal, { page: [out, pageBeginning] }, { force, quiet, inputs: [] });
  if (outputs.obstructed !== null) return outputs.obstructed;
  const read = (path: string): string => readFileSync(shipped(path), "utf8");
  const known = {
    examples: examples.map((name) => [name, read(`examples/${name}.optinc`)] as const),
    technologies: shippedTechnologies().map((name) => [name, read(`technologies/${name}.yaml`)] as const),
    version,
  };
  const page = workbenchPage(known, pageAssets(), pageAssets("workbench"));
  return (await outputs.write("page", () => [page])) ? exitCode.done : exitCode.invalidInput;
}
