import { Command, CommanderError } from "commander";
import { plainDiagnostic, visibleText } from "../dsl/index.ts";
import { declare, type GroupDefinition } from "./arguments/definition.ts";
import { type Ending, exitCode } from "./exit.ts";
import { exitNotes } from "./shell/notes.ts";
import { reportDiagnostics } from "./text/diagnostics.ts";
import { processTerminal, type Terminal } from "./text/terminal.ts";
import { version } from "./version.ts";

/** Where to report bugs of optinc. */
const reportHint = "this is a bug in optinc: please report it with the spec and the command";

type Row = readonly [about: string, load: () => Promise<{ readonly definition: GroupDefinition }>];

/** The commands by topic, in the order of the help, each in a file that is loaded when the command is named. */
const topics: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  "Make:": {
    init: ["begin a project with a first spec; nothing is overwritten", () => import("./commands/init.ts")],
    compile: ["compile a spec into proved or verified circuits", () => import("./commands/compile.ts")],
    export: ["print a circuit, a layer or a mesh in a format of other tools", () => import("./commands/export.ts")],
    cache: ["finished networks, checkpoints and compiled code", () => import("./commands/cache.ts")],
  },
  "Check:": {
    check: ["check spec files, compile nothing", () => import("./commands/check.ts")],
    fmt: ["lay out spec files in place", () => import("./commands/fmt.ts")],
    verify: ["compare a circuit with the reference and a ring all-reduce", () => import("./commands/verify.ts")],
    diff: ["compare the figures and phases of two circuits", () => import("./commands/diff.ts")],
  },
  "Chip:": {
    technology: [
      "list, show and check technologies: quantities with sources",
      () => import("./commands/technology.ts"),
    ],
    budget: ["loss, noise, word errors, time, power and area in a technology", () => import("./commands/budget.ts")],
    sweep: ["find wavelengths and temperatures at which all words are right", () => import("./commands/sweep.ts")],
    yield: ["count simulated chips that read every word right", () => import("./commands/yield.ts")],
    faults: ["break one part at a time: who sees it, what repairs it", () => import("./commands/faults.ts")],
    track: ["keep a chip set by pilots while it drifts", () => import("./commands/track.ts")],
    bringup: ["derive how a fabricated chip is set by its own detectors", () => import("./commands/bringup.ts")],
  },
  "Systems:": {
    aggregate: [
      "send gradients through a circuit, write what workers receive",
      () => import("./commands/aggregate.ts"),
    ],
    compare: ["time electrical and optical all-reduce algorithms on a cluster", () => import("./commands/compare.ts")],
    schedule: [
      "print the steps of an all-reduce, or write them for other tools",
      () => import("./commands/schedule.ts"),
    ],
    "train-sim": ["train small models through rings and through the circuit", () => import("./commands/train-sim.ts")],
  },
  "Look:": {
    report: ["write one HTML page that shows a circuit and plays words", () => import("./commands/report.ts")],
    workbench: ["write one HTML page that compiles specs as you type", () => import("./commands/workbench.ts")],
    study: ["compile and measure a circuit for every point of a study", () => import("./commands/study.ts")],
  },
  "Help:": {
    explain: ["explain a diagnostic code; without a code, list all", () => import("./commands/explain.ts")],
    lsp: ["language server for editors, on standard input and output", () => import("./commands/lsp.ts")],
    completions: ["print a completion script for bash, zsh or fish", () => import("./commands/completions.ts")],
    manual: ["print the manual page: optinc manual | man -l -", () => import("./commands/manual.ts")],
  },
};

/** These speak of all commands. */
const aboutAll: readonly string[] = ["completions", "manual"];

/** Declares every command with its line in the help, and what the words name with all that it takes. */
async function declareCommands(
  words: readonly string[],
  program: Command,
  terminal: Terminal,
  finish: Ending,
): Promise<void> {
  const [first = "", second = ""] = words.filter((word) => !word.startsWith("-"));
  const named = first === "help" ? second : first;
  for (const [topic, commands] of Object.entries(topics)) {
    program.commandsGroup(topic);
    for (const [name, [about, load]] of Object.entries(commands)) {
      const command = program.command(name).description(about);
      if (name !== named && !aboutAll.includes(named)) continue;
      declare((await load()).definition, command, terminal, finish);
    }
  }
  program.helpCommand(true);
}

/** An empty value is a mistake of a script, and of two places to write to one would be dropped unsaid. */
function refuseOddValues(command: Command): void {
  for (const option of command.options) {
    let given = false;
    command.on(`option:${option.name()}`, (value: string | null) => {
      if (value === "") command.error(`error: ${option.flags} is empty`);
      if (given && option.short === "-o") command.error(`error: ${option.flags} is given twice`);
      given = true;
    });
  }
  command.commands.forEach(refuseOddValues);
}

/**
 * The command line. The file of a command is imported when it is named, so that `check` does not wait for the compiler to load.
 * Flags of one command that another one has too mean the same.
 */
async function commandLine(terminal: Terminal, finish: Ending, words: readonly string[]): Promise<Command> {
  const program = new Command("optinc");
  program
    .description("Compile an aggregation spec into a verified photonic netlist.")
    .version(version)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(`optinc --help` lists commands and options)")
    // Its messages repeat arguments without painting them: no colour of an argument passes.
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => terminal.err(visibleText(text)) })
    .exitOverride()
    .addHelpText(
      "after",
      `\nExit codes: ${exitNotes.map((note) => note.join(" ")).join(", ")}.\n` +
        "Environment: NO_COLOR, FORCE_COLOR; OPTINC_CACHE is the directory of `optinc cache`; OPTINC_DEBUG=1 shows the stack\n" +
        "of an internal error.",
    );

  await declareCommands(words, program, terminal, finish);
  refuseOddValues(program);
  return program;
}

/** Runs the command that `process.argv` holds; the exit code of the process says how it ended. Never rejects. */
export async function main(): Promise<void> {
  const terminal = processTerminal();
  // Rejections that no caller awaits.
  process.on("uncaughtException", (error) => {
    reportBug(terminal, error);
    process.exit();
  });
  try {
    const finish: Ending = (code) => {
      process.exitCode = code;
    };
    const program = await commandLine(terminal, finish, process.argv.slice(2));
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
  if (error instanceof RangeError && /could not allocate memory|allocation failed/i.test(error.message)) {
    const help = "raise the limit (`ulimit -v`), or run it on a machine with more memory";
    reportDiagnostics(terminal, null, [plainDiagnostic("OPT0686", "there is not enough memory", help)]);
    process.exitCode = exitCode.invalidInput;
    return;
  }
  process.exitCode = exitCode.internalError;
  const message = error instanceof Error ? error.message : String(error);
  terminal.err(`internal error: ${message.split("\n")[0]} (${reportHint})\n`);
  if (process.env["OPTINC_DEBUG"] === "1" && error instanceof Error) terminal.err(`${error.stack}\n`);
}
