import { group, quantileSorted } from "d3-array";
import { type CsvCell, csvText } from "../formats/index.ts";
import type { RunKind } from "./aggregation.ts";
import type { CurvePoint, RunResult } from "./run.ts";

/** Mean and sample standard deviation; the latter is NaN for fewer than two values. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
  /** Least, lower quartile, median, upper quartile, largest, interpolated between the sorted values; NaN of none. */
  readonly quantiles: readonly [number, number, number, number, number];
}

export function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => quantileSorted(sorted, share) ?? Number.NaN;
  const deviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return { count, mean, deviation, quantiles: [at(0), at(0.25), at(0.5), at(0.75), at(1)] };
}

/** Standard deviations of a value that chips and trainings change. */
export interface VarianceComponents {
  readonly chips: number;
  readonly trainings: number;
  /** What neither explains: how a chip suits a training. */
  readonly rest: number;
}

/**
 * Two-way analysis of variance of values [training][chip], one in each cell, both factors random: with the mean squares MC of
 * chips, MT of trainings and MR of the rest, the components are (MC - MR) / trainings, (MT - MR) / chips and MR; what comes out negative
 * is 0. Null with fewer than two chips or trainings.
 */
export function componentsOf(values: readonly (readonly number[])[]): VarianceComponents | null {
  const [trainings, chips] = [values.length, values[0]?.length ?? 0];
  if (trainings < 2 || chips < 2) return null;
  const mean = (of: readonly number[]): number => of.reduce((sum, value) => sum + value, 0) / of.length;
  const ofTraining = values.map(mean);
  const ofChip = Array.from({ length: chips }, (_, chip) => mean(values.map((row) => row[chip]!)));
  const all = mean(ofTraining);
  const squares = (of: readonly number[]): number => of.reduce((sum, value) => sum + (value - all) ** 2, 0);
  const byChip = (trainings * squares(ofChip)) / (chips - 1);
  const byTraining = (chips * squares(ofTraining)) / (trainings - 1);
  const left = values.map((row, t) => row.map((value, c) => value - ofTraining[t]! - ofChip[c]! + all));
  const rest = left.flat().reduce((sum, value) => sum + value * value, 0) / ((chips - 1) * (trainings - 1));
  return {
    chips: Math.sqrt(Math.max(0, (byChip - rest) / trainings)),
    trainings: Math.sqrt(Math.max(0, (byTraining - rest) / chips)),
    rest: Math.sqrt(rest),
  };
}

/** One kind of run over its seeds, at the end of the training. */
export interface RunSummary {
  readonly run: RunKind;
  /** Trainings: a seed each, through chips a seed and a chip each. */
  readonly trainings: number;
  /** Trainings that diverged (see `RunResult`); they are in no mean and no difference. */
  readonly diverged: number;
  readonly loss: Spread;
  readonly accuracy: Spread;
  /** Differences to the ring run of the same seed; null when there is none. */
  readonly lossToRing: Spread | null;
  readonly accuracyToRing: Spread | null;
  /** Of the loss, by chips and by trainings; null where there are too few, or some diverged. */
  readonly components: VarianceComponents | null;
  /** Shares of the words of all trainings. */
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
  const rings = new Map(
    results
      .filter(({ run, divergedAt }) => run === "ring" && divergedAt === null)
      .map((result) => [result.seed, lastPoint(result)]),
  );
  return [...group(results, ({ run }) => run)].map(([run, all]): RunSummary => {
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
      trainings: all.length,
      diverged: all.length - finished.length,
      loss: spreadOf(finished.map((result) => lastPoint(result).loss)),
      accuracy: spreadOf(finished.map((result) => lastPoint(result).accuracy)),
      lossToRing: pairs.length === 0 ? null : spreadOf(pairs.map(([own, ring]) => own.loss - ring.loss)),
      accuracyToRing: pairs.length === 0 ? null : spreadOf(pairs.map(([own, ring]) => own.accuracy - ring.accuracy)),
      components: all.length === finished.length ? componentsOf(bySeedAndChip(finished)) : null,
      wrongShare: share(total(({ tally }) => tally.wrong)),
      unalikeShare: share(total(({ tally }) => tally.unalike)),
      injected: total(({ tally }) => tally.injected),
      words,
      simulated: Math.max(...all.map(({ tally }) => tally.simulated)),
      drift: Math.max(...all.map(({ drift }) => drift)),
    };
  });
}

/** Losses at the end, [seed][chip]; nothing where a training is missing. */
function bySeedAndChip(results: readonly RunResult[]): readonly (readonly number[])[] {
  const chips = new Set(results.map(({ chip }) => chip)).size;
  const bySeed = [...group(results, ({ seed }) => seed).values()];
  const rows = bySeed.map((own) =>
    own.toSorted((a, b) => (a.chip ?? 0) - (b.chip ?? 0)).map((result) => lastPoint(result).loss),
  );
  return rows.some((row) => row.length !== chips) ? [] : rows;
}

/** A curve over the trainings that did not diverge: mean and spread at every step that all of them reached. */
export interface MeanCurve {
  readonly run: RunKind;
  readonly points: readonly { readonly step: number; readonly loss: Spread; readonly accuracy: Spread }[];
}

export function meanCurves(results: readonly RunResult[]): readonly MeanCurve[] {
  return [...group(results, ({ run }) => run)].map(([run, all]) => {
    const curves = all.filter(({ divergedAt }) => divergedAt === null).map(({ points }) => points);
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

const curveColumns = ["run", "seed", "chip", "step", "train_loss", "test_loss", "test_accuracy"];

/** Every point of every run: one row each, below the names of the columns. */
export function curveRows(results: readonly RunResult[]): readonly (readonly CsvCell[])[] {
  const rows = results.flatMap(({ run, seed, chip, points }) =>
    points.map(({ step, trainLoss, loss, accuracy }) => [
      ...[run, seed, chip, step],
      ...[trainLoss, loss, accuracy].map((value) => (Number.isFinite(value) ? Number(value.toPrecision(9)) : null)),
    ]),
  );
  return [curveColumns, ...rows];
}

/** `curveRows` as CSV. */
export function curvesCsv(results: readonly RunResult[]): string {
  return csvText(curveRows(results));
}
