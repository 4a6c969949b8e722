import { counted, duration, grouped, plainDiagnostic } from "../../dsl/index.ts";
import type { Outcome } from "../../toolchain/index.ts";
import { type ExitCode, exitCode, signalCode } from "../exit.ts";
import { sayWritten } from "../files/output.ts";
import { stopOnSignal } from "../signals.ts";
import { type AskedStudy, askedStudy, type StudyPoint } from "../studies/asked-study.ts";
import { type Finished, finishedLine, readFinished } from "../studies/finished.ts";
import { frontText, type Results, resultsOf, writeResults } from "../studies/results.ts";
import { type FinishedLines, obstacleIn, openResults, type Shard, writeMarker } from "../studies/results-folder.ts";
import { slurmScript } from "../studies/slurm.ts";
import type { StudyOrders, StudyTask } from "../studies/study-worker.ts";
import { hasErrors, reportDiagnostics } from "../text/diagnostics.ts";
import { ioDiagnostic } from "../text/findings.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import { openThreads } from "../threads.ts";

export interface StudyCommand {
  readonly spec: string;
  /** Null: the only one of the file. */
  readonly study: string | null;
  readonly out: string;
  readonly jobs: number;
  readonly shard: Shard;
  readonly resume: boolean;
  readonly force: boolean;
  /** Tasks of the sbatch array that is printed instead of running anything; null: run. */
  readonly slurm: number | null;
  readonly quiet: boolean;
}

/** `optinc study`: compiles and measures every point, and writes a row each. */
export async function runStudy(terminal: Terminal, command: StudyCommand): Promise<ExitCode> {
  const asked = await askedStudy(terminal, command.spec, command.study);
  if (asked === null) return exitCode.invalidInput;
  if (command.slurm !== null) {
    // Lines of a script are lines.
    const odd = [command.spec, command.out].find((path) => /\p{Cc}/u.test(path));
    if (odd !== undefined) {
      const message = `no script can name ${JSON.stringify(odd)}`;
      return refused(terminal, [plainDiagnostic("OPT0629", message, "give it a name without control characters")]);
    }
    terminal.data(slurmScript(command, asked.study.name, command.slurm));
    return exitCode.done;
  }
  const obstacle = obstacleIn(command.out, command.shard, command);
  if (obstacle !== null) return refused(terminal, [obstacle]);
  const known = command.resume
    ? await readFinished(command.out, asked.study.measures.length)
    : { finished: new Map(), diagnostics: [] };
  reportDiagnostics(terminal, null, known.diagnostics);
  if (hasErrors(known.diagnostics)) return exitCode.invalidInput;
  const { finished } = known;
  try {
    const lines = await openResults(command.out, command.shard, asked, command.resume);
    try {
      const code = await computed(terminal, command, asked, finished, lines);
      if (command.shard.of > 1) return code;
      const results = resultsOf(asked, finished);
      const { names, problem } = await writeResults(command.out, asked, results);
      if (problem !== null) return refused(terminal, [problem]);
      sayResults(terminal, command, asked, results, names);
      return code;
    } finally {
      lines.close();
    }
  } catch (error) {
    return refused(terminal, [ioDiagnostic(error, "write", command.out)]);
  }
}

/** Measures what is not finished on `jobs` threads, and keeps each outcome as it comes; a signal ends it. */
async function computed(
  terminal: Terminal,
  { jobs, shard, quiet, spec }: StudyCommand,
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
  const line = startProgress(quiet ? { ...terminal, err: () => {} } : terminal, `study ${study.name}`, "points");
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
        line.update(done, tasks.length);
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
    if (signal !== null) terminal.err(`what is finished is kept: \`optinc study ${spec} ... --resume\` goes on\n`);
  }
  return signal === null ? exitCode.done : signalCode(signal);
}

export interface MergeCommand {
  readonly spec: string;
  readonly study: string | null;
  /** Folders of results. */
  readonly folders: readonly string[];
  readonly out: string;
  /** Write what there is. */
  readonly partial: boolean;
  readonly force: boolean;
  readonly quiet: boolean;
}

/** `optinc study merge`: the rows of all shards as one machine would have written them. */
export async function runStudyMerge(terminal: Terminal, command: MergeCommand): Promise<ExitCode> {
  const asked = await askedStudy(terminal, command.spec, command.study);
  if (asked === null) return exitCode.invalidInput;
  const obstacle = obstacleIn(command.out, { index: 1, of: 1 }, { resume: true, force: command.force });
  if (obstacle !== null) return refused(terminal, [obstacle]);
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
    const help = "run their shards with --resume, by the same version of optinc; --partial writes what there is";
    return refused(terminal, [plainDiagnostic("OPT0685", message, help)]);
  }
  const marked = await writeMarker(command.out, asked);
  const { names, problem } = await writeResults(command.out, asked, results);
  if (marked !== null || problem !== null) return refused(terminal, [marked ?? problem!]);
  sayResults(terminal, command, asked, results, names);
  return exitCode.done;
}

function refused(terminal: Terminal, diagnostics: Parameters<typeof reportDiagnostics>[2]): ExitCode {
  reportDiagnostics(terminal, null, diagnostics);
  return exitCode.invalidInput;
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
