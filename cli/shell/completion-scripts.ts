import { type CommandShape, everyCommand, type OptionShape } from "./command-tree.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A script that makes the shell complete commands, options and their values; where none of these fits, files. */
export function completionScript(shell: Shell, program: CommandShape): string {
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

function bashScript(program: CommandShape): string {
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
        `    ${quoted([command.path])}) [[ $cur == -* ]] && words=${quoted(command.options.flatMap(spellings))} || words=${quoted(plainWords(command))} ;;`,
    ),
    "  esac",
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    "}",
    "complete -o default -o bashdefault -F _optinc optinc",
  ].join("\n")}\n`;
}

function zshScript(program: CommandShape): string {
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
      const options = command.options.map(({ long, description }) => zshPair(long, description));
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

function fishScript(program: CommandShape): string {
  const lines = everyCommand(program).flatMap((command): string[] => {
    const names = command.path === "" ? [] : command.path.split(" ");
    const seen = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const inner = command.commands.map(({ name }) => name).join(" ");
    const notYet = inner === "" ? [] : [`not __fish_seen_subcommand_from ${inner}`];
    const when = (conditions: readonly string[]): string =>
      conditions.length === 0 ? "" : ` -n ${fishWord(conditions.join("; and "))}`;
    const plain = plainPairs(command).map(
      ([word, about]) =>
        `complete -c optinc${when([...seen, ...(command.path === "" ? ["__fish_use_subcommand"] : notYet)])} -f -a ${fishWord(word)} -d ${fishWord(about)}`,
    );
    const options = command.options.map((option) => {
      const short = option.short === null ? "" : ` -s ${option.short.slice(1)}`;
      const choices = option.choices.length === 0 ? "" : ` -x -a ${fishWord(option.choices.join(" "))}`;
      const value = option.takesValue ? (choices === "" ? " -r" : choices) : "";
      const conditions = command.path === "" ? ["__fish_use_subcommand"] : [...seen, ...notYet];
      return `complete -c optinc${when(conditions)} -l ${option.long.slice(2)}${short}${value} -d ${fishWord(option.description)}`;
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
function walk(all: readonly CommandShape[], end: string, word: string, from: number): string[] {
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
function valueCases(all: readonly CommandShape[]): [pattern: string, values: readonly string[]][] {
  return all.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option): [string, readonly string[]] => [
        spellings(option)
          .map((each) => quoted([`${path}|${each}`]))
          .join(" | "),
        option.choices,
      ]),
  );
}

function spellings({ long, short }: OptionShape): readonly string[] {
  return short === null ? [long] : [long, short];
}

function plainWords(command: CommandShape): readonly string[] {
  return plainPairs(command).map(([word]) => word);
}

/** Commands in it, and what its first argument may be. */
function plainPairs(command: CommandShape): readonly [word: string, about: string][] {
  const [first] = command.arguments;
  const help: [string, string][] = command.path === "" ? [["help", "display help for command"]] : [];
  return [
    ...command.commands.map(({ name, description }): [string, string] => [name, description]),
    ...(first?.choices ?? []).map((choice): [string, string] => [choice, first!.description]),
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
