import type { RunKind } from "./aggregation.ts";
import type { CurvePoint, RunResult } from "./run.ts";

/** Mean and sample standard deviation; the latter is NaN for fewer than two values. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, deviation: count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1)) };
}

/** One kind of run over its seeds, at the end of the training. */
export interface RunSummary {
  readonly run: RunKind;
  readonly seeds: number;
  /** Seeds that diverged (see `RunResult`); they are in no mean and no difference. */
  readonly diverged: number;
  readonly loss: Spread;
  readonly accuracy: Spread;
  /** Differences to the ring run of the same seed; null when there is none. */
  readonly lossToRing: Spread | null;
  readonly accuracyToRing: Spread | null;
  /** Shares of the words of all seeds. */
  readonly wrongShare: number;
  readonly unalikeShare: number;
  readonly injected: number;
  readonly words: number;
  /** Vectors that the circuit's simulation was asked for. */
  readonly simulated: number;
  readonly drift: number;
}

/** One line a kind of run, in the order of their first result. */
export function summariseRuns(results: readonly RunResult[]): readonly RunSummary[] {
  const kinds = [...new Set(results.map(({ run }) => run))];
  const rings = new Map(
    results
      .filter(({ run, divergedAt }) => run === "ring" && divergedAt === null)
      .map((result) => [result.seed, lastPoint(result)]),
  );
  return kinds.map((run): RunSummary => {
    const all = results.filter((result) => result.run === run);
    const finished = all.filter(({ divergedAt }) => divergedAt === null);
    const total = (of: (result: RunResult) => number): number => all.reduce((sum, result) => sum + of(result), 0);
    const pairs = finished.flatMap((result) => {
      const ring = rings.get(result.seed);
      return ring === undefined ? [] : [[lastPoint(result), ring] as const];
    });
    const words = total(({ tally }) => tally.words);
    const share = (count: number): number => (words === 0 ? 0 : count / words);
    return {
      run,
      seeds: all.length,
      diverged: all.length - finished.length,
      loss: spreadOf(finished.map((result) => lastPoint(result).loss)),
      accuracy: spreadOf(finished.map((result) => lastPoint(result).accuracy)),
      lossToRing: pairs.length === 0 ? null : spreadOf(pairs.map(([own, ring]) => own.loss - ring.loss)),
      accuracyToRing: pairs.length === 0 ? null : spreadOf(pairs.map(([own, ring]) => own.accuracy - ring.accuracy)),
      wrongShare: share(total(({ tally }) => tally.wrong)),
      unalikeShare: share(total(({ tally }) => tally.unalike)),
      injected: total(({ tally }) => tally.injected),
      words,
      simulated: Math.max(...all.map(({ tally }) => tally.simulated)),
      drift: Math.max(...all.map(({ drift }) => drift)),
    };
  });
}

/** A curve over the seeds that did not diverge: mean and spread at every step that all of them reached. */
export interface MeanCurve {
  readonly run: RunKind;
  readonly points: readonly { readonly step: number; readonly loss: Spread; readonly accuracy: Spread }[];
}

export function meanCurves(results: readonly RunResult[]): readonly MeanCurve[] {
  return [...new Set(results.map(({ run }) => run))].map((run) => {
    const finished = results.filter((result) => result.run === run && result.divergedAt === null);
    const curves = finished.map(({ points }) => points);
    const reached = curves.length === 0 ? 0 : Math.min(...curves.map(({ length }) => length));
    const points = Array.from({ length: reached }, (_, i) => ({
      step: curves[0]![i]!.step,
      loss: spreadOf(curves.map((curve) => curve[i]!.loss)),
      accuracy: spreadOf(curves.map((curve) => curve[i]!.accuracy)),
    }));
    return { run, points };
  });
}

export function lastPoint(result: RunResult): CurvePoint {
  return result.points.at(-1)!;
}

/** Every point of every run: one line each, LF, a dot as the decimal sign. */
export function curvesCsv(results: readonly RunResult[]): string {
  const lines = results.flatMap(({ run, seed, points }) =>
    points.map(({ step, trainLoss, loss, accuracy }) =>
      [run, seed, step, number(trainLoss), number(loss), number(accuracy)].join(),
    ),
  );
  return `${["run,seed,step,train_loss,test_loss,test_accuracy", ...lines].join("\n")}\n`;
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : "";
}
