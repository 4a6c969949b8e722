import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { keyValue, quantity, share } from "./options.ts";

export function declareExport(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("export")
    .description("print a circuit, a layer or a mesh in a format of other tools")
    .argument("[path]", "build directory, circuit.json, or spec file")
    .option("--to <format>", "name of a format, or ./my-target.js")
    .option("--list", "list the formats: what they carry, what they cannot, their options", false)
    .option("--scope <scope>", "circuit, layer:2, layer:NAME, mesh:NAME or mesh:LAYER/NAME", "circuit")
    .option(
      "-o, --out <path>",
      "file, or directory for several files; - prints one (default: the format's own name); a file without an ending gets the format's",
    )
    .option("--option <key=value>", "spelling choice of the format; repeatable", keyValue, {})
    .option(
      "--technology <name>",
      "of the options delays=on of spice and chip=whole of gdsfactory (default: what the spec names)",
    )
    .option("--symbol-rate <rate>", "of delays=on (default: what the spec says, else 25 GBd)", quantity("symbol rate"))
    .option("--aggregate <name>", "export this aggregate of a spec")
    .option("--target <share>", "share of right words that is enough of a trained or imported network", share)
    .option("--force", "replace a file or directory that the command did not write itself", false)
    .option("-q, --quiet", "do not say what was written", false)
    .action(async (path: string | undefined, flags, command: Command) => {
      if (!flags.list && (path === undefined || flags.to === undefined)) {
        command.error("error: export takes a path and --to FORMAT, or --list");
      }
      const { runExport } = await import("../commands/export.ts");
      const { to = null, out = null, aggregate = null, target = null, option: options } = flags;
      const { technology = null, symbolRate = null } = flags;
      finish(
        await runExport(terminal, {
          ...flags,
          path: path ?? null,
          to,
          out,
          aggregate,
          target,
          options,
          technology,
          symbolRate,
        }),
      );
    });
}
