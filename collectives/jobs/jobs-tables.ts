import { grouped, percent } from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import { reportCsv, reportText, seconds } from "../comparison/report.ts";
import type { JobRow, SharedSwitch } from "./jobs.ts";

export function jobsTable({ cluster, jobs, workers, seed, rows, inputs }: SharedSwitch): string {
  const head = ["sharing", "mean", "p99", "waits", "on a ring", "jobs at a time", "busy", "programmed", "interrupted"];
  const cells = (row: JobRow): readonly string[] => [
    row.sharing,
    ...[row.meanS, row.p99S, row.waitedS].map(seconds),
    percent(row.ringShare),
    row.present.toPrecision(3),
    row.busy === null ? "-" : percent(row.busy),
    ...[row.programmed, row.interrupted].map((value) => value.toPrecision(3)),
  ];
  const blocks = [...new Set(rows.map(({ gradient }) => gradient))].map((gradient) => {
    const own = rows.filter((row) => row.gradient === gradient);
    const title = `${gradient.name}: ${grouped(gradient.elements)} elements, ${grouped(jobs)} jobs, ${workers.join(", ")} workers`;
    return [title, ...textTable([head, ...own.map(cells)])].join("\n");
  });
  return reportText(blocks, `inputs of cluster ${cluster}, seed ${seed}:`, inputs);
}

export function jobsCsv({ cluster, jobs, workers, seed, rows }: SharedSwitch): string {
  const head =
    "cluster,gradient,elements,jobs,workers,seed,sharing,mean_s,p99_s,waited_s,ring_share,present,busy,programmed,interrupted";
  const lines = rows.map(({ gradient, sharing, ...it }) => [
    ...[cluster, gradient.name, gradient.elements, jobs, workers.join(" "), seed, sharing, it.meanS, it.p99S],
    ...[it.waitedS, it.ringShare, it.present, it.busy, it.programmed, it.interrupted],
  ]);
  return reportCsv(head, lines);
}
