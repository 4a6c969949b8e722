import { availableParallelism } from "node:os";
import { type ChipErrors, type Circuit, noErrors, plainPitch } from "../../netlist/index.ts";
import {
  type CalibratedChip,
  type ChipResult,
  type Extent,
  errorSources,
  readingOf,
  type Technology,
  type TechnologyErrors,
  technologyErrors,
  untrimmedErrors,
  type YieldPoint,
  type YieldQuestion,
  yieldOf,
} from "../../physics/index.ts";
import { type ExitCode, signalCode } from "../exit.ts";
import { stopOnSignal } from "../signals.ts";
import { startProgress } from "../text/progress.ts";
import type { Terminal } from "../text/terminal.ts";
import type { CalibratedRow, YieldReport } from "../text/yield-report.ts";
import { openThreads, type Threads } from "../threads.ts";
import type { ChipAnswer, ChipAnswers, ChipOrders, ChipTask } from "./chip-worker.ts";

/** The question about chips, for any circuit. */
export interface YieldRequest {
  /** Take the place of what the technology says; null: as it says. */
  readonly phase: number | null;
  readonly splitter: number | null;
  readonly chips: number;
  readonly seed: number;
  readonly tolerances?: boolean;
  readonly ranking?: boolean;
  /** Also chips that were trimmed, and brought up from unknown phases. */
  readonly bringup?: boolean;
  /** Path of the drawing of the yield over the error of every phase. */
  readonly svg?: string | null;
  /** As many as there are cores where none is named. */
  readonly threads?: number | null;
  readonly quiet: boolean;
}

export interface JudgedChips {
  readonly report: YieldReport;
  /** In the order of their numbers; those that a signal left out are not there. */
  readonly chips: readonly ChipResult[];
  /** Of the signal that ended the work. */
  readonly signal: ExitCode | null;
}

/** Chips that a thread judges between two answers: few, so that a signal loses little. */
const chipsATask = 10;

/** Of a row of the tolerances, and without the bring-up. */
const chipsARow = 200;

/** Standard deviations of every phase that are drawn, rad. */
const drawnRad = [0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.014, 0.02, 0.03, 0.05] as const;

/** Draws and judges on all threads; no answer depends on their number. A signal ends the work with what there is. */
export async function judgeChips(
  terminal: Terminal,
  wish: YieldRequest,
  circuit: Circuit,
  technology: Technology | null,
): Promise<JudgedChips> {
  const { chips: wanted, seed } = wish;
  const { errors, pitch, fabrication, notGiven, assumed } = askedOf(technology, wish);
  const orders: ChipOrders = { circuit, seed };
  const threads = openThreads<ChipTask, ChipAnswer>(
    "chips/chip-worker",
    orders,
    wish.threads ?? availableParallelism(),
  );
  const stop = stopOnSignal(() => threads.stop());
  const run = runner(terminal, wish.quiet, `yield of ${circuit.name}`, threads);
  try {
    const question = { errors: { kind: "technology", errors, pitch }, seed } as const;
    const chips = (await run(chipTasks(question, wanted), "chips", chipCount)).flatMap((part) => part ?? []);
    const curve = wish.svg == null ? null : await drawnPoints(run, circuit, question, wanted);
    const [corrected = null] =
      fabrication === null
        ? []
        : await run([{ kind: "fabrication", fabrication, pitch, seed, chips: chipsARow }], "parts");
    const sources = errorSources(pitch);
    const rows = wish.tolerances
      ? await run(
          sources.map((_, source) => ({ kind: "tolerance", source, pitch, seed, chips: chipsARow }) as const),
          "kinds of errors",
        )
      : null;
    const [ranking = null] = wish.ranking ? await run([{ kind: "ranking" }], "rankings") : [];
    const calibrated = wish.bringup ? await calibratedRows(run, circuit, question, wanted) : null;
    const signal = stop.caught();
    const good = chips.filter((chip) => chip.good).length;
    const report: YieldReport = {
      circuit: circuit.name,
      technology: technology?.name ?? null,
      errors,
      pitch,
      notGiven,
      assumed,
      yield: yieldOf(circuit, seed, chips.length, good),
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
    return { report, chips, signal: signal === null ? null : signalCode(signal) };
  } finally {
    stop.release();
    threads.stop();
  }
}

/** Errors from the technology, overridden by the command line, and which of them are assumed. */
export function askedOf(
  technology: Technology | null,
  { phase, splitter }: Pick<YieldRequest, "phase" | "splitter">,
): TechnologyErrors & { readonly assumed: readonly string[] } {
  const reading = technology === null ? null : readingOf(technology);
  const given =
    reading === null
      ? { errors: noErrors, pitch: plainPitch, fabrication: null, notGiven: [] }
      : technologyErrors(reading);
  const { errors } = given;
  return {
    ...given,
    errors: { ...errors, phaseRad: phase ?? errors.phaseRad, couplerRad: splitter ?? errors.couplerRad },
    assumed: [...(reading?.used ?? [])].filter((key) => technology?.entries[key]?.kind === "assumed"),
  };
}

/** What the command asks about: all errors, of which `--svg` and `--bringup` change some. */
interface ChipQuestion extends YieldQuestion {
  readonly errors: Extract<ChipErrors, { kind: "technology" }>;
}

type Tasks<K extends ChipTask["kind"]> = readonly Extract<ChipTask, { kind: K }>[];

/** Runs tasks under a line of progress that counts `unit`, `size` of them a task. */
type Run = <K extends ChipTask["kind"]>(
  tasks: Tasks<K>,
  unit: string,
  size?: (task: Extract<ChipTask, { kind: K }>) => number,
) => Promise<(ChipAnswers[K] | null)[]>;

function runner(terminal: Terminal, quiet: boolean, what: string, threads: Threads<ChipTask, ChipAnswer>): Run {
  return async <K extends ChipTask["kind"]>(tasks: Tasks<K>, unit: string, size = (_: Tasks<K>[number]) => 1) => {
    const line = startProgress(terminal, quiet);
    const total = tasks.reduce((sum, task) => sum + size(task), 0);
    let done = 0;
    try {
      const answers = await threads.run(tasks, (number) => {
        done += size(tasks[number]!);
        line.update(what, { done, total, unit });
      });
      // A task of a kind gets the answer of that kind.
      return answers as (ChipAnswers[K] | null)[];
    } finally {
      line.end();
    }
  };
}

function chipTasks(question: YieldQuestion, chips: number): Tasks<"chips"> {
  return Array.from({ length: Math.ceil(chips / chipsATask) }, (_, i) => ({
    kind: "chips",
    question,
    from: i * chipsATask,
    to: Math.min(chips, (i + 1) * chipsATask),
  }));
}

function chipCount({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from;
}

/** The same chips, neurons as fabrication leaves them, as built and after each procedure; rows whose chips were all judged. */
async function calibratedRows(
  run: Run,
  circuit: Circuit,
  { seed, errors: technology }: ChipQuestion,
  chips: number,
): Promise<CalibratedRow[]> {
  const { errors } = technology;
  const asked = { errors: { ...technology, errors: untrimmedErrors(errors) }, seed };
  const tasks = chipTasks(asked, chips);
  const after = (extent: Extent): Tasks<"calibrated"> => tasks.map((task) => ({ ...task, kind: "calibrated", extent }));
  const answers = [
    ["as built", await run(tasks, "chips as built", chipCount)],
    ["trimmed", await run(after("trimming"), "chips trimmed", chipCount)],
    ["brought up", await run(after("bring-up"), "chips brought up", chipCount)],
  ] as const;
  return answers.flatMap(([stage, parts]): CalibratedRow[] => {
    const judged = parts.flatMap((part): readonly (ChipResult & Partial<CalibratedChip>)[] => part ?? []);
    if (judged.length < chips) return [];
    const suspect = judged.filter(({ isSuspect }) => isSuspect === true);
    const suspectGood = suspect.filter(({ good }) => good).length;
    const found = yieldOf(circuit, seed, chips, judged.filter(({ good }) => good).length);
    const heatersPi = judged.reduce((sum, chip) => sum + (chip.heatersPi ?? 0), 0) / chips;
    return [{ stage, ...found, suspectBad: suspect.length - suspectGood, suspectGood, heatersPi }];
  });
}

/** Points whose chips were all judged. */
async function drawnPoints(
  run: Run,
  circuit: Circuit,
  { seed, errors: technology }: ChipQuestion,
  chips: number,
): Promise<YieldPoint[]> {
  const perPoint = drawnRad.map((phaseRad) =>
    chipTasks({ errors: { ...technology, errors: { ...technology.errors, phaseRad } }, seed }, chips),
  );
  const answers = await run(perPoint.flat(), "chips drawn", chipCount);
  return drawnRad.flatMap((size, i) => {
    const { length } = perPoint[i]!;
    const judged = answers.slice(i * length, (i + 1) * length).flatMap((part) => part ?? []);
    if (judged.length < chips) return [];
    const { share, low, high } = yieldOf(circuit, seed, chips, judged.filter(({ good }) => good).length);
    return [{ size, share, low, high }];
  });
}
