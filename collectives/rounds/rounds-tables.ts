import { grouped, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import { refusedLines, reportCsv, reportText, seconds, withFigures } from "../comparison/report.ts";
import { groupRows, ofWords } from "../comparison/tables.ts";
import type { RoundOutcome, RoundRow, Rounds } from "./rounds.ts";

/** Prints rounds; every printer ends with a line feed. */

export function roundsTable(rounds: Rounds): string {
  const blocks = groupRows(rounds.rows).map((rows) => {
    const { gradient, workers } = rows[0]!;
    const computeS = rounds.computeS[gradient.name];
    const title = `${gradient.name}: ${grouped(gradient.elements)} x ${rounds.dtype}, ${workers} workers, rounds${ofWords(rounds)}`;
    const head = ["algorithm", "p50", "p99", "mean", "standard error", "skew", "drop", "start", "missing", "sends"];
    if (computeS !== undefined) head.push("iteration p50", "iteration p99");
    const cells = withFigures(rows).map((row) => cellsOf(row, computeS));
    return [title, ...textTable([head, ...cells]), ...refusedLines(rows)].join("\n");
  });
  return reportText(blocks, `inputs of cluster ${rounds.cluster}, seed ${rounds.seed}:`, rounds.inputs);
}

function cellsOf(row: RoundRow & RoundOutcome, computeS: number | undefined): readonly string[] {
  const { algorithm, p50S, p99S, meanS, errorS, skewS, drop, startS, missing, sends } = row;
  return [
    algorithm,
    ...[p50S, p99S, meanS, errorS, skewS].map(seconds),
    percent(drop),
    seconds(startS),
    missing.toPrecision(3),
    sends?.toPrecision(4) ?? "-",
    ...(computeS === undefined ? [] : [seconds(computeS + p50S), seconds(computeS + p99S)]),
  ];
}

const csvHead =
  "cluster,gradient,elements,dtype,workers,algorithm,skew_s,drop,rounds,seed,mean_s,standard_error_s,p50_s,p99_s,start_s,missing,sends,compute_s,refused";

export function roundsCsv({ cluster, dtype, seed, computeS, rows }: Rounds): string {
  const lines = rows.map(({ algorithm, workers, gradient: { name, elements }, skewS, drop, outcome }) => {
    const it = outcome.kind === "drawn" ? outcome : null;
    const reason = outcome.kind === "refused" ? outcome.reason : "";
    return [
      ...[cluster, name, elements, dtype, workers, algorithm, skewS, drop, it?.rounds, seed, it?.meanS, it?.errorS],
      ...[it?.p50S, it?.p99S, it?.startS, it?.missing, it?.sends, computeS[name], reason],
    ];
  });
  return reportCsv(csvHead, lines);
}
