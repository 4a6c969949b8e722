import type { Command, Option } from "commander";
import { everyCommand, optionsOf, type PlacedCommand } from "./command-tree.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A script that makes the shell complete commands, options and their values; where none of these fits, files. */
export function completionScript(shell: Shell, program: Command): string {
  switch (shell) {
    case "bash":
      return bashScript(program);
    case "zsh":
      return zshScript(program);
    case "fish":
      return fishScript(program);
  }
}

const written = "written by `optinc completions`, from the commands of this version";

function bashScript(program: Command): string {
  const all = everyCommand(program);
  return `${[
    `# Completion of optinc for bash, ${written}:`,
    "#   optinc completions bash > ~/.local/share/bash-completion/completions/optinc",
    "_optinc() {",
    `  local i path="" cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}`,
    "  COMPREPLY=()",
    ...walk(all, "COMP_CWORD", "COMP_WORDS[i]", 1),
    '  case "$path|$prev" in',
    ...valueCases(all).map(
      ([pattern, values]) =>
        `    ${pattern}) ${values.length === 0 ? "" : `COMPREPLY=($(compgen -W ${quoted(values)} -- "$cur")); `}return ;;`,
    ),
    "  esac",
    '  local words=""',
    '  case "$path" in',
    ...all.map(
      (command) =>
        `    ${quoted([command.path])}) [[ $cur == -* ]] && words=${quoted(optionsOf(command).flatMap(spellings))} || words=${quoted(plainWords(command))} ;;`,
    ),
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "}",
    "complete -o default -o bashdefault -F _optinc optinc",
  ].join("\n")}\n`;
}

function zshScript(program: Command): string {
  const all = everyCommand(program);
  return `${[
    "#compdef optinc",
    `# Completion of optinc for zsh, ${written}:`,
    `#   optinc completions zsh > "\${fpath[1]}/_optinc"`,
    "_optinc() {",
    `  local i path="" cur=\${words[CURRENT]} prev=\${words[CURRENT-1]}`,
    "  local -a found",
    ...walk(all, "CURRENT", "words[i]", 2),
    '  case "$path|$prev" in',
    ...valueCases(all).map(
      ([pattern, values]) =>
        `    ${pattern}) ${values.length === 0 ? "_files" : `compadd -- ${values.map((word) => quoted([word])).join(" ")}`}; return ;;`,
    ),
    "  esac",
    '  case "$path" in',
    ...all.map((command) => {
      const options = optionsOf(command).map(({ long, description }) => zshPair(long!, description));
      const plain = plainPairs(command).map(([word, about]) => zshPair(word, about));
      return `    ${quoted([command.path])}) if [[ $cur == -* ]]; then found=(${options.join(" ")}); else found=(${plain.join(" ")}); fi ;;`;
    }),
    "  esac",
    `  (( \${#found} )) && _describe optinc found`,
    "  [[ $cur == -* || -z $path ]] || _files",
    "}",
    `[[ \${funcstack[1]} == _optinc ]] && _optinc "$@" || compdef _optinc optinc`,
  ].join("\n")}\n`;
}

function fishScript(program: Command): string {
  const lines = everyCommand(program).flatMap((command): string[] => {
    const names = command.path === "" ? [] : command.path.split(" ");
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const inner = command.command.commands.map((each) => each.name()).join(" ");
    const notYet = inner === "" ? [] : [`not __fish_seen_subcommand_from ${inner}`];
    const when = (conditions: readonly string[]): string =>
      conditions.length === 0 ? "" : ` -n ${fishWord(conditions.join("; and "))}`;
    const plain = plainPairs(command).map(
      ([word, about]) =>
        `complete -c optinc${when([...seen, ...(command.path === "" ? ["__fish_use_subcommand"] : notYet)])} -f -a ${fishWord(word)} -d ${fishWord(about)}`,
    );
    const options = optionsOf(command).map((option) => {
      const short = option.short === undefined ? "" : ` -s ${option.short.slice(1)}`;
      const choices = option.argChoices === undefined ? "" : ` -x -a ${fishWord(option.argChoices.join(" "))}`;
      const value = takesValue(option) ? (choices === "" ? " -r" : choices) : "";
      const conditions = command.path === "" ? ["__fish_use_subcommand"] : [...seen, ...notYet];
      return `complete -c optinc${when(conditions)} -l ${option.long!.slice(2)}${short}${value} -d ${fishWord(option.description)}`;
    });
    return [...plain, ...options];
  });
  const head = [
    `# Completion of optinc for fish, ${written}:`,
    "#   optinc completions fish > ~/.config/fish/completions/optinc.fish",
    "complete -c optinc -n __fish_use_subcommand -f",
  ];
  return `${[...head, ...lines].join("\n")}\n`;
}

/** Lines that gather in `path` the commands that stand before the cursor; an option's value is none of them. */
function walk(all: readonly PlacedCommand[], end: string, word: string, from: number): string[] {
  const inner = all.filter(({ path }) => path !== "");
  return [
    `  for ((i = ${from}; i < ${end}; i++)); do`,
    `    case "$path \${${word}}" in`,
    `      ${inner.map(({ path }) => quoted([path.includes(" ") ? path : ` ${path}`])).join(" | ")}) path="\${path:+$path }\${${word}}" ;;`,
    "    esac",
    "  done",
  ];
}

/** Of every option that takes a value: where it stands, as a pattern of `case`, and what there is to choose. */
function valueCases(all: readonly PlacedCommand[]): [pattern: string, values: readonly string[]][] {
  return all.flatMap((command) =>
    optionsOf(command)
      .filter(takesValue)
      .map((option): [string, readonly string[]] => [
        spellings(option)
          .map((each) => quoted([`${command.path}|${each}`]))
          .join(" | "),
        option.argChoices ?? [],
      ]),
  );
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function spellings({ long, short }: Option): readonly string[] {
  return [long, short].filter((each) => each !== undefined);
}

function plainWords(command: PlacedCommand): readonly string[] {
  return plainPairs(command).map(([word]) => word);
}

/** Commands in it, and what its first argument may be. */
function plainPairs({ path, command }: PlacedCommand): readonly [word: string, about: string][] {
  const [first] = command.registeredArguments;
  const help: [string, string][] = path === "" ? [["help", "display help for command"]] : [];
  return [
    ...command.commands.map((each): [string, string] => [each.name(), each.description()]),
    ...(first?.argChoices ?? []).map((choice): [string, string] => [choice, first!.description]),
    ...help,
  ];
}

/** Words of this program hold nothing that a shell acts on between single quotes but those. */
function quoted(words: readonly string[]): string {
  return `'${words.join(" ").replaceAll("'", "'\\''")}'`;
}

function zshPair(word: string, about: string): string {
  return quoted([`${word.replaceAll(":", "\\:")}:${about.replace(/\s+/g, " ")}`]);
}

function fishWord(text: string): string {
  return `'${text.replace(/\s+/g, " ").replace(/['\\]/g, "\\$&")}'`;
}
