import { join } from "node:path";
import {
  counted,
  type Diagnostic,
  type Objective,
  type Study,
  type StudyMetric,
  figure as significant,
  studyMeasures,
} from "../../dsl/index.ts";
import { textTable } from "../../formats/index.ts";
import { drawPareto, paretoFront } from "../../toolchain/index.ts";
import type { Artifact } from "../files/write.ts";
import type { AskedStudy } from "./asked-study.ts";
import type { Finished } from "./finished.ts";
import { writeTables } from "./results-folder.ts";
import { csvOf, jsonLinesOf, parquetOf, type StudyRow } from "./tables.ts";

/** The rows of the points that are finished, in the order of the points, with the front among them. */
export interface Results {
  readonly rows: readonly StudyRow[];
  readonly front: readonly StudyRow[];
}

export function resultsOf({ study, points }: AskedStudy, finished: Finished): Results {
  const rows = points.flatMap((point, i): StudyRow[] => {
    const outcome = finished.get(point.key);
    return outcome === undefined ? [] : [{ ...point, number: i + 1, outcome }];
  });
  const front = paretoFront(
    study,
    rows.map(({ outcome }) => outcome),
  ).map((at) => rows[at]!);
  return { rows, front };
}

/** Writes rows in three formats, and the front as table and drawing where there is one. The same rows are the same bytes. */
export async function writeResults(
  folder: string,
  { study }: AskedStudy,
  { rows, front }: Results,
): Promise<{ readonly names: readonly string[]; readonly problem: Diagnostic | null }> {
  const drawing = front.length === 0 ? null : drawn(study, rows, front);
  const artifacts: readonly Artifact[] = [
    { name: "rows.csv", content: csvOf(study, rows) },
    { name: "rows.jsonl", content: jsonLinesOf(study, rows) },
    { name: "rows.parquet", content: parquetOf(study, rows) },
    ...(front.length === 0 ? [] : [{ name: "pareto.csv", content: csvOf(study, front) }]),
    ...(drawing === null ? [] : [{ name: "pareto.svg", content: [drawing] }]),
  ];
  const problem = await writeTables(folder, artifacts);
  return { names: artifacts.map(({ name }) => join(folder, name)), problem };
}

/** By the first two objectives; null where there is one alone. */
function drawn(study: Study, rows: readonly StudyRow[], front: readonly StudyRow[]): string | null {
  const [first, second, ...others] = study.objectives;
  if (first === undefined || second === undefined) return null;
  const isFront = new Set(front);
  const points = rows.flatMap((row) => {
    const [x, y] = [shownFigure(study, row, first), shownFigure(study, row, second)];
    if (row.outcome.state !== "done" || x === null || y === null) return [];
    return [{ x, y, isFront: isFront.has(row), label: `point ${row.number}: ${valuesText(study, row)}` }];
  });
  const unseen = others.map(({ metric }) => metric).join(", ");
  const note = `${front.length} of ${counted(points.length, "circuit")} on the front${unseen === "" ? "" : `, which is also of ${unseen}`}`;
  const axis = (objective: Objective) => ({ title: titleOf(study, objective), better: objective.better });
  return drawPareto(`Pareto front of ${study.name}`, note, axis(first), axis(second), points);
}

function valuesText({ axes }: Study, { values }: StudyRow): string {
  return axes.map(({ name }, i) => `${name} ${values[i]!.written}`).join(", ");
}

/** Units in which people read what is stored in base units. */
const shown = {
  s: { unit: "ns", of: 1e9 },
  W: { unit: "mW", of: 1e3 },
  m2: { unit: "mm2", of: 1e6 },
  dB: { unit: "dB", of: 1 },
  K: { unit: "mK", of: 1e3 },
  Hz: { unit: "MHz", of: 1e-6 },
  m: { unit: "mm", of: 1e3 },
} as const;

/** The unit of a measure as people read it: iterations take milliseconds. */
function shownUnit(metric: StudyMetric): { readonly unit: string; readonly of: number } | null {
  const { unit, of } = studyMeasures[metric];
  return unit === null ? null : of === "cluster" ? { unit: "ms", of: 1e3 } : shown[unit];
}

function titleOf(study: Study, { metric }: Pick<Objective, "metric">): string {
  const unit = shownUnit(metric);
  const written = study.measures.find((measure) => measure.metric === metric)?.written ?? metric;
  return unit === null ? written : `${written}, ${unit.unit}`;
}

function shownFigure({ measures }: Study, { outcome }: StudyRow, { metric }: Pick<Objective, "metric">): number | null {
  const figure = outcome.figures[measures.findIndex((measure) => measure.metric === metric)] ?? null;
  return figure === null ? null : figure * (shownUnit(metric)?.of ?? 1);
}

/** Rows of the front that are printed; the file has all. */
const printedRows = 20;

/** The front with its axes and measures, a line a row. */
export function frontText(study: Study, front: readonly StudyRow[]): string {
  const head = [
    "point",
    ...study.axes.map(({ name }) => name),
    ...study.measures.map((measure) => titleOf(study, measure)),
  ];
  const body = front.slice(0, printedRows).map((row) => [
    `${row.number}`,
    ...row.values.map(({ written }) => written),
    ...study.measures.map((measure) => {
      const figure = shownFigure(study, row, measure);
      return figure === null ? "-" : significant(figure);
    }),
  ]);
  const more = front.length > printedRows ? [`  and ${front.length - printedRows} more in pareto.csv`] : [];
  return [...textTable([head, ...body], "all"), ...more].map((each) => `${each}\n`).join("");
}
