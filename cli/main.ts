#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type ExitCode, exitCode } from "./exit.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** Where to report bugs of ours. */
const reportHint = "this is a bug in optinc: please report it with the spec and the command";

/**
 * The command line. Rooms are imported inside the actions, so that `check` does not wait for the compiler to load.
 * Flags of one command that another one has too mean the same.
 */
function commandLine(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command("optinc");
  program
    .description("Compile an aggregation spec into a verified photonic netlist.")
    .version(version)
    .showHelpAfterError("(`optinc --help` lists commands and options)")
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride()
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 invalid input, 2 usage, 3 verification failed, 4 internal error.\n" +
        "Environment: NO_COLOR, FORCE_COLOR; OPTINC_DEBUG=1 shows the stack of an internal error.",
    );

  program
    .command("compile")
    .description("compile a spec into build directories; every circuit is proved before it is written")
    .argument("<spec>", "spec file (.optinc, .yaml), or - for standard input")
    .option("-o, --out <dir>", "build directory; several aggregates get one subdirectory each (default: build/NAME)")
    .option("--aggregate <name>", "compile this aggregate only")
    .option("--force", "replace the output directory even if it is not an optinc build", false)
    .option("--seed <n>", "seed of the simulated chips in the summary", seed, 1)
    .option("--chips <n>", "simulated chips for each phase error in the summary, 0 for none", count(0), 100)
    .option("-q, --quiet", "print no summary and no progress", false)
    .option("--json", "print the summary as JSON", false)
    .action(async (spec: string, flags) => {
      const { runCompile } = await import("./compile.ts");
      finish(
        await runCompile(terminal, { spec, ...flags, out: flags.out ?? null, aggregate: flags.aggregate ?? null }),
      );
    });

  program
    .command("check")
    .description("check spec files, compile nothing")
    .argument("<file...>", "spec files (.optinc, .yaml), or - for standard input")
    .addOption(new Option("--format <format>", "of the findings").choices(["human", "json", "sarif"]).default("human"))
    .action(async (files: string[], flags) => {
      const { runCheck } = await import("./check.ts");
      finish(await runCheck(terminal, files, flags.format));
    });

  program
    .command("explain")
    .description("explain a diagnostic code; without a code, list all")
    .argument("[code]", "such as OPT0203")
    .action(async (code: string | undefined) => {
      const { runExplain } = await import("./explain.ts");
      finish(runExplain(terminal, code ?? null));
    });

  program
    .command("verify")
    .description("drive a circuit and compare every word with the reference and with an executed ring all-reduce")
    .argument("<path>", "build directory, circuit.json, or spec file")
    .option("--aggregate <name>", "verify this aggregate of a spec only")
    .addOption(
      new Option("--inputs <inputs>", "input vectors to try (default: what the spec says)").choices([
        "exhaustive",
        "proof",
        "sampled",
      ]),
    )
    .option("--samples <n>", "number of sampled vectors; implies --inputs sampled", count(1))
    .option("--seed <n>", "seed of samples and chips", seed, 1)
    .option("--gradients <file>", "also aggregate real gradients, float32 [workers, length] in a .npy file")
    .option("--block <n>", "gradients that share an exponent", count(1), 256)
    .option("--phase-sigma <rad>", "also simulate chips with this standard deviation of every phase", positive)
    .option("--chips <n>", "simulated chips", count(1), 100)
    .option("--junit <file>", "write a JUnit report")
    .option("--json <file>", "write the report as JSON; - prints it instead of the text")
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (path: string, flags, command: Command) => {
      if (flags.samples !== undefined && flags.inputs !== undefined && flags.inputs !== "sampled") {
        command.error(`error: --samples does not go with --inputs ${flags.inputs}`);
      }
      const { runVerify } = await import("./verify.ts");
      const { aggregate = null, inputs = null, samples = null, gradients = null, phaseSigma = null } = flags;
      const { junit = null, json = null } = flags;
      finish(
        await runVerify(terminal, { ...flags, path, aggregate, inputs, samples, gradients, phaseSigma, junit, json }),
      );
    });

  program
    .command("compare")
    .description("time all-reduce algorithms, electrical and optical, on a declared cluster")
    .argument("[spec]", "spec file with `cluster` blocks (default: a cluster of defaults)")
    .option("--workers <counts>", "such as 16, 4,8,12, or 4..4096 for the powers of two in it")
    .option("--size <elements>", "elements of the gradient, such as 25.6M")
    .option("--dtype <type>", "fp32, fp16, bf16, fp8, int16 or int8")
    .option("--algorithms <names>", "separated by commas (default: all)")
    .addOption(
      new Option("--format <format>", "of the result").choices(["table", "csv", "json", "svg"]).default("table"),
    )
    .option("-o, --out <file>", "write the result to a file")
    .option("--execute-up-to <workers>", "also execute the schedules of so many workers on integers", count(0), 64)
    .action(async (spec: string | undefined, flags) => {
      const { runCompare } = await import("./compare.ts");
      const { workers = null, size = null, dtype = null, algorithms = null, out = null } = flags;
      finish(await runCompare(terminal, { ...flags, spec: spec ?? null, workers, size, dtype, algorithms, out }));
    });

  program
    .command("schedule")
    .description("print the steps of an all-reduce, or write them for another tool")
    .argument("<name>", "algorithm, such as ring, wrht or optinc-cascade")
    .requiredOption("--workers <count>", "such as 16")
    .option("--wavelengths <count>", "of the ring of waveguides")
    .option("--size <elements>", "elements of the gradient (default: 8 for each worker)")
    .option("--dtype <type>", "fp32, fp16, bf16, fp8, int16 or int8")
    .option("--spec <file>", "spec file whose first cluster gives the other settings")
    .addOption(new Option("--export <format>", "instead of a listing").choices(["chakra", "astra-sim", "msccl"]))
    .option("-o, --out <path>", "file, or directory for formats of several files")
    .action(async (name: string, flags) => {
      const { runSchedule } = await import("./schedule.ts");
      const { wavelengths = null, size = null, dtype = null, spec = null, out = null } = flags;
      const request = { ...flags, name, wavelengths, size, dtype, spec, out, export: flags.export ?? null };
      finish(await runSchedule(terminal, request));
    });

  return program;
}

function seed(text: string): number {
  return count(0)(text);
}

/** Parser of whole numbers from `least` on; exponents as in specs, `1e6`. */
function count(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?(e\+?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`It takes a whole number from ${least} on.`);
    }
    return value;
  };
}

function positive(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("It takes a positive number, in radians.");
  return value;
}

async function main(): Promise<void> {
  const terminal = processTerminal();
  try {
    const program = commandLine(terminal, (code) => {
      process.exitCode = code;
    });
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
      return;
    }
    process.exitCode = exitCode.internalError;
    const message = error instanceof Error ? error.message : String(error);
    terminal.err(`internal error: ${message.split("\n")[0]} (${reportHint})\n`);
    if (process.env["OPTINC_DEBUG"] === "1" && error instanceof Error) terminal.err(`${error.stack}\n`);
  }
}

await main();
