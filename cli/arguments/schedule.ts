import { type Command, Option } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";

export function declareSchedule(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("schedule")
    .description("print the steps of an all-reduce, or write them for other tools")
    .argument("<name>", "algorithm, such as ring, wrht or optinc-cascade")
    .requiredOption("--workers <count>", "such as 16")
    .addOption(
      new Option("--collective <name>", "of the algorithm: all of it, or a half")
        .choices(["all-reduce", "reduce-scatter", "all-gather"])
        .default("all-reduce"),
    )
    .option("--wavelengths <count>", "of the ring of waveguides")
    .option("--size <elements>", "elements of the gradient (default: 8 for each worker)")
    .option("--dtype <type>", "fp32, fp16, bf16, fp8, int16 or int8")
    .option("--spec <file>", "spec file whose first cluster gives the other settings")
    .addOption(new Option("--format <format>", "of the listing").choices(["text", "json", "csv"]).default("text"))
    .addOption(new Option("--export <format>", "instead of a listing").choices(["chakra", "astra-sim"]))
    .option("-o, --out <path>", "file, or directory for formats of several files")
    .option("--force", "replace a file or directory that the command did not write itself", false)
    .action(async (name: string, flags, command: Command) => {
      if (flags.export !== undefined && command.getOptionValueSource("format") === "cli") {
        command.error("error: --format is of the listing, which --export takes the place of");
      }
      const { runSchedule } = await import("../commands/schedule.ts");
      const { wavelengths = null, size = null, dtype = null, spec = null, out = null } = flags;
      const request = { ...flags, name, wavelengths, size, dtype, spec, out, export: flags.export ?? null };
      finish(await runSchedule(terminal, request));
    });
}
