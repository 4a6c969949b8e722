import { type Command, Option } from "commander";
import { limits } from "../../dsl/index.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, fileName, quantity, seed, share } from "./options.ts";

export function declareBudget(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("budget")
    .description("loss, noise, word errors, time, power and area in a technology")
    .argument("<path>", "build directory, circuit.json, spec file, or - for standard input")
    .option("--technology <name>", "one that is shipped, or a .yaml file (default: what the spec names)")
    .option("--symbol-rate <rate>", "such as 25GBd (default: what the spec says, else 25 GBd)", quantity("symbol rate"))
    .addOption(
      new Option("--launch-power <power>", "of a symbol of a worker at its highest level, such as 3dBm")
        .argParser(quantity("power"))
        .default(1e-3, "0 dBm"),
    )
    .option("--word-error-rate <rate>", "for which the least powers are looked for", share, 1e-12)
    .option(
      "--monte-carlo <words>",
      "also send so many words through noisy devices, where errors can be seen",
      count(0),
      0,
    )
    .option("--seed <n>", "seed of these words", seed, 1)
    .option("--aggregate <name>", "this aggregate of a spec only")
    .option("--waterfall <file>", "draw the losses of the worst path, SVG", fileName)
    .option("--margins <file>", "draw how far every comparator and receiver is from an error, SVG", fileName)
    .option("--json", "print everything as JSON", false)
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no progress", false)
    .action(async (path: string, flags, command: Command) => {
      atMost(command, "--monte-carlo", flags.monteCarlo, limits.sampledVectors);
      const { runBudget } = await import("../commands/budget.ts");
      const { technology = null, symbolRate = null, aggregate = null, waterfall = null, margins = null } = flags;
      const optional = { technology, symbolRate, aggregate, waterfall, margins };
      finish(await runBudget(terminal, { ...flags, path, ...optional }));
    });
}
