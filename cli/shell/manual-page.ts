import { type CommandShape, everyCommand } from "./command-tree.ts";
import { environmentNotes, exitNotes } from "./notes.ts";

/** The manual page of the program in the macros of man(7), from the declarations of its commands. */
export function manualPage(program: CommandShape, version: string): string {
  const [, ...commands] = everyCommand(program);
  const leaves = commands.filter((each) => each.commands.length === 0);
  return [
    '.\\" written by `optinc manual`, from the commands of this version',
    `.TH OPTINC 1 "" "optinc ${version}" "User Commands"`,
    ".SH NAME",
    `optinc \\- ${plain(program.description.replace(/\.$/, "").replace(/^C/, "c"))}`,
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

function section({ path, usage, description, arguments: taken, options }: CommandShape): string[] {
  const named = taken.filter((each) => each.description !== "");
  return [
    `.SS "optinc ${plain(path)} ${plain(usage)}"`,
    line(`${description[0]!.toUpperCase()}${description.slice(1)}.`),
    ...named.flatMap((each) => [
      ".TP",
      `.I ${plain(each.name)}`,
      line(withChoices(each.description, each.choices, null)),
    ]),
    ...options.flatMap((option) => [
      ".TP",
      `.B ${plain(option.flags)}`,
      line(withChoices(option.description, option.choices, option.fallback)),
    ]),
  ];
}

function withChoices(description: string, choices: readonly string[], fallback: string | null): string {
  const more = [
    ...(choices.length === 0 ? [] : [`choices: ${choices.join(", ")}`]),
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
