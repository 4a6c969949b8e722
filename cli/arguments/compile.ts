import type { Command } from "commander";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { count, seed } from "./options.ts";

export function declareCompile(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("compile")
    .description("compile a spec into proved or verified circuits")
    .argument("<spec>", "spec file (.optinc, .yaml), or - for standard input")
    .option("-o, --out <dir>", "build directory; several aggregates get one subdirectory each (default: build/NAME)")
    .option("--aggregate <name>", "compile this aggregate only")
    .option("--force", "replace the output directory even if it is not a compile of this aggregate", false)
    .option("--measured <file>", "make the circuit for a fabricated chip whose splitters and losses this die.json says")
    .option("--seed <n>", "seed of the simulated chips in the summary", seed, 1)
    .option("--chips <n>", "most simulated chips for each phase error in the summary, 0 for none", count(0), 20)
    .option("-q, --quiet", "print no summary and no progress", false)
    .option("--json", "print the summary as JSON", false)
    .option("--threads <n>", "threads of training (default: what the spec says); no result depends on it", count(1))
    .option("--resume", "continue an interrupted training from its checkpoint", false)
    .option("--checkpoint-every <s>", "seconds from checkpoint to checkpoint of a training", count(0), 20)
    .option("--no-cache", "train even if the network is in the cache; keep no checkpoint")
    .option("--watch", "compile again whenever the spec, or a file that it names, changes; Ctrl-C ends", false)
    .action(async (spec: string, flags, command: Command) => {
      if (flags.watch && spec === "-") command.error("error: --watch takes a file, which standard input is not");
      const { out = null, aggregate = null, threads = null, measured = null } = flags;
      const options = { ...flags, spec, out, aggregate, threads, measured };
      if (flags.watch) {
        const { runWatch } = await import("../commands/watch.ts");
        finish(await runWatch(terminal, options));
        return;
      }
      const { runCompile } = await import("../commands/compile.ts");
      finish(await runCompile(terminal, options));
    });
}
