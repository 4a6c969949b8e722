import { availableParallelism } from "node:os";
import { type ChipErrors, type Circuit, noDieErrors, plainPitch } from "../../netlist/index.ts";
import {
  type DieResult,
  type DieTechnology,
  dieTechnology,
  errorSources,
  readingOf,
  type Technology,
  untrimmed,
  type YieldPoint,
  type YieldQuestion,
  yieldOf,
} from "../../physics/index.ts";
import { type ExitCode, signalCode } from "../exit.ts";
import { stopOnSignal } from "../signals.ts";
import { startProgress } from "../text/progress.ts";
import { muted, type Terminal } from "../text/terminal.ts";
import type { CalibratedRow, YieldReport } from "../text/yield-report.ts";
import { type DieThreads, openDieThreads } from "./die-threads.ts";
import type { DieAnswers, DieTask } from "./die-worker.ts";

/** What is asked about dies, whatever the circuit. */
export interface DieWish {
  /** Take the place of what the technology says; null: as it says. */
  readonly phase: number | null;
  readonly splitter: number | null;
  readonly dies: number;
  readonly seed: number;
  readonly tolerances: boolean;
  readonly ranking: boolean;
  /** Also dies that were trimmed, and brought up from unknown phases. */
  readonly bringup: boolean;
  /** Of the yield over the error of every phase; null where nobody wants it. */
  readonly svg: string | null;
  /** Null: as many as there are cores. */
  readonly threads: number | null;
  readonly quiet: boolean;
}

export interface JudgedDies {
  readonly report: YieldReport;
  /** In the order of their numbers; those that a signal left out are not there. */
  readonly dies: readonly DieResult[];
  /** Of the signal that ended the work. */
  readonly signal: ExitCode | null;
}

/** Dies that a thread judges between two answers: few, so that a signal loses little. */
const diesATask = 10;

/** Of a row of the tolerances, and without the bring-up. */
const diesARow = 200;

/** Standard deviations of every phase that are drawn, rad. */
const drawnRad = [0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.014, 0.02, 0.03, 0.05] as const;

/** Draws and judges on all threads; no answer hangs on their number. A signal ends the work with what there is. */
export async function judgeDies(
  terminal: Terminal,
  wish: DieWish,
  circuit: Circuit,
  technology: Technology | null,
): Promise<JudgedDies> {
  const { dies: wanted, seed } = wish;
  const { errors, pitch, fabrication, notGiven, assumed } = askedOf(technology, wish);
  const threads = openDieThreads({ circuit, seed }, wish.threads ?? availableParallelism());
  const stop = stopOnSignal(() => threads.stop());
  const shown = muted(terminal, wish.quiet);
  const run = runner(shown, circuit.name, threads);
  try {
    const question = { errors: { kind: "technology", errors, pitch }, seed } as const;
    const dies = (await run("dies", dieTasks(question, wanted), "dies", diesOf)).flatMap((part) => part ?? []);
    const curve = wish.svg === null ? null : await drawnPoints(run, circuit, question, wanted);
    const [corrected = null] =
      fabrication === null
        ? []
        : await run("fabrication", [{ kind: "fabrication", fabrication, pitch, seed, dies: diesARow }], "parts");
    const sources = errorSources(pitch);
    const rows = wish.tolerances
      ? await run(
          "tolerance",
          sources.map((_, source) => ({ kind: "tolerance", source, pitch, seed, dies: diesARow }) as const),
          "kinds of errors",
        )
      : null;
    const [ranking = null] = wish.ranking ? await run("ranking", [{ kind: "ranking" }], "rankings") : [];
    const calibrated = wish.bringup ? await calibratedRows(run, circuit, question, wanted) : null;
    const signal = stop.caught();
    const good = dies.filter((die) => die.good).length;
    const report: YieldReport = {
      circuit: circuit.name,
      technology: technology?.name ?? null,
      errors,
      pitch,
      notGiven,
      assumed,
      yield: yieldOf(circuit, seed, dies.length, good),
      wanted,
      fabrication: fabrication === null || corrected === null ? null : { ...fabrication, ...corrected },
      tolerances:
        rows?.flatMap((row, i) => {
          const { name, unit, meaning } = sources[i]!;
          return row === null ? [] : [{ name, unit, meaning, ...row }];
        }) ?? null,
      ranking,
      calibrated,
      curve,
    };
    return { report, dies, signal: signal === null ? null : signalCode(signal) };
  } finally {
    stop.release();
    threads.stop();
  }
}

/** What the technology says, and the command line above it; and which of it nobody measured. */
function askedOf(
  technology: Technology | null,
  { phase, splitter }: DieWish,
): DieTechnology & { readonly assumed: readonly string[] } {
  const reading = technology === null ? null : readingOf(technology);
  const given =
    reading === null
      ? { errors: noDieErrors, pitch: plainPitch, fabrication: null, notGiven: [] }
      : dieTechnology(reading);
  const { errors } = given;
  return {
    ...given,
    errors: { ...errors, phaseRad: phase ?? errors.phaseRad, couplerRad: splitter ?? errors.couplerRad },
    assumed: [...(reading?.used ?? [])].filter((key) => technology?.entries[key]?.kind === "assumed"),
  };
}

/** What the command asks about: all errors, of which `--svg` and `--bringup` change some. */
interface DieQuestion extends YieldQuestion {
  readonly errors: Extract<ChipErrors, { kind: "technology" }>;
}

type Tasks<K extends DieTask["kind"]> = readonly Extract<DieTask, { kind: K }>[];

/** Runs tasks under a line of progress that counts `unit`, `size` of them a task. */
type Run = <K extends DieTask["kind"]>(
  kind: K,
  tasks: Tasks<K>,
  unit: string,
  size?: (task: Extract<DieTask, { kind: K }>) => number,
) => Promise<(DieAnswers[K] | null)[]>;

function runner(terminal: Terminal, name: string, threads: DieThreads): Run {
  return async (_, tasks, unit, size = () => 1) => {
    const line = startProgress(terminal, `yield of ${name}`, unit);
    const total = tasks.reduce((sum, task) => sum + size(task), 0);
    let done = 0;
    try {
      return await threads.run(tasks, (task) => {
        done += size(task);
        line.update(done, total);
      });
    } finally {
      line.end();
    }
  };
}

function dieTasks(question: YieldQuestion, dies: number): Tasks<"dies"> {
  return Array.from({ length: Math.ceil(dies / diesATask) }, (_, i) => ({
    kind: "dies",
    question,
    from: i * diesATask,
    to: Math.min(dies, (i + 1) * diesATask),
  }));
}

function diesOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from;
}

/** The same dies, neurons as fabrication leaves them, as built and after each procedure; rows whose dies were all judged. */
async function calibratedRows(
  run: Run,
  circuit: Circuit,
  { seed, errors: technology }: DieQuestion,
  dies: number,
): Promise<CalibratedRow[]> {
  const { errors } = technology;
  const raw = {
    ...errors,
    gain: Math.max(errors.gain, untrimmed.gain),
    offset: Math.max(errors.offset, untrimmed.offset),
  };
  const asked = { errors: { ...technology, errors: raw }, seed };
  const tasks = dieTasks(asked, dies);
  const answers = [
    ["as built", await run("dies", tasks, "dies as built", diesOf)],
    [
      "trimmed",
      await run(
        "calibrated",
        tasks.map((task) => ({ ...task, kind: "calibrated", extent: "trimming" })),
        "dies trimmed",
        diesOf,
      ),
    ],
    [
      "brought up",
      await run(
        "calibrated",
        tasks.map((task) => ({ ...task, kind: "calibrated", extent: "bring-up" })),
        "dies brought up",
        diesOf,
      ),
    ],
  ] as const;
  return answers.flatMap(([stage, parts]): CalibratedRow[] => {
    const judged = parts.flatMap((part) => part ?? []);
    if (judged.length < dies) return [];
    return [{ stage, ...yieldOf(circuit, seed, dies, judged.filter(({ good }) => good).length) }];
  });
}

/** Points whose dies were all judged. */
async function drawnPoints(
  run: Run,
  circuit: Circuit,
  { seed, errors: technology }: DieQuestion,
  dies: number,
): Promise<YieldPoint[]> {
  const perPoint = drawnRad.map((phaseRad) =>
    dieTasks({ errors: { ...technology, errors: { ...technology.errors, phaseRad } }, seed }, dies),
  );
  const answers = await run("dies", perPoint.flat(), "dies drawn", diesOf);
  const tasks = Math.ceil(dies / diesATask);
  return drawnRad.flatMap((size, i) => {
    const judged = answers.slice(i * tasks, (i + 1) * tasks).flatMap((part) => part ?? []);
    if (judged.length < dies) return [];
    const { share, low, high } = yieldOf(circuit, seed, dies, judged.filter(({ good }) => good).length);
    return [{ size, share, low, high }];
  });
}
