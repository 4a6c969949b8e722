import { type Command, InvalidArgumentError } from "commander";
import { trainingLimits } from "../../dsl/index.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, fileName } from "./options.ts";

export function declareTrainSim(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("train-sim")
    .description("train small models through rings and through the circuit")
    .argument("<spec>", "spec file with a `training` block and an aggregate")
    .option("--aggregate <name>", "the aggregate whose circuit is used")
    .option("--training <name>", "run this training only")
    .option("--steps <n>", "updates of each model (default: what the spec says)", count(1))
    .option("--seeds <n>", "trainings of each run (default: what the spec says)", count(1))
    .option("--chips <n>", "chips of each seed in noise and dies runs (default: what the spec says)", count(1))
    .option("--precision <bits>", "words of other lengths, `2..16` or `4,8,12`, through a circuit each", precisions)
    .option("--csv <file>", "write the curves", fileName)
    .option("--svg <file>", "draw the curves", fileName)
    .option("--json <file>", "write results as JSON; - prints them instead of the text")
    .option("--resume", "go on with the runs that an earlier command finished; nothing is computed twice", false)
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (spec: string, flags, command: Command) => {
      atMost(command, "--steps", flags.steps, trainingLimits.steps);
      atMost(command, "--seeds", flags.seeds, trainingLimits.seeds);
      atMost(command, "--chips", flags.chips, trainingLimits.chips);
      const { runTrainSim } = await import("../commands/train-sim.ts");
      const { aggregate = null, training = null, steps = null, seeds = null, chips = null } = flags;
      const { precision = null, csv = null, svg = null, json = null } = flags;
      if (precision !== null && svg !== null)
        command.error("error: --svg draws the curves of one precision; use --csv");
      const given = { aggregate, training, steps, seeds, chips, precision, csv, svg, json };
      finish(await runTrainSim(terminal, { ...flags, spec, ...given }));
    });
}

/** Longer words than these are not quantized exactly in float64 (docs/formats.md). */
const mostBits = 16;

/** `2..16`, `8` or `4,8,12` to the lengths, in ascending order. */
function precisions(text: string): readonly number[] {
  const [, from, to] = /^(\d{1,2})\.\.(\d{1,2})$/.exec(text) ?? [];
  const listed = /^\d{1,2}(,\d{1,2})*$/.test(text) ? text.split(",").map(Number) : [];
  const bits =
    from === undefined
      ? [...new Set(listed)].sort((a, b) => a - b)
      : Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, i) => Number(from) + i);
  if (bits.length === 0 || bits[0]! < 1 || bits.at(-1)! > mostBits) {
    throw new InvalidArgumentError(`It takes a range such as 2..16 or numbers such as 4,8,12, from 1 to ${mostBits}.`);
  }
  return bits;
}
