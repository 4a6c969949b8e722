import { type Command, Option } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, positive, seed, share } from "./options.ts";

export function declareAggregate(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("aggregate")
    .description("send gradients through a circuit and write what the workers receive")
    .argument("<path>", "build directory, circuit.json, or spec file")
    .argument("<gradients...>", "a .npy file whose first axis is the worker, or one file for every worker in order")
    .requiredOption("-o, --out <file>", "the .npy file to write, of the same type")
    .option("--block <n>", "gradients that share an exponent", count(1), 256)
    .addOption(
      new Option("--dtype <type>", "type of the numbers (default: what the files say; NumPy has no bf16)").choices([
        "f32",
        "f16",
        "bf16",
      ]),
    )
    .option(
      "--chip <seed>",
      "through the chip with phase errors that `verify --seed` draws first; writes a row for every worker",
      seed,
    )
    .option("--phase-sigma <rad>", "standard deviation of every phase of the chip", positive)
    .option(
      "--die <file>",
      "through the chip whose splitters and losses this die.json says; a row for every worker too",
    )
    .option("--aggregate <name>", "of a spec with several")
    .option("--target <share>", "share of right words that is enough of a trained or imported network", share)
    .option("--threads <n>", "that aggregate (default: the cores); no result depends on it", count(1))
    .option("--json <file>", "write the report as JSON; - prints it instead of the text")
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (path: string, gradients: string[], flags, command: Command) => {
      if ((flags.chip === undefined) !== (flags.phaseSigma === undefined)) {
        command.error("error: --chip SEED and --phase-sigma RAD go together");
      }
      if (flags.chip !== undefined && flags.die !== undefined) command.error("error: --chip and --die are two chips");
      const { trainingLimits } = await import("../../dsl/index.ts");
      atMost(command, "--block", flags.block, trainingLimits.block);
      const { runAggregate } = await import("../commands/aggregate.ts");
      const { aggregate = null, target = null, threads = null, json = null, dtype = null, die = null } = flags;
      const { chip: number, phaseSigma } = flags;
      const chip = number === undefined || phaseSigma === undefined ? null : { seed: number, phaseSigma };
      finish(
        await runAggregate(terminal, { ...flags, path, gradients, aggregate, target, threads, json, dtype, chip, die }),
      );
    });
}
