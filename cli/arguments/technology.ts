import { type Command, Option } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareTechnology(program: Command, terminal: Terminal, finish: Ending): void {
  const technology = program
    .command("technology")
    .description("list, show and check technologies: quantities with sources");
  technology
    .command("list")
    .description("list those that are shipped")
    .option("--json", "as JSON", false)
    .action(async (flags) => {
      const { runTechnologyList } = await import("../commands/technology.ts");
      finish(await runTechnologyList(terminal, flags.json));
    });
  technology
    .command("show")
    .description("print every quantity with its value, its kind and its source")
    .argument("<name>", "one that is shipped, or a .yaml file")
    .option("--json", "as JSON, in base units", false)
    .action(async (name: string, flags) => {
      const { runTechnologyShow } = await import("../commands/technology.ts");
      finish(await runTechnologyShow(terminal, name, flags.json));
    });
  technology
    .command("check")
    .description("check technology files of one's own")
    .argument("<file...>", "technology files (.yaml), or - for standard input")
    .addOption(new Option("--format <format>", "of the findings").choices(["human", "json", "sarif"]).default("human"))
    .action(async (files: string[], flags) => {
      const { runTechnologyCheck } = await import("../commands/technology.ts");
      finish(await runTechnologyCheck(terminal, files, flags.format));
    });
}
