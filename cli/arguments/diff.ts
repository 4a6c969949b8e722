import { type Command, Option } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { seed } from "./options.ts";

export function declareDiff(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("diff")
    .description("compare the figures and phases of two circuits")
    .argument("<old>", "build directory, directory of builds, circuit.json or spec file")
    .argument("<new>", "the same; a requirement that it misses makes the exit code 3")
    .option("--spec <file>", "spec whose requirements and technology count (default: NEW, else OLD, where it is one)")
    .option("--technology <name>", "one that is shipped, or a .yaml file (default: what the spec names)")
    .option("--aggregate <name>", "this aggregate only")
    .option("--seed <n>", "seed of the dies of a yield that is required", seed, 1)
    .addOption(
      new Option("--format <format>", "markdown is for a pull request")
        .choices(["text", "markdown", "json"])
        .default("text"),
    )
    .option("-q, --quiet", "print no progress", false)
    .action(async (older: string, newer: string, flags, command: Command) => {
      if (older === "-" && newer === "-") command.error("error: - is standard input, once");
      const { runDiff } = await import("../commands/diff.ts");
      const { spec = null, technology = null, aggregate = null } = flags;
      finish(await runDiff(terminal, { ...flags, older, newer, spec, technology, aggregate }));
    });
}
