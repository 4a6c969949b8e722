import { type Command, Help, type Option } from "commander";

/** A command of the program, from the program on: `technology list`; the path of the program itself is empty. */
export interface PlacedCommand {
  readonly path: string;
  readonly command: Command;
}

/** The command and those in it, outermost first. */
export function everyCommand(command: Command, path = ""): readonly PlacedCommand[] {
  const inner = command.commands.flatMap((each) => everyCommand(each, `${path} ${each.name()}`.trim()));
  return [{ path, command }, ...inner];
}

/** As the help lists them. */
export function optionsOf({ command }: PlacedCommand): readonly Option[] {
  return new Help().visibleOptions(command);
}
