import {
  buildSarif,
  counted,
  diagnosticsToJson,
  parseClusters,
  type SourceFile,
  type SourceFindings,
} from "../../dsl/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument, choice, flag, type Values } from "../arguments/parameters.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import { displayName } from "../files/read.ts";
import { readSpecs } from "../files/specs.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { version } from "../version.ts";

export const findingFormats = ["human", "json", "sarif"] as const;
export type CheckFormat = (typeof findingFormats)[number];

/** One file that was read and checked. */
export interface FileFindings extends SourceFindings {
  /** What the file holds, for people: `2 aggregates`. */
  readonly contents: string;
}

const parameters = {
  files: argument("<file...>", "spec files (.optinc, .yaml), or - for standard input"),
  format: choice("--format <format>", "of the findings", findingFormats, "human"),
  fix: flag("--fix", "apply the safe fixes in place, then report the rest; - prints the text"),
};

type CheckOptions = Values<typeof parameters>;

export const definition: CommandDefinition = command(parameters, runCheck, ({ files, format, fix }) =>
  fix && files.includes("-") && format !== "human"
    ? `--fix - prints the spec, not findings: leave --format ${format} out`
    : null,
);

/** `optinc check FILE...`: parses and checks, compiles nothing. */
async function runCheck(terminal: Terminal, { files, format, fix }: CheckOptions): Promise<ExitCode> {
  const findings: FileFindings[] = [];
  // What is printed of standard input stands alone on standard output.
  const reports = fix && files.includes("-") ? { ...terminal, out: terminal.err } : terminal;
  for (const file of files) {
    const mended = fix ? await (await import("./check-fix.ts")).mendFile(terminal, file) : null;
    if (mended?.value === null) {
      findings.push({ source: { name: displayName(file), text: "" }, contents: "", diagnostics: mended.diagnostics });
      continue;
    }
    const reading = await readSpecs(file, mended?.value);
    const source = reading.source ?? { name: displayName(file), text: "" };
    const contents = contentsOf(source, reading.specs?.length ?? 0);
    const own = [...reading.diagnostics];
    const elsewhere = new Map<string, FileFindings>();
    for (const spec of reading.specs ?? []) {
      if (spec.technology === null) continue;
      const { technologyOf } = await import("../files/technologies.ts");
      const found = await technologyOf(spec, file, source);
      if (found === null || found.diagnostics.length === 0) continue;
      if (found.source === null || found.source === source) own.push(...found.diagnostics);
      else elsewhere.set(found.source.name, { source: found.source, contents: "", diagnostics: found.diagnostics });
    }
    // a spec whose technology is wrong has a problem, though nothing in its own text shows it
    if (own.length > 0 || elsewhere.size === 0) findings.push({ source, contents, diagnostics: own });
    findings.push(...elsewhere.values());
  }
  return await printFindings(reports, findings, format);
}

/** What was found in several files, in one of the formats; invalid input where anything of it is an error. */
export async function printFindings(
  terminal: Terminal,
  findings: readonly FileFindings[],
  format: CheckFormat,
): Promise<ExitCode> {
  switch (format) {
    case "human":
      printHuman(terminal, findings);
      break;
    case "json":
      terminal.data(
        `${JSON.stringify(
          findings.flatMap((each) => diagnosticsToJson(each.source, each.diagnostics)),
          null,
          2,
        )}\n`,
      );
      break;
    case "sarif": {
      const { allCodes } = await import("./explain.ts");
      terminal.data(`${JSON.stringify(buildSarif(version, findings, allCodes()), null, 2)}\n`);
      break;
    }
    default:
      format satisfies never;
  }
  const failed = findings.some(({ diagnostics }) => hasErrors(diagnostics));
  return failed ? exitCode.invalidInput : exitCode.done;
}

function printHuman(terminal: Terminal, findings: readonly FileFindings[]): void {
  let first = true;
  for (const { source, contents, diagnostics } of findings) {
    if (diagnostics.length === 0) {
      terminal.out(`${source.name}: ${contents}, no problems\n`);
      continue;
    }
    if (!first) terminal.err("\n");
    first = false;
    reportDiagnostics(terminal, source, diagnostics);
  }
}

/** A file without aggregates may hold clusters only. */
function contentsOf(source: SourceFile, aggregates: number): string {
  const clusters = aggregates === 0 ? (parseClusters(source).value?.length ?? 0) : 0;
  const [count, what] = clusters > 0 ? [clusters, "cluster"] : [aggregates, "aggregate"];
  return counted(count, what);
}
