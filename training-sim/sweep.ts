import type { ChalkInstance } from "chalk";
import { grouped } from "../dsl/index.ts";
import { csvText, textTable } from "../formats/index.ts";
import { curveRows, lastPoint, type RunSummary, type Spread, spreadOf, summariseRuns } from "./statistics.ts";
import { modelText, plusMinus, runNames, share, type Trained } from "./tables.ts";

/** One kind of run with words of one length. */
interface SweepRow {
  readonly bits: number | null;
  readonly summary: RunSummary;
  /** Differences to the float run of the same seed; null where there is none. */
  readonly lossToFloat: Spread | null;
  readonly accuracyToFloat: Spread | null;
}

/** The report for people on one training with words of several lengths: a line a length and run. */
export function sweepText(trained: readonly Trained[], paint: ChalkInstance): string {
  const first = trained[0]!;
  const { training, data, aggregate } = first;
  const undone = trained.reduce((sum, each) => sum + each.undone, 0);
  const lines = [
    `${paint.bold(`training ${training.name}`)}: ${modelText(training)}, ${grouped(first.parameters)} parameters`,
    `  data     ${data}; judged by ${grouped(first.testTargets)} test targets`,
    `  words    ${trained.map((each) => each.aggregate.bits).join(", ")} bits, a circuit each; ${aggregate.workers} workers, blocks of ${training.block}`,
    `  seeds    ${training.seeds.join(", ")}; runs of one seed start alike and see the same samples`,
    ...(undone > 0 ? [paint.yellow(`  stopped: ${undone} runs are missing, the figures are of the others`)] : []),
    "",
    ...table(rowsOf(trained)),
  ];
  return `${lines.join("\n")}\n`;
}

function rowsOf(trained: readonly Trained[]): readonly SweepRow[] {
  const floats = new Map(
    trained.flatMap(({ results }) =>
      results
        .filter(({ run, divergedAt }) => run === "float" && divergedAt === null)
        .map((it) => [it.seed, lastPoint(it)]),
    ),
  );
  return trained.flatMap(({ aggregate, results }) =>
    summariseRuns(results).map((summary): SweepRow => {
      const pairs = results.flatMap((result) => {
        const float = result.run === summary.run && result.divergedAt === null ? floats.get(result.seed) : undefined;
        return float === undefined ? [] : [[lastPoint(result), float] as const];
      });
      const known = summary.run !== "float" && pairs.length > 0;
      return {
        bits: summary.run === "float" ? null : aggregate.bits,
        summary,
        lossToFloat: known ? spreadOf(pairs.map(([own, float]) => own.loss - float.loss)) : null,
        accuracyToFloat: known ? spreadOf(pairs.map(([own, float]) => own.accuracy - float.accuracy)) : null,
      };
    }),
  );
}

function table(rows: readonly SweepRow[]): string[] {
  const head = ["bits", "run", "test loss", "accuracy %", "loss - float", "accuracy - float, points", "wrong words"];
  const cells = rows.map(({ bits, summary, lossToFloat, accuracyToFloat }) => [
    bits === null ? "" : String(bits),
    runNames[summary.run] + (summary.diverged > 0 ? ` (${summary.diverged} of ${summary.trainings} diverged)` : ""),
    plusMinus(summary.loss, 4),
    plusMinus(summary.accuracy, 2, 100),
    lossToFloat === null ? "" : plusMinus(lossToFloat, 4, 1, true),
    accuracyToFloat === null ? "" : plusMinus(accuracyToFloat, 2, 100, true),
    summary.run === "float" ? "" : share(summary.wrongShare),
  ]);
  return textTable([head, ...cells], [1]);
}

/** The curves of one training with words of several lengths: those of `curveRows` behind a column of bits. */
export function sweepCsv(trained: readonly Trained[]): string {
  const tables = trained.map(({ aggregate: { bits }, results }) =>
    curveRows(results).map((row, i) => [i === 0 ? "bits" : bits, ...row]),
  );
  return csvText([tables[0]![0]!, ...tables.flatMap((rows) => rows.slice(1))]);
}
