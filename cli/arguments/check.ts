import { type Command, Option } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareCheck(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("check")
    .description("check spec files, compile nothing")
    .argument("<file...>", "spec files (.optinc, .yaml), or - for standard input")
    .addOption(new Option("--format <format>", "of the findings").choices(["human", "json", "sarif"]).default("human"))
    .option("--fix", "make the safe fixes in place, then report what is left; of - the text is printed", false)
    .action(async (files: string[], flags, command: Command) => {
      const { format, fix } = flags;
      if (fix && files.includes("-") && format !== "human") {
        command.error(`error: --fix - prints the spec, not findings: leave --format ${format} out`);
      }
      const { runCheck } = await import("../commands/check.ts");
      finish(await runCheck(terminal, { files, format, fix }));
    });
}
