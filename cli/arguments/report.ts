import { type Command, Option } from "commander";
import { limits } from "../../dsl/index.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, quantity, seed, share } from "./options.ts";

export function declareReport(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("report")
    .description("write one HTML page that shows a circuit and plays words")
    .argument("<path>", "build directory, circuit.json, spec file, - for standard input; or the folder of a study")
    .option("-o, --out <file>", "the page", "report.html")
    .option("--spec <file>", "hold the circuit to a spec, its requirements among them")
    .option("--aggregate <name>", "this aggregate of a spec only")
    .option("--technology <name>", "one that is shipped, or a .yaml file (default: what the spec or the build names)")
    .option("--target <share>", "share of right words that is enough of a trained or imported network", share)
    .addOption(
      new Option("--inputs <inputs>", "input vectors to try (default: as `optinc verify` does)").choices([
        "exhaustive",
        "proof",
        "sampled",
      ]),
    )
    .option("--samples <n>", "number of sampled vectors; implies --inputs sampled", count(1))
    .option("--symbol-rate <rate>", "such as 25GBd (default: what the spec says, else 25 GBd)", quantity("symbol rate"))
    .option(
      "--dies <n>",
      "dies a point of the yield (default: 100 of a small circuit with a proof, else none)",
      count(0),
    )
    .option(
      "--with <file...>",
      "drawings (.svg), tables (.csv) and studies (their folder) of other commands to put on the page",
    )
    .option("--seed <n>", "seed of samples and dies", seed, 1)
    .option("--allow-modified", "report on a build although files of it are not those of its manifest", false)
    .option("--force", "replace a file that the command did not write itself", false)
    .option("-q, --quiet", "print no progress", false)
    .action(async (path: string, flags, command: Command) => {
      atMost(command, "--samples", flags.samples, limits.sampledVectors);
      atMost(command, "--dies", flags.dies, limits.chips);
      if (flags.out === "-") command.error("error: a page is a file: name it with -o");
      if (flags.samples !== undefined && flags.inputs !== undefined && flags.inputs !== "sampled") {
        command.error(`error: --samples does not go with --inputs ${flags.inputs}`);
      }
      const { runReport } = await import("../commands/report.ts");
      const { spec = null, aggregate = null, technology = null, target = null, inputs = null, samples = null } = flags;
      const { symbolRate = null, dies = null, with: attachments = [] } = flags;
      const optional = { spec, aggregate, technology, target, inputs, samples, symbolRate, dies, attachments };
      finish(await runReport(terminal, { ...flags, path, ...optional }));
    });
}
