import type { Command } from "commander";
import type { ExportCommand } from "../commands/export.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { count, keyValue, needs, quantity, seed, share } from "./options.ts";

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
    .option("--die <file>", "of table, onnx, torch-hook: the chip whose splitters and losses this die.json says")
    .option("--yield-die <n>", "of the same: the die of this number in `optinc yield`", count(0))
    .option("--seed <n>", "of the die of a technology", seed, 1)
    .option("--option <key=value>", "spelling choice of the format; repeatable", keyValue, {})
    .option(
      "--technology <name>",
      "of the die, or of the options delays=on of spice and chip=whole of gdsfactory (default: what the spec names)",
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
      needs(command, "--seed", "seed", "--yield-die", flags.yieldDie);
      const { option } = flags;
      const isTimed = option["delays"] === "on" ? true : undefined;
      const isBuilt = option["chip"] === "whole" ? true : undefined;
      const ofTechnology = "--yield-die, --option delays=on or --option chip=whole";
      needs(command, "--technology", "technology", ofTechnology, flags.yieldDie ?? isTimed ?? isBuilt);
      needs(command, "--symbol-rate", "symbolRate", "--option delays=on", isTimed);
      if (flags.die !== undefined && flags.yieldDie !== undefined) {
        command.error("error: --die and --yield-die are different chips");
      }
      const { runExport } = await import("../commands/export.ts");
      const { to = null, out = null, aggregate = null, target = null, option: options } = flags;
      const { technology = null, symbolRate = null, die: file, yieldDie, seed } = flags;
      const die: ExportCommand["die"] =
        yieldDie !== undefined
          ? { kind: "drawn", die: yieldDie, seed, technology }
          : file !== undefined
            ? { kind: "measured", file }
            : null;
      finish(
        await runExport(terminal, {
          ...flags,
          path: path ?? null,
          to,
          out,
          aggregate,
          target,
          options,
          die,
          technology,
          symbolRate,
        }),
      );
    });
}
