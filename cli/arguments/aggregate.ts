import { type Command, Option } from "commander";
import { trainingLimits } from "../../dsl/index.ts";
import type { AggregateCommand } from "../commands/aggregate.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, needs, positive, seed, share } from "./options.ts";

export function declareAggregate(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("aggregate")
    .description("send gradients through a circuit, write what workers receive")
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
    .option("--yield-die <n>", "through the die of this number in `optinc yield`; a row for every worker too", count(0))
    .option("--technology <name>", "of the die (default: what the spec names)")
    .option("--seed <n>", "of the die", seed, 1)
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
      needs(command, "--technology", "technology", "--yield-die", flags.yieldDie);
      needs(command, "--seed", "seed", "--yield-die", flags.yieldDie);
      if ([flags.chip, flags.die, flags.yieldDie].filter((it) => it !== undefined).length > 1) {
        command.error("error: --chip, --die and --yield-die are different chips");
      }
      atMost(command, "--block", flags.block, trainingLimits.block);
      const { runAggregate } = await import("../commands/aggregate.ts");
      const { aggregate = null, target = null, threads = null, json = null, dtype = null } = flags;
      const { chip: number, phaseSigma, die, yieldDie, technology = null, seed } = flags;
      const chip: AggregateCommand["chip"] =
        yieldDie !== undefined
          ? { kind: "drawn", die: yieldDie, seed, technology }
          : die !== undefined
            ? { kind: "measured", file: die }
            : number === undefined || phaseSigma === undefined
              ? null
              : { kind: "phases", seed: number, phaseSigma };
      finish(
        await runAggregate(terminal, { ...flags, path, gradients, aggregate, target, threads, json, dtype, chip }),
      );
    });
}
