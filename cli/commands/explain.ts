import { Help } from "commander";
import { collectiveCodes } from "../../collectives/codes.ts";
import { compilerCodes } from "../../compiler/codes.ts";
import { type CodePage, type CodePages, dslCodes, nearest } from "../../dsl/index.ts";
import { circuitCodes } from "../../netlist/index.ts";
import { physicsCodes } from "../../physics/codes.ts";
import { toolchainCodes } from "../../toolchain/codes.ts";
import { verifyCodes } from "../../verify/index.ts";
import { type CommandDefinition, command } from "../arguments/definition.ts";
import { argument } from "../arguments/parameters.ts";
import { cliCodes } from "../codes.ts";
import { type ExitCode, exitCode } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

const parameters = {
  code: argument("[code]", "such as OPT0203"),
};

export const definition: CommandDefinition = command(parameters, (terminal, { code }) => runExplain(terminal, code));

/** Every code that the tool can report, in order. */
export function allCodes(): CodePages {
  const pages = {
    ...dslCodes,
    ...compilerCodes,
    ...circuitCodes,
    ...verifyCodes,
    ...physicsCodes,
    ...collectiveCodes,
    ...toolchainCodes,
    ...cliCodes,
  };
  return Object.fromEntries(Object.entries(pages).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `optinc explain [CODE]`: one page, or the list of all codes. */
function runExplain(terminal: Terminal, code: string | null): ExitCode {
  const pages = allCodes();
  if (code === null) {
    const lines = Object.entries(pages).map(([each, { what }]) => `${terminal.paintOut.bold(each)}  ${what}\n`);
    terminal.out(lines.join(""));
    return exitCode.done;
  }
  const wanted = normalised(code);
  const page = pages[wanted];
  if (page === undefined) {
    const near = nearest(wanted, Object.keys(pages));
    const help =
      near === null ? "`optinc explain` lists all codes" : `did you mean ${near}? \`optinc explain\` lists all`;
    terminal.err(`error: there is no code ${code}\n(${help})\n`);
    return exitCode.usage;
  }
  terminal.out(pageText(terminal, wanted, page));
  return exitCode.done;
}

/** `opt203`, `203` and `OPT0203` are the same page. */
function normalised(code: string): string {
  const digits = /^(?:opt)?(\d{1,4})$/i.exec(code.trim())?.[1];
  return digits === undefined ? code.trim().toUpperCase() : `OPT${digits.padStart(4, "0")}`;
}

function pageText(terminal: Terminal, code: string, { what, why, write, wrong, right }: CodePage): string {
  const bold = terminal.paintOut.bold;
  const wrapped = (text: string): string => new Help().boxWrap(text, 80);
  const parts = [`${bold(code)}: ${what}`, wrapped(`Why: ${why}`), wrapped(`Write: ${write}`)];
  if (wrong !== undefined) parts.push(`Wrong:\n\n${indented(wrong)}`);
  if (right !== undefined) parts.push(`Right:\n\n${indented(right)}`);
  return `${parts.join("\n\n")}\n`;
}

function indented(text: string): string {
  return text.trimEnd().replace(/^(?=.)/gm, "    ");
}
