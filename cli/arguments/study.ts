import { type Command, InvalidArgumentError } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { count } from "./options.ts";

/** More tasks than any array of Slurm has. */
const mostShards = 100_000;

export function declareStudy(program: Command, terminal: Terminal, finish: Ending): void {
  const study = program
    .command("study")
    .description("compile and measure a circuit for every point of a study")
    .argument("<spec>", "spec file with a study")
    .option("--study <name>", "of a spec with several")
    .option(
      "-o, --out <dir>",
      "results: rows.csv, rows.jsonl, rows.parquet, the Pareto front, and what is finished",
      "results",
    )
    .option("--jobs <n>", "threads; no row depends on their number", count(1), 1)
    .option("--shard <i/n>", "part i of n only; `study merge` makes one table of all", shard)
    .option("--resume", "go on with what is finished in the folder; nothing is computed twice", false)
    .option("--slurm [n]", "run nothing: print an sbatch script of an array of n tasks (default: 16)", count(1))
    .option("--force", "write into a folder of other files, and forget finished rows", false)
    .option("-q, --quiet", "print no summary and no progress", false)
    .action(async (spec: string, flags, command: Command) => {
      const { slurm } = flags;
      if (typeof slurm === "number" && slurm > mostShards) command.error(`error: --slurm takes at most ${mostShards}`);
      const { runStudy } = await import("../commands/study.ts");
      const { study: name = null, shard: part = { index: 1, of: 1 } } = flags;
      const tasks = slurm === undefined ? null : typeof slurm === "number" ? slurm : 16;
      finish(await runStudy(terminal, { ...flags, spec, study: name, shard: part, slurm: tasks }));
    });
  study
    .command("merge")
    .description("one table of the rows of all shards, as one machine would have written it")
    .argument("<spec>", "spec file with the study")
    .argument("<results...>", "folders of results")
    .option("-o, --out <dir>", "where the tables go; one of the folders too", "results")
    .option("--study <name>", "of a spec with several")
    .option("--partial", "write what is finished, where points are missing", false)
    .option("--force", "write into a folder of other files", false)
    .option("-q, --quiet", "print no summary", false)
    .action(async (spec: string, folders: string[], _flags, command: Command) => {
      // What both commands have is taken by the outer one, wherever it stands.
      const { out, partial, force, quiet, study: name = null } = command.optsWithGlobals<MergeFlags>();
      const { runStudyMerge } = await import("../commands/study.ts");
      finish(await runStudyMerge(terminal, { spec, folders, out, partial, force, quiet, study: name }));
    });
}

interface MergeFlags {
  readonly out: string;
  readonly partial: boolean;
  readonly force: boolean;
  readonly quiet: boolean;
  readonly study?: string;
}

function shard(text: string): { readonly index: number; readonly of: number } {
  const [, index, of] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of || of > mostShards) {
    throw new InvalidArgumentError("It takes a part and how many there are, such as 1/4.");
  }
  return { index, of };
}
