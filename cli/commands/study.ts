import { InvalidArgumentError } from "commander";
import { counted, duration, grouped, plainDiagnostic } from "../../dsl/index.ts";
import type { Outcome } from "../../toolchain/index.ts";
import { command, type GroupDefinition } from "../arguments/definition.ts";
import { argument, flag, text, type Values, value } from "../arguments/parameters.ts";
import { count } from "../arguments/parsers.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { sayWritten } from "../files/output.ts";
import { stopOnSignal } from "../signals.ts";
import { type AskedStudy, askedStudy, type StudyPoint } from "../studies/asked-study.ts";
import { type Finished, finishedLine, readFinished } from "../studies/finished.ts";
import { frontText, type Results, resultsOf, writeResults } from "../studies/results.ts";
import { type FinishedLines, obstacleIn, openResults, type Shard, writeMarker } from "../studies/results-folder.ts";
import { slurmScript, slurmTime } from "../studies/slurm.ts";
import type { StudyOrders, StudyTask } from "../studies/study-worker.ts";
import { hasErrors, refuse, reportDiagnostics } from "../text/diagnostics.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import { openThreads } from "../threads.ts";

/** More tasks than any array of Slurm has. */
const mostShards = 100_000;

const parameters = {
  spec: argument("<spec>", "spec file with a study"),
  study: text("--study <name>", "of a spec with several"),
  out: text(
    "-o, --out <dir>",
    "folder of results: rows.csv, rows.jsonl, rows.parquet, the Pareto front, and finished points",
    "results",
  ),
  jobs: value("--jobs <n>", "number of threads; results do not depend on it", count(1), 1),
  shard: value("--shard <i/n>", "compute part i of n only; `study merge` joins the parts", parseShard),
  resume: flag("--resume", "keep the finished points of the folder, and compute the others"),
  slurm: value<number | true>(
    "--slurm [n]",
    "print a script that submits an array of n tasks (default: 16)",
    count(1),
    null,
    { most: mostShards },
  ),
  time: value("--time <limit>", "time limit of a Slurm task: minutes, or hours:minutes:seconds", parseTime, "1:00:00", {
    needs: "slurm",
  }),
  force: flag("--force", "write into a folder with other files, and drop finished rows"),
  quiet: flag("-q, --quiet", "print no summary and no progress"),
};

const merged = {
  spec: argument("<spec>", "spec file with the study"),
  folders: argument("<results...>", "folders of results"),
  out: text("-o, --out <dir>", "folder for the tables; may be one of the others", "results"),
  study: text("--study <name>", "of a spec with several"),
  partial: flag("--partial", "write the finished rows even if points are missing"),
  force: flag("--force", "write into a folder with other files"),
  quiet: flag("-q, --quiet", "print no summary"),
};

type StudyCommand = Values<typeof parameters>;
type MergeCommand = Values<typeof merged>;

export const definition: GroupDefinition = {
  ...command(parameters, runStudy),
  inner: {
    merge: {
      about: "join the rows of all shards into the table that one machine would write",
      ...command(merged, runStudyMerge),
    },
  },
};

const tasksByDefault = 16;
const whole: Shard = { index: 1, of: 1 };

function parseShard(written: string): Shard {
  const [, index, of] = (/^(\d{1,6})\/(\d{1,6})$/.exec(written) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of || of > mostShards) {
    throw new InvalidArgumentError("It takes a part and how many there are, such as 1/4.");
  }
  return { index, of };
}

function parseTime(written: string): string {
  if (!slurmTime.test(written)) throw new InvalidArgumentError("It takes a time such as 90, 4:00:00 or 2-00:00:00.");
  return written;
}

/** `optinc study`: compiles and measures every point, and writes a row each. */
async function runStudy(terminal: Terminal, command: StudyCommand): Promise<ExitCode> {
  const asked = await askedStudy(terminal, command.spec, command.study);
  if (asked === null) return exitCode.invalidInput;
  const shard = command.shard ?? whole;
  if (command.slurm !== null) {
    // Lines of a script are lines.
    const odd = [command.spec, command.out].find((path) => /\p{Cc}/u.test(path));
    if (odd !== undefined) {
      const message = `a script cannot name ${JSON.stringify(odd)}`;
      return refuse(terminal, plainDiagnostic("OPT0629", message, "give it a name without control characters"));
    }
    const tasks = command.slurm === true ? tasksByDefault : command.slurm;
    terminal.data(slurmScript(command, asked.study.name, tasks, command.time));
    return exitCode.done;
  }
  const obstacle = obstacleIn(command.out, shard, command);
  if (obstacle !== null) return refuse(terminal, obstacle);
  const known = command.resume
    ? await readFinished(command.out, asked.study.measures.length)
    : { finished: new Map(), diagnostics: [] };
  reportDiagnostics(terminal, null, known.diagnostics);
  if (hasErrors(known.diagnostics)) return exitCode.invalidInput;
  const { finished } = known;
  try {
    const lines = await openResults(command.out, shard, asked, command.resume);
    try {
      const code = await computed(terminal, { ...command, shard }, asked, finished, lines);
      if (shard.of > 1) return code;
      const results = resultsOf(asked, finished);
      const { names, problem } = await writeResults(command.out, asked, results);
      if (problem !== null) return refuse(terminal, problem);
      sayResults(terminal, command, asked, results, names);
      return code;
    } finally {
      lines.close();
    }
  } catch (error) {
    return refuse(terminal, ioDiagnostic(error, "write", command.out));
  }
}

/** Measures what is not finished on `jobs` threads, and keeps each outcome as it comes; a signal ends it. */
async function computed(
  terminal: Terminal,
  { jobs, shard, quiet, spec }: StudyCommand & { readonly shard: Shard },
  { study, points, source, technologies }: AskedStudy,
  finished: Finished,
  lines: FinishedLines,
): Promise<ExitCode> {
  const own = points.filter((_, i) => i % shard.of === shard.index - 1);
  // Two points may say the same: where light loses nothing, ports are where they are.
  const todo = new Map(own.filter(({ key }) => !finished.has(key)).map((point) => [point.key, point]));
  const tasks: readonly StudyPoint[] = [...todo.values()];
  const orders: StudyOrders = { source, study, technologies };
  const threads = openThreads<StudyTask, Outcome>("studies/study-worker", orders, jobs);
  const stop = stopOnSignal(() => threads.stop());
  const line = startProgress(terminal, quiet);
  const started = performance.now();
  let done = 0;
  try {
    await threads.run(
      tasks.map(({ values }) => values),
      (number, outcome) => {
        const { key } = tasks[number]!;
        lines.add(finishedLine(key, outcome));
        finished.set(key, outcome);
        done += 1;
        line.update(`study ${study.name}`, { done, total: tasks.length, unit: "points" });
      },
    );
  } finally {
    line.end();
    stop.release();
    threads.stop();
  }
  const signal = stop.caught();
  if (!quiet) {
    const before = own.length - tasks.length;
    const part = shard.of === 1 ? "" : `, part ${shard.index} of ${shard.of}`;
    const again = before === 0 ? "" : ` (${grouped(before)} of them before)`;
    terminal.err(
      `study ${study.name}${part}: ${grouped(before + done)} of ${counted(own.length, "point")} finished${again}, ${duration((performance.now() - started) / 1000)}\n`,
    );
    if (signal !== null)
      terminal.err(`finished points are kept; continue with \`optinc study ${spec} ... --resume\`\n`);
  }
  return signal === null ? exitCode.done : signalCode(signal);
}

/** `optinc study merge`: the rows of all shards as one machine would have written them. */
async function runStudyMerge(terminal: Terminal, command: MergeCommand): Promise<ExitCode> {
  const asked = await askedStudy(terminal, command.spec, command.study);
  if (asked === null) return exitCode.invalidInput;
  const obstacle = obstacleIn(command.out, { index: 1, of: 1 }, { resume: true, force: command.force });
  if (obstacle !== null) return refuse(terminal, obstacle);
  const finished: Finished = new Map();
  for (const folder of command.folders) {
    const read = await readFinished(folder, asked.study.measures.length);
    reportDiagnostics(terminal, null, read.diagnostics);
    if (hasErrors(read.diagnostics)) return exitCode.invalidInput;
    for (const [key, outcome] of read.finished) finished.set(key, outcome);
  }
  const results = resultsOf(asked, finished);
  const missing = asked.points.length - results.rows.length;
  if (missing > 0 && !command.partial) {
    const message = `${grouped(missing)} of ${counted(asked.points.length, "point")} are not finished in ${command.folders.join(", ")}`;
    const help = "run their shards with --resume and this version of optinc; --partial writes the finished rows";
    return refuse(terminal, plainDiagnostic("OPT0685", message, help));
  }
  const marked = await writeMarker(command.out, asked);
  const { names, problem } = await writeResults(command.out, asked, results);
  if (marked !== null || problem !== null) return refuse(terminal, marked ?? problem!);
  sayResults(terminal, command, asked, results, names);
  return exitCode.done;
}

function sayResults(
  terminal: Terminal,
  { quiet }: { readonly quiet: boolean },
  { study, points }: AskedStudy,
  { rows, front }: Results,
  names: readonly string[],
): void {
  if (quiet) return;
  const states = ["done", "missed", "failed"] as const;
  const counts = states.flatMap((state) => {
    const count = rows.filter(({ outcome }) => outcome.state === state).length;
    return count === 0 ? [] : [`${grouped(count)} ${state}`];
  });
  const share =
    rows.length === points.length
      ? counted(points.length, "point")
      : `${grouped(rows.length)} of ${counted(points.length, "point")}`;
  terminal.out(`${study.name}: ${share} of ${study.aggregate}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}\n`);
  const failed = rows.find(({ outcome }) => outcome.state === "failed");
  if (failed !== undefined)
    terminal.out(`  the first that failed is point ${failed.number}: ${failed.outcome.problem}\n`);
  if (front.length > 0) {
    const wanted = study.objectives.map(({ metric, better }) => `${better} ${metric}`).join(", ");
    terminal.out(`\nPareto front, ${wanted}: ${counted(front.length, "circuit")}\n${frontText(study, front)}`);
  }
  sayWritten(terminal, quiet, ...names);
}
