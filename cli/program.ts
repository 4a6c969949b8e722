import { Command, CommanderError } from "commander";
import { plainDiagnostic, visibleText } from "../dsl/index.ts";
import { declareAggregate } from "./arguments/aggregate.ts";
import { declareBringup } from "./arguments/bringup.ts";
import { declareBudget } from "./arguments/budget.ts";
import { declareCache } from "./arguments/cache.ts";
import { declareCheck } from "./arguments/check.ts";
import { declareCompare } from "./arguments/compare.ts";
import { declareCompile } from "./arguments/compile.ts";
import { declareCompletions } from "./arguments/completions.ts";
import { declareDiff } from "./arguments/diff.ts";
import { declareExplain } from "./arguments/explain.ts";
import { declareExport } from "./arguments/export.ts";
import { declareFmt } from "./arguments/fmt.ts";
import { declareInit } from "./arguments/init.ts";
import { declareLsp } from "./arguments/lsp.ts";
import { declareManual } from "./arguments/manual.ts";
import { declareReport } from "./arguments/report.ts";
import { declareSchedule } from "./arguments/schedule.ts";
import { declareStudy } from "./arguments/study.ts";
import { declareTechnology } from "./arguments/technology.ts";
import { declareTrainSim } from "./arguments/train-sim.ts";
import { declareVerify } from "./arguments/verify.ts";
import { declareYield } from "./arguments/yield.ts";
import { type Ending, exitCode } from "./exit.ts";
import { exitNotes } from "./shell/notes.ts";
import { reportDiagnostics } from "./text/diagnostics.ts";
import { processTerminal, type Terminal } from "./text/terminal.ts";
import { version } from "./version.ts";

/** Where to report bugs of ours. */
const reportHint = "this is a bug in optinc: please report it with the spec and the command";

type Declaration = (program: Command, terminal: Terminal, finish: Ending) => void;

/** The commands by topic, in the order of the help; each is declared in its own file and does its work in `commands/`. */
const topics: Readonly<Record<string, Readonly<Record<string, Declaration>>>> = {
  "Make:": { init: declareInit, compile: declareCompile, export: declareExport, cache: declareCache },
  "Check:": { check: declareCheck, fmt: declareFmt, verify: declareVerify, diff: declareDiff },
  "Chip:": { technology: declareTechnology, budget: declareBudget, yield: declareYield, bringup: declareBringup },
  "Systems:": {
    aggregate: declareAggregate,
    compare: declareCompare,
    schedule: declareSchedule,
    "train-sim": declareTrainSim,
  },
  "Look:": { report: declareReport, study: declareStudy },
  "Help:": { explain: declareExplain, lsp: declareLsp, completions: declareCompletions, manual: declareManual },
};

/** These speak of all commands. */
const aboutAll: readonly string[] = ["completions", "manual"];

/** Declares what is needed to understand the words: where they name a command, that one. */
function declareFor([command = ""]: readonly string[], program: Command, terminal: Terminal, finish: Ending): void {
  const own = Object.values(topics).find((commands) => Object.hasOwn(commands, command))?.[command];
  if (own !== undefined && !aboutAll.includes(command)) {
    own(program, terminal, finish);
    return;
  }
  for (const [topic, commands] of Object.entries(topics)) {
    program.commandsGroup(topic);
    for (const declare of Object.values(commands)) declare(program, terminal, finish);
  }
  program.helpCommand(true);
}

/** An empty value is a slip of a script, and of two places to write to one would be dropped unsaid. */
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
 * The command line. Rooms are imported inside the actions, so that `check` does not wait for the compiler to load.
 * Flags of one command that another one has too mean the same.
 */
function commandLine(terminal: Terminal, finish: Ending, words: readonly string[], names: Names | null): Command {
  const program = new Command("optinc");
  program
    .description("Compile an aggregation spec into a verified photonic netlist.")
    .version(version)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(`optinc --help` lists commands and options)")
    // Its messages repeat what was typed and are painted by nobody: no colour of an argument passes.
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => terminal.err(visibleText(text)) })
    .exitOverride()
    .addHelpText(
      "after",
      `\nExit codes: ${exitNotes.map((note) => note.join(" ")).join(", ")}.\n` +
        "Environment: NO_COLOR, FORCE_COLOR; OPTINC_CACHE is the directory of `optinc cache`; OPTINC_DEBUG=1 shows the stack\n" +
        "of an internal error.",
    );

  declareFor(words, program, terminal, finish);
  refuseOddValues(program);

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
  const { algorithms } = await import("./commands/collective-options.ts");
  const { targets } = await import("./files/target-module.ts");
  const known = `Algorithms: ${algorithms.map((each) => each.name).join(", ")}.`;
  const formats = `Formats: ${targets.map((each) => each.name).join(", ")}; or ./my-target.js.`;
  return { compare: known, schedule: known, export: formats };
}

/** Runs the command that `process.argv` holds; the exit code of the process says how it ended. Never rejects. */
export async function main(): Promise<void> {
  const terminal = processTerminal();
  // What is thrown where nobody waits for it.
  process.on("uncaughtException", (error) => {
    reportBug(terminal, error);
    process.exit();
  });
  try {
    const finish: Ending = (code) => {
      process.exitCode = code;
    };
    const words = process.argv.slice(2);
    const program = commandLine(terminal, finish, words, await namesForHelp(words));
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
