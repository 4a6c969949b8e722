import type { Command, Option } from "commander";
import { everyCommand, optionsOf, type PlacedCommand } from "./command-tree.ts";
import { environmentNotes, exitNotes } from "./notes.ts";

/** The manual page of the program in the macros of man(7), from the declarations of its commands. */
export function manualPage(program: Command, version: string): string {
  const [, ...commands] = everyCommand(program);
  const leaves = commands.filter(({ command }) => command.commands.length === 0);
  return [
    '.\\" written by `optinc manual`, from the commands of this version',
    `.TH OPTINC 1 "" "optinc ${version}" "User Commands"`,
    ".SH NAME",
    `optinc \\- ${plain(program.description().replace(/\.$/, "").replace(/^C/, "c"))}`,
    ".SH SYNOPSIS",
    ".B optinc",
    ".I command",
    "[options] [arguments]",
    ".br",
    ".B optinc",
    ".I command",
    ".B \\-\\-help",
    ".SH DESCRIPTION",
    line(
      "An aggregation spec says how many workers' words are averaged, and how. optinc compiles it into an optical circuit of " +
        "Mach-Zehnder interferometers and neurons. It proves the circuit and writes it for other tools.",
    ),
    ".PP",
    line(
      "A file named - is standard input, and as an output standard output. Commands replace only files that they wrote; --force replaces others too.",
    ),
    ".SH COMMANDS",
    ...leaves.flatMap(section),
    ".SH EXIT STATUS",
    ...exitNotes.flatMap(([code, meaning]) => [".TP", `.B ${plain(code)}`, line(meaning)]),
    ".SH ENVIRONMENT",
    ...environmentNotes.flatMap(([name, meaning]) => [".TP", `.B ${plain(name)}`, line(meaning)]),
    ".SH SEE ALSO",
    line(
      "optinc explain CODE says more about a diagnostic; docs/ of the package holds the reference of the spec language.",
    ),
    "",
  ].join("\n");
}

function section(placed: PlacedCommand): string[] {
  const { path, command } = placed;
  const about = command.description();
  const named = command.registeredArguments.filter(({ description }) => description !== "");
  return [
    `.SS "optinc ${plain(path)} ${plain(command.usage())}"`,
    line(`${about[0]!.toUpperCase()}${about.slice(1)}.`),
    ...named.flatMap((each) => [
      ".TP",
      `.I ${plain(each.name())}`,
      line(withChoices(each.description, each.argChoices, null)),
    ]),
    ...optionsOf(placed).flatMap((option) => [
      ".TP",
      `.B ${plain(option.flags)}`,
      line(withChoices(option.description, option.argChoices, fallbackOf(option))),
    ]),
  ];
}

/** As the help says it; null where nothing is to be said. */
function fallbackOf({ defaultValue, defaultValueDescription, negate }: Option): string | null {
  if (defaultValue === undefined || defaultValue === false || negate) return null;
  return defaultValueDescription ?? JSON.stringify(defaultValue);
}

function withChoices(description: string, choices: readonly string[] | undefined, fallback: string | null): string {
  const more = [
    ...(choices === undefined ? [] : [`choices: ${choices.join(", ")}`]),
    ...(fallback === null ? [] : [`default: ${fallback.replaceAll('"', "")}`]),
  ];
  return more.length === 0 ? description : `${description} (${more.join("; ")})`;
}

/** Text that troff takes as it is: no escapes, hyphens that are minus signs, and no macro at the start of a line. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq");
}

function line(text: string): string {
  return plain(text).replace(/^(?=['.])/, "\\&");
}
