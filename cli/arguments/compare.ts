import { type Command, Option } from "commander";
import { limits } from "../../dsl/index.ts";
import type { Ending } from "../exit.ts";
import type { Terminal } from "../text/terminal.ts";
import { atMost, count, needs, quantity, seed, share } from "./options.ts";

/** Options that say nothing without a circuit, and their keys. */
const ofCircuit = [
  ["--aggregate", "aggregate"],
  ["--technology", "technology"],
  ["--symbol-rate", "symbolRate"],
  ["--launch-power", "launchPower"],
  ["--word-error-rate", "wordErrorRate"],
  ["--dies", "dies"],
  ["--seed", "seed"],
] as const;

export function declareCompare(program: Command, terminal: Terminal, finish: Ending): void {
  program
    .command("compare")
    .description("time electrical and optical all-reduce algorithms on a cluster")
    .argument("[spec]", "spec file with `cluster` blocks (default: a cluster of defaults)")
    .option("--workers <counts>", "such as 16, 4,8,12, or 4..4096 for the powers of two in it")
    .option("--size <elements>", "elements of the gradient, such as 25.6M")
    .option("--sizes <bytes>", "of buffers instead, such as 1k..1G, which doubles; k is 1024 bytes")
    .option("--dtype <type>", "fp32, fp16, bf16, fp8, int16 or int8")
    .addOption(
      new Option("--collective <name>", "that is compared")
        .choices(["all-reduce", "reduce-scatter", "all-gather"])
        .default("all-reduce"),
    )
    .option("--algorithms <names>", "separated by commas (default: all)")
    .addOption(
      new Option("--format <format>", "of the result").choices(["table", "csv", "json", "svg"]).default("table"),
    )
    .option("-o, --out <file>", "write the result to a file")
    .option("--force", "replace files that the command did not write itself", false)
    .option("--execute-up-to <workers>", "also execute the schedules of so many workers on integers", count(0), 64)
    .option(
      "--iterations",
      "whole training iterations, with and without overlap, in place of single all-reduces",
      false,
    )
    .option("--sharded", "with --iterations: every worker keeps a share of the parameters", false)
    .option(
      "--circuit <path>",
      "build directory, circuit.json or spec of the photonic unit; without it its figures are assumed",
    )
    .option("--aggregate <name>", "of a spec with several")
    .option(
      "--technology <name>",
      "of the circuit: one that is shipped, or a .yaml file (default: what the spec names)",
    )
    .option(
      "--symbol-rate <rate>",
      "of the circuit, such as 25GBd (default: what the spec says)",
      quantity("symbol rate"),
    )
    .option("--launch-power <power>", "of a symbol at its highest level", quantity("power"), 1e-3)
    .option("--word-error-rate <rate>", "that the circuit has to keep", share, 1e-12)
    .option("--dies <n>", "of the circuit that are judged for its yield; 0 for none", count(0), 100)
    .option("--seed <n>", "of the dies", seed, 1)
    .action(async (spec: string | undefined, flags, command: Command) => {
      if (flags.size !== undefined && flags.sizes !== undefined)
        command.error("error: --size and --sizes exclude each other");
      const { circuit, aggregate = null, technology = null, symbolRate = null, launchPower, wordErrorRate } = flags;
      for (const [name, key] of ofCircuit) needs(command, name, key, "--circuit", circuit);
      atMost(command, "--dies", flags.dies, limits.chips);
      const { runCompare } = await import("../commands/compare.ts");
      const { workers = null, size = null, sizes = null, dtype = null, algorithms = null, out = null } = flags;
      const asked = {
        aggregate,
        technology,
        symbolRate,
        launchPower,
        wordErrorRate,
        dies: flags.dies,
        seed: flags.seed,
      };
      const unit = circuit === undefined ? null : { path: circuit, ...asked };
      const { format, force, executeUpTo, sharded, collective } = flags;
      if (flags.iterations && collective !== "all-reduce") {
        command.error("error: --iterations has the collectives of a training; --sharded gathers and scatters");
      }
      if (sharded && !flags.iterations) command.error("error: --sharded needs --iterations");
      const iterations = flags.iterations ? (sharded ? "sharded" : "data") : null;
      const options = {
        workers,
        size,
        sizes,
        dtype,
        algorithms,
        format,
        out,
        force,
        executeUpTo,
        collective,
        unit,
        iterations,
      } as const;
      finish(await runCompare(terminal, { spec: spec ?? null, ...options }));
    });
}
