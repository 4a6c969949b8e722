import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { seed } from "./options.ts";

export function declarePlay(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("play")
    .description("type the workers' words and see what comes out: levels in, light at the receivers, word out")
    .argument("<path>", "build directory, circuit.json or spec file; words come from standard input, a line a round")
    .option("--aggregate <name>", "of a spec with several")
    .option("--seed <n>", "of the words of `random`", seed, 1)
    .action(async (path: string, flags, command: Command) => {
      if (path === "-") command.error("error: - is standard input, where the words come from");
      const { runPlay } = await import("../commands/play.ts");
      finish(await runPlay(terminal, { ...flags, path, aggregate: flags.aggregate ?? null }));
    });
}
