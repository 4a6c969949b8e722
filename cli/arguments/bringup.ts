import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { count, radians, seed } from "./options.ts";

export function declareBringup(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("bringup")
    .description("derive how a fabricated chip is set by its own detectors")
    .argument("<path>", "build directory, circuit.json, spec file, or - for standard input")
    .option("--trimming", "only launch light, thresholds and gains; no heater", false)
    .option("--aggregate <name>", "of a spec with several")
    .option("-o, --out <file>", "write the steps as JSON; - prints them instead of the text")
    .option(
      "--serve",
      "be a simulated die: requests and answers a line of JSON each, on standard input and output",
      false,
    )
    .option("--die <n>", "with --serve: its number", count(0), 0)
    .option("--seed <n>", "with --serve: every die is drawn from it and its own number", seed, 1)
    .option("--phase <rad>", "with --serve and --trimming: standard deviation of every phase", radians, 0.01)
    .option("--splitter <rad>", "with --serve: standard deviation of every splitter's angle", radians, 0.01)
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no text and no progress", false)
    .action(async (path: string, flags) => {
      const { runBringup } = await import("../commands/bringup.ts");
      const { aggregate = null, out = null } = flags;
      finish(await runBringup(terminal, { ...flags, path, aggregate, out }));
    });
}
