import type { Command } from "commander";
import { limits } from "../../dsl/index.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, fileName, radians, seed } from "./options.ts";

export function declareYield(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("yield")
    .description("count simulated chips that read every word right")
    .argument("<path>", "build directory, circuit.json, spec file, or - for standard input")
    .option("--technology <name>", "one that is shipped, or a .yaml file (default: what the spec names)")
    .option(
      "--phase <rad>",
      "standard deviation of every phase after the bring-up, instead of the technology's",
      radians,
    )
    .option(
      "--splitter <share>",
      "standard deviation of every splitter's share of power from a half, instead of the technology's",
      radians,
    )
    .option("--dies <n>", "how many", count(1), 1000)
    .option("--seed <n>", "every die is drawn from it and its own number", seed, 1)
    .option("--tolerances", "also how large each error alone may be: holds at, fails at", false)
    .option("--ranking", "also which phases break a die first, each alone", false)
    .option("--bringup", "also the same dies trimmed, and brought up from unknown phases", false)
    .option("--aggregate <name>", "of a spec with several")
    .option("--threads <n>", "that judge dies (default: the cores); no result depends on it", count(1))
    .option("--write-die <file>", "write what is to be measured of one die, as `compile --measured` reads it", fileName)
    .option("--die <n>", "with --write-die: its number", count(0), 0)
    .option("--csv <file>", "write a row for every die", fileName)
    .option("--svg <file>", "draw the yield over the error of every phase", fileName)
    .option("--json <file>", "write the result as JSON; - prints it instead of the text")
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (path: string, flags, command: Command) => {
      atMost(command, "--dies", flags.dies, limits.chips);
      const { runYield } = await import("../commands/yield.ts");
      const { aggregate = null, technology: named = null, phase = null, splitter = null, threads = null } = flags;
      const { csv = null, json = null, svg = null, writeDie = null } = flags;
      const optional = { aggregate, technology: named, phase, splitter, threads, csv, json, svg, writeDie };
      finish(await runYield(terminal, { ...flags, path, ...optional }));
    });
}
