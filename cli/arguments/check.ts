import { type Command, Option } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareCheck(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("check")
    .description("check spec files, compile nothing")
    .argument("<file...>", "spec files (.optinc, .yaml), or - for standard input")
    .addOption(new Option("--format <format>", "of the findings").choices(["human", "json", "sarif"]).default("human"))
    .action(async (files: string[], flags) => {
      const { runCheck } = await import("../commands/check.ts");
      finish(await runCheck(terminal, files, flags.format));
    });
}
