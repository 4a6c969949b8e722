#!/usr/bin/env node
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type Dimension, findUnit, unitNames, visibleText } from "../dsl/index.ts";
import type { CacheAction } from "./commands/cache.ts";
import { type ExitCode, exitCode } from "./exit.ts";
import { processTerminal, type Terminal } from "./text/terminal.ts";
import { version } from "./version.ts";

/** Where to report bugs of ours. */
const reportHint = "this is a bug in optinc: please report it with the spec and the command";

/**
 * The command line. Rooms are imported inside the actions, so that `check` does not wait for the compiler to load.
 * Flags of one command that another one has too mean the same.
 */
function commandLine(terminal: Terminal, finish: (code: ExitCode) => void, names: Names | null): Command {
  const program = new Command("optinc");
  program
    .description("Compile an aggregation spec into a verified photonic netlist.")
    .version(version)
    .showHelpAfterError("(`optinc --help` lists commands and options)")
    // Its messages repeat what was typed and are painted by nobody: no colour of an argument passes.
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => terminal.err(visibleText(text)) })
    .exitOverride()
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 invalid input, 2 usage, 3 verification failed or target missed, 4 internal error, 130 or 143 interrupted.\n" +
        "Environment: NO_COLOR, FORCE_COLOR; OPTINC_CACHE is the directory of `optinc cache`; OPTINC_DEBUG=1 shows the stack\n" +
        "of an internal error.",
    );

  program
    .command("compile")
    .description("compile a spec into build directories; every circuit is proved or verified before it is written")
    .argument("<spec>", "spec file (.optinc, .yaml), or - for standard input")
    .option("-o, --out <dir>", "build directory; several aggregates get one subdirectory each (default: build/NAME)")
    .option("--aggregate <name>", "compile this aggregate only")
    .option("--force", "replace the output directory even if it is not a compile of this aggregate", false)
    .option("--seed <n>", "seed of the simulated chips in the summary", seed, 1)
    .option("--chips <n>", "simulated chips for each phase error in the summary, 0 for none", count(0), 100)
    .option("-q, --quiet", "print no summary and no progress", false)
    .option("--json", "print the summary as JSON", false)
    .option("--threads <n>", "threads of training (default: what the spec says); no result depends on it", count(1))
    .option("--resume", "continue an interrupted training from its checkpoint", false)
    .option("--checkpoint-every <s>", "seconds from checkpoint to checkpoint of a training", count(0), 20)
    .option("--no-cache", "train even if the network is in the cache; keep no checkpoint")
    .action(async (spec: string, flags) => {
      const { runCompile } = await import("./commands/compile.ts");
      const { out = null, aggregate = null, threads = null } = flags;
      finish(await runCompile(terminal, { ...flags, spec, out, aggregate, threads }));
    });

  program
    .command("cache")
    .description("finished networks and checkpoints of unfinished ones")
    .addArgument(
      new Argument("<action>", "list, clear, path of the directory, or remove").choices([
        "list",
        "clear",
        "path",
        "remove",
      ]),
    )
    .argument("[name...]", "what to remove: aggregates, or keys of the list")
    .action(async (action: CacheAction, names: string[], _flags, command: Command) => {
      if (action !== "remove" && names.length > 0) command.error(`error: cache ${action} takes no names`);
      const { runCache } = await import("./commands/cache.ts");
      finish(runCache(terminal, action, names));
    });

  program
    .command("check")
    .description("check spec files, compile nothing")
    .argument("<file...>", "spec files (.optinc, .yaml), or - for standard input")
    .addOption(new Option("--format <format>", "of the findings").choices(["human", "json", "sarif"]).default("human"))
    .action(async (files: string[], flags) => {
      const { runCheck } = await import("./commands/check.ts");
      finish(await runCheck(terminal, files, flags.format));
    });

  const technology = program
    .command("technology")
    .description("technologies: what circuits are built of, every number with its source");
  technology
    .command("list")
    .description("list those that are shipped")
    .option("--json", "as JSON", false)
    .action(async (flags) => {
      const { runTechnologyList } = await import("./commands/technology.ts");
      finish(await runTechnologyList(terminal, flags.json));
    });
  technology
    .command("show")
    .description("print every quantity with its value, its kind and its source")
    .argument("<name>", "one that is shipped, or a .yaml file")
    .option("--json", "as JSON, in base units", false)
    .action(async (name: string, flags) => {
      const { runTechnologyShow } = await import("./commands/technology.ts");
      finish(await runTechnologyShow(terminal, name, flags.json));
    });
  technology
    .command("check")
    .description("check technology files of one's own")
    .argument("<file...>", "technology files (.yaml), or - for standard input")
    .addOption(new Option("--format <format>", "of the findings").choices(["human", "json", "sarif"]).default("human"))
    .action(async (files: string[], flags) => {
      const { runTechnologyCheck } = await import("./commands/technology.ts");
      finish(await runTechnologyCheck(terminal, files, flags.format));
    });

  program
    .command("explain")
    .description("explain a diagnostic code; without a code, list all")
    .argument("[code]", "such as OPT0203")
    .action(async (code: string | undefined) => {
      const { runExplain } = await import("./commands/explain.ts");
      finish(runExplain(terminal, code ?? null));
    });

  program
    .command("verify")
    .description("drive a circuit and compare every word with the reference and with an executed ring all-reduce")
    .argument("[paths...]", "build directories, circuit.json, .sp, spec files, or - for standard input")
    .option("--netlist <file>", "verify a file of `optinc export` instead, or the index of several")
    .addOption(new Option("--as <format>", "format of --netlist").choices(["spice", "sax", "blackbird"]))
    .option("--spec <file>", "hold the circuit to a spec: words, rounding, topology, inputs, margin, target")
    .option("--aggregate <name>", "verify this aggregate of a spec only")
    .option(
      "--target <share>",
      "share of right words that is enough of a trained or imported network, such as 0.99",
      share,
    )
    .option("--allow-modified", "verify a build although files of it are not those of its manifest", false)
    .addOption(
      new Option("--inputs <inputs>", "input vectors to try (default: what the spec says, else by size)").choices([
        "exhaustive",
        "proof",
        "sampled",
      ]),
    )
    .option("--samples <n>", "number of sampled vectors; implies --inputs sampled", count(1))
    .addOption(
      new Option(
        "--through <way>",
        "every device, or matrices composed through the devices (default: by size)",
      ).choices(["devices", "composed"]),
    )
    .option("--seed <n>", "seed of samples and chips", seed, 1)
    .option("--gradients <file>", "also aggregate real gradients, float32 [workers, length] in a .npy file")
    .option("--block <n>", "gradients that share an exponent", count(1), 256)
    .option("--phase-sigma <rad>", "also simulate chips with this standard deviation of every phase", positive)
    .option("--chips <n>", "simulated chips", count(1), 100)
    .option("--junit <file>", "write a JUnit report")
    .option("--json <file>", "write the report as JSON; - prints it instead of the text")
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (paths: string[], flags, command: Command) => {
      const { netlist: file, as } = flags;
      if ((file === undefined) !== (as === undefined) || (paths.length === 0) === (file === undefined)) {
        command.error("error: verify takes paths, or --netlist FILE --as FORMAT");
      }
      if (paths.filter((path) => path === "-").length > 1) command.error("error: - is standard input, once");
      needs(command, "--chips", "chips", "--phase-sigma", flags.phaseSigma);
      needs(command, "--block", "block", "--gradients", flags.gradients);
      const { limits, trainingLimits } = await import("../dsl/index.ts");
      atMost(command, "--samples", flags.samples, limits.sampledVectors);
      atMost(command, "--chips", flags.chips, limits.chips);
      atMost(command, "--block", flags.block, trainingLimits.block);
      const netlist = file === undefined ? null : { file, as };
      if (flags.samples !== undefined && flags.inputs !== undefined && flags.inputs !== "sampled") {
        command.error(`error: --samples does not go with --inputs ${flags.inputs}`);
      }
      const { runVerify } = await import("./commands/verify.ts");
      const { aggregate = null, inputs = null, samples = null, gradients = null, phaseSigma = null } = flags;
      const { junit = null, json = null, through = null, spec = null, target = null } = flags;
      const optional = { aggregate, inputs, samples, gradients, phaseSigma, junit, json, through, spec, target };
      finish(await runVerify(terminal, { ...flags, paths, netlist, ...optional }));
    });

  program
    .command("budget")
    .description("what a circuit needs and gives in a technology: light, loss, noise, errors, time, power, area")
    .argument("<path>", "build directory, circuit.json, spec file, or - for standard input")
    .option("--technology <name>", "one that is shipped, or a .yaml file (default: what the spec names)")
    .option("--symbol-rate <rate>", "such as 25GBd (default: what the spec says, else 25 GBd)", quantity("symbol rate"))
    .addOption(
      new Option("--launch-power <power>", "of a symbol of a worker at its highest level, such as 3dBm")
        .argParser(quantity("power"))
        .default(1e-3, "0 dBm"),
    )
    .option("--word-error-rate <rate>", "for which the least powers are looked for", share, 1e-12)
    .option(
      "--monte-carlo <words>",
      "also send so many words through noisy devices, where errors can be seen",
      count(0),
      0,
    )
    .option("--seed <n>", "seed of these words", seed, 1)
    .option("--aggregate <name>", "this aggregate of a spec only")
    .option("--waterfall <file>", "draw the losses of the worst path, SVG")
    .option("--margins <file>", "draw how far every comparator and receiver is from an error, SVG")
    .option("--json", "print everything as JSON", false)
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no progress", false)
    .action(async (path: string, flags, command: Command) => {
      const { limits } = await import("../dsl/index.ts");
      atMost(command, "--monte-carlo", flags.monteCarlo, limits.sampledVectors);
      const { runBudget } = await import("./commands/budget.ts");
      const { technology = null, symbolRate = null, aggregate = null, waterfall = null, margins = null } = flags;
      const optional = { technology, symbolRate, aggregate, waterfall, margins };
      finish(await runBudget(terminal, { ...flags, path, ...optional }));
    });

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
    .option("--aggregate <name>", "export this aggregate of a spec")
    .option("--target <share>", "share of right words that is enough of a trained or imported network", share)
    .option("--force", "replace a file or directory that the command did not write itself", false)
    .option("-q, --quiet", "do not say what was written", false)
    .action(async (path: string | undefined, flags, command: Command) => {
      if (!flags.list && (path === undefined || flags.to === undefined)) {
        command.error("error: export takes a path and --to FORMAT, or --list");
      }
      const { runExport } = await import("./commands/export.ts");
      const { to = null, out = null, aggregate = null, target = null, option: options } = flags;
      finish(await runExport(terminal, { ...flags, path: path ?? null, to, out, aggregate, target, options }));
    });

  program
    .command("yield")
    .description("draw dies with the errors of a technology, and count those that read every word right")
    .argument("<path>", "build directory, circuit.json, spec file, or - for standard input")
    .option("--technology <name>", "one that is shipped, or a .yaml file (default: what the spec names)")
    .option(
      "--phase <rad>",
      "standard deviation of every phase after the bring-up, instead of the technology's",
      radians,
    )
    .option(
      "--splitter <share>",
      "standard deviation of every splitter's share of power from a half, instead of the technology's",
      radians,
    )
    .option("--dies <n>", "how many", count(1), 1000)
    .option("--seed <n>", "every die is drawn from it and its own number", seed, 1)
    .option("--tolerances", "also how large each error alone may be: holds at, fails at", false)
    .option("--ranking", "also which phases break a die first, each alone", false)
    .option("--aggregate <name>", "of a spec with several")
    .option("--threads <n>", "that judge dies (default: the cores); no result depends on it", count(1))
    .option("--csv <file>", "write a row for every die")
    .option("--svg <file>", "draw the yield over the error of every phase")
    .option("--json <file>", "write the result as JSON; - prints it instead of the text")
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (path: string, flags, command: Command) => {
      const { limits } = await import("../dsl/index.ts");
      atMost(command, "--dies", flags.dies, limits.chips);
      const { runYield } = await import("./commands/yield.ts");
      const { aggregate = null, technology: named = null, phase = null, splitter = null, threads = null } = flags;
      const { csv = null, json = null, svg = null } = flags;
      const optional = { aggregate, technology: named, phase, splitter, threads, csv, json, svg };
      finish(await runYield(terminal, { ...flags, path, ...optional }));
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
    .option("--force", "replace files that the command did not write itself", false)
    .option("--execute-up-to <workers>", "also execute the schedules of so many workers on integers", count(0), 64)
    .action(async (spec: string | undefined, flags) => {
      const { runCompare } = await import("./commands/compare.ts");
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
    .option("--force", "replace a file or directory that the command did not write itself", false)
    .action(async (name: string, flags) => {
      const { runSchedule } = await import("./commands/schedule.ts");
      const { wavelengths = null, size = null, dtype = null, spec = null, out = null } = flags;
      const request = { ...flags, name, wavelengths, size, dtype, spec, out, export: flags.export ?? null };
      finish(await runSchedule(terminal, request));
    });

  program
    .command("train-sim")
    .description("train small models with gradients that go through rings and the compiled circuit, and compare")
    .argument("<spec>", "spec file with a `training` block and an aggregate")
    .option("--aggregate <name>", "the aggregate whose circuit is used")
    .option("--training <name>", "run this training only")
    .option("--steps <n>", "updates of each model (default: what the spec says)", count(1))
    .option("--seeds <n>", "trainings of each run (default: what the spec says)", count(1))
    .option("--csv <file>", "write the curves")
    .option("--svg <file>", "draw the curves")
    .option("--json <file>", "write results as JSON; - prints them instead of the text")
    .option("--force", "replace files that the command did not write itself", false)
    .option("-q, --quiet", "print no report and no progress", false)
    .action(async (spec: string, flags, command: Command) => {
      const { trainingLimits } = await import("../dsl/index.ts");
      atMost(command, "--steps", flags.steps, trainingLimits.steps);
      atMost(command, "--seeds", flags.seeds, trainingLimits.seeds);
      const { runTrainSim } = await import("./commands/train-sim.ts");
      const { aggregate = null, training = null, steps = null, seeds = null } = flags;
      const { csv = null, svg = null, json = null } = flags;
      finish(await runTrainSim(terminal, { ...flags, spec, aggregate, training, steps, seeds, csv, svg, json }));
    });

  if (names !== null) {
    for (const [command, text] of Object.entries(names)) {
      program.commands.find((each) => each.name() === command)?.addHelpText("after", `\n${text}`);
    }
  }
  return program;
}

/** Text behind the help of a command, by its name. */
type Names = Readonly<Record<string, string>>;

/** What there is to choose from. Only help waits for the rooms that know it. */
async function namesForHelp(words: readonly string[]): Promise<Names | null> {
  if (!words.some((word) => word === "help" || word === "--help" || word === "-h")) return null;
  const { algorithms } = await import("../collectives/index.ts");
  const { targets } = await import("../netlist/index.ts");
  const known = `Algorithms: ${algorithms.map((each) => each.name).join(", ")}.`;
  const formats = `Formats: ${targets.map((each) => each.name).join(", ")}; or ./my-target.js.`;
  return { compare: known, schedule: known, export: formats };
}

/** Gathers `key=value`. */
function keyValue(text: string, earlier: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("It takes key=value.");
  return { ...earlier, [text.slice(0, at)]: text.slice(at + 1) };
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

/** An option that does nothing without another one is a mistake. */
function needs(command: Command, name: string, key: string, other: string, given: unknown): void {
  if (command.getOptionValueSource(key) === "cli" && given === undefined) {
    command.error(`error: ${name} needs ${other}`);
  }
}

/** The bounds of specs hold on the command line too. */
function atMost(command: Command, name: string, given: number | undefined, most: number): void {
  if (given !== undefined && given > most) command.error(`error: ${name} takes at most ${most}`);
}

function share(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("It takes a share of 1 above 0, such as 0.99.");
  return value;
}

/** Parser of a positive quantity with its unit, `25GBd` or `3 dBm`, to the base unit. */
function quantity(dimension: Dimension): (text: string) => number {
  return (text) => {
    const [, number = "", name = ""] = /^\s*([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([A-Za-z]+)\s*$/i.exec(text) ?? [];
    const unit = findUnit(name);
    const value = unit?.dimension === dimension && number !== "" ? unit.toBase(Number(number)) : Number.NaN;
    if (!Number.isFinite(value) || value <= 0) {
      throw new InvalidArgumentError(
        `It takes a number with a unit of a ${dimension}: ${unitNames(dimension).join(", ")}.`,
      );
    }
    return value;
  };
}

/** Of a standard deviation; 0 for none. */
function radians(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= Math.PI)) throw new InvalidArgumentError("It takes a number from 0 to 3.14.");
  return value;
}

function positive(text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError("It takes a positive number, in radians.");
  return value;
}

async function main(): Promise<void> {
  const terminal = processTerminal();
  // What is thrown where nobody waits for it.
  process.on("uncaughtException", (error) => {
    reportBug(terminal, error);
    process.exit();
  });
  try {
    const finish = (code: ExitCode): void => {
      process.exitCode = code;
    };
    const program = commandLine(terminal, finish, await namesForHelp(process.argv.slice(2)));
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
      return;
    }
    reportBug(terminal, error);
  }
}

function reportBug(terminal: Terminal, error: unknown): void {
  process.exitCode = exitCode.internalError;
  const message = error instanceof Error ? error.message : String(error);
  terminal.err(`internal error: ${message.split("\n")[0]} (${reportHint})\n`);
  if (process.env["OPTINC_DEBUG"] === "1" && error instanceof Error) terminal.err(`${error.stack}\n`);
}

await main();
