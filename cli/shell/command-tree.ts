import type { Command, Option } from "commander";

/** A command of the program as plain data: what shells complete and the manual says, read from the declarations. */
export interface CommandShape {
  readonly name: string;
  /** From the program on: `technology list`; empty for the program itself. */
  readonly path: string;
  readonly description: string;
  /** `<file...>` and the like, as the help has it. */
  readonly usage: string;
  readonly arguments: readonly ArgumentShape[];
  readonly options: readonly OptionShape[];
  readonly commands: readonly CommandShape[];
}

interface ArgumentShape {
  readonly name: string;
  readonly description: string;
  /** Empty where it may be anything. */
  readonly choices: readonly string[];
}

export interface OptionShape {
  readonly long: string;
  /** Null where there is none. */
  readonly short: string | null;
  /** `-o, --out <dir>` */
  readonly flags: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
  /** As the help says it; null where nothing is to be said. */
  readonly fallback: string | null;
}

const help: OptionShape = {
  long: "--help",
  short: "-h",
  flags: "-h, --help",
  description: "display help for command",
  takesValue: false,
  choices: [],
  fallback: null,
};

export function shapeOf(command: Command, path: string = ""): CommandShape {
  const version = command.options.some(({ long }) => long === "--version");
  const commands = command.commands.map((each) => shapeOf(each, `${path} ${each.name()}`.trim()));
  return {
    name: command.name(),
    path,
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((each) => ({
      name: each.name(),
      description: each.description,
      choices: each.argChoices ?? [],
    })),
    options: [
      ...command.options.filter(({ hidden }) => !hidden).map(optionOf),
      ...(version || path !== "" ? [help] : []),
    ],
    commands,
  };
}

function optionOf(option: Option): OptionShape {
  const { long, short, flags, description, required, optional, argChoices, defaultValue, defaultValueDescription } =
    option;
  const isSaid = defaultValue !== undefined && defaultValue !== false && !option.negate;
  return {
    long: long ?? short!,
    short: long === undefined || long === null ? null : (short ?? null),
    flags,
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
    fallback: isSaid ? (defaultValueDescription ?? JSON.stringify(defaultValue)) : null,
  };
}

/** The command and those in it, outermost first. */
export function everyCommand(shape: CommandShape): readonly CommandShape[] {
  return [shape, ...shape.commands.flatMap(everyCommand)];
}
