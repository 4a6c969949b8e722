import { Argument, type Command, Option } from "commander";
import { plainDiagnostic } from "../../dsl/index.ts";
import type { Ending, ExitCode } from "../exit.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import type { Parameter, Parameters, Values } from "./parameters.ts";

/** Values of parameters, by their properties. */
type Given = Readonly<Record<string, unknown>>;

/** A command as a file of `commands/` defines it. */
export interface CommandDefinition {
  readonly parameters: Parameters;
  /** `program` is all of the command line; an exit code of null leaves the end of the process to others. */
  run(terminal: Terminal, values: Given, program: Command): ExitCode | null | Promise<ExitCode | null>;
  /** What is wrong with values that are right one by one; null where nothing is. */
  misuse?(values: Given, isTyped: (property: string) => boolean): string | null;
  /** Text behind the help. */
  readonly notes?: string;
}

/** Commands in a command, by their names; `run` is missing where one of them must be named. */
export interface GroupDefinition extends Partial<CommandDefinition> {
  readonly inner?: Readonly<Record<string, CommandDefinition & { readonly about: string }>>;
}

export function command<P extends Parameters>(
  parameters: P,
  run: (terminal: Terminal, values: Values<P>, program: Command) => ReturnType<CommandDefinition["run"]>,
  misuse?: (values: Values<P>, isTyped: (property: keyof P & string) => boolean) => string | null,
): CommandDefinition {
  return { parameters, run, ...(misuse === undefined ? {} : { misuse }) };
}

/** Gives commander what the command takes and does. */
export function declare(
  { parameters = {}, run, misuse, notes, inner = {} }: GroupDefinition,
  command: Command,
  terminal: Terminal,
  finish: Ending,
): void {
  const program = command.parent ?? command;
  const readings = Object.entries(parameters).map(([property, parameter]) => ({
    property,
    parameter,
    ...declareParameter(command, parameter, terminal),
  }));
  if (notes !== undefined) command.addHelpText("after", `\n${notes}`);
  for (const [name, { about, ...definition }] of Object.entries(inner)) {
    declare(definition, command.command(name).description(about), terminal, finish);
  }
  if (run === undefined) return;
  command.action(async () => {
    const values: Record<string, unknown> = {};
    for (const { property, read } of readings) values[property] = read();
    const isTyped = (property: string): boolean =>
      readings.some((each) => each.property === property && each.isTyped());
    const wrong = misuse?.(values, isTyped) ?? null;
    if (wrong !== null) command.error(`error: ${wrong}`);
    for (const { property, parameter } of readings) {
      const { most, needs } = parameter.rules;
      if (needs !== undefined && isTyped(property) && (values[needs] === null || values[needs] === false)) {
        command.error(`error: ${longFlag(parameter)} needs ${longFlag(parameters[needs]!)}`);
      }
      if (most !== undefined && Number(values[property]) > most) {
        command.error(`error: ${longFlag(parameter)} takes at most ${most}`);
      }
    }
    const code = await run(terminal, values, program);
    if (code !== null) finish(code);
  });
}

/** How the value is found once the words are parsed, and whether it stands among them. */
interface Reading {
  readonly read: () => unknown;
  readonly isTyped: () => boolean;
}

function declareParameter(command: Command, parameter: Parameter<unknown>, terminal: Terminal): Reading {
  const { flags, about, fallback, parse, choices, rules } = parameter;
  if (/^[<[]/.test(flags)) {
    const made = new Argument(flags, about);
    if (parse !== undefined) made.argParser(parse);
    if (choices !== undefined) made.choices(choices);
    if (fallback !== null) made.default(fallback);
    const at = command.registeredArguments.length;
    command.addArgument(made);
    return { read: () => command.processedArgs[at] ?? null, isTyped: () => command.args.length > at };
  }
  const made = new Option(flags, about);
  if (parse !== undefined) made.argParser(parse);
  if (choices !== undefined) made.choices(choices);
  const isSaid = fallback !== null && !made.negate && !(Array.isArray(fallback) && fallback.length === 0);
  if (isSaid) made.default(fallback, rules.shown);
  made.makeOptionMandatory(parameter.isRequired === true);
  command.addOption(made);
  const name = made.attributeName();
  if (rules.old !== undefined) declareOldName(command, made, rules.old, terminal);
  return {
    // What an inner and an outer command both have is taken by the outer one, wherever it stands.
    read: () => command.optsWithGlobals()[name] ?? fallback,
    isTyped: () => command.getOptionValueSourceWithGlobals(name) === "cli",
  };
}

/** An option that sets the value of the present one; the help does not list it. */
function declareOldName(command: Command, option: Option, old: string, terminal: Terminal): void {
  const made = new Option(option.flags.replace(option.long!, old)).hideHelp();
  made.attributeName = () => option.attributeName();
  if (option.parseArg !== undefined) made.argParser(option.parseArg);
  command.addOption(made);
  command.on(`option:${made.name()}`, () => {
    const help = `write \`${option.long}\`: the old name is taken for one release`;
    const renamed = plainDiagnostic("OPT0246", `\`${old}\` is now called \`${option.long}\``, help);
    reportDiagnostics(terminal, null, [{ ...renamed, severity: "warning" }]);
  });
}

export function longFlag({ flags }: Parameter<unknown>): string {
  return /--[\w-]+/.exec(flags)![0];
}
