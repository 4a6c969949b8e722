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
import { linePanel, picture, textTable, theme } from "../../formats/index.ts";
import { type FrontStudy, type Outcome, paretoFront } from "../../toolchain/index.ts";
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
  const points = rows.map((row) => ({ ...row, label: valuesText(study, row), href: null }));
  const isFront = new Set(front.map(({ number }) => number));
  const drawing = drawnFront(study, points, isFront);
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

/** A point of a drawing: what its axes say, and where its design is shown. */
export interface LabelledRow extends Pick<StudyRow, "number" | "outcome"> {
  readonly label: string;
  readonly href: string | null;
}

/** By the first two objectives, with the numbers of the points on the front; null where there is one objective alone, or no front. */
export function drawnFront(study: FrontStudy, rows: readonly LabelledRow[], front: ReadonlySet<number>): string | null {
  const [first, second, ...others] = study.objectives;
  if (first === undefined || second === undefined || front.size === 0) return null;
  const points = rows.flatMap(({ number, outcome, label, href }) => {
    const [x, y] = [first, second].map((objective) => shownFigure(study, outcome, objective));
    if (outcome.state !== "done" || x == null || y == null) return [];
    return [{ x, y, isFront: front.has(number), title: `point ${number}: ${label}`, href }];
  });
  const unseen = others.map(({ metric }) => metric).join(", ");
  const note = `${front.size} of ${counted(points.length, "circuit")} on the front${unseen === "" ? "" : `, which is also of ${unseen}`}`;
  const axis = (objective: Objective) => ({
    title: `${titleOf(study, objective)} (${objective.better} is better)`,
    scale: "fitting" as const,
  });
  const onFront = points.filter(({ isFront }) => isFront).sort((a, b) => a.x - b.x || a.y - b.y);
  const panel = linePanel({
    ...{ title: `Pareto front of ${study.name}`, note, x: axis(first), y: axis(second), height: 460 },
    lines: [
      { name: "", points: points.filter(({ isFront }) => !isFront), colour: theme.grey, marks: 2.6, isLoose: true },
      { name: "", points: onFront, colour: theme.blue, marks: 4 },
    ],
  });
  return picture([panel]);
}

function valuesText({ axes }: Study, { values }: StudyRow): string {
  return axes.map(({ name }, i) => `${name} ${values[i]!.written}`).join(", ");
}

/** Units in which people read what is stored in base units. */
const shown = {
  s: { unit: "ns", of: 1e9 },
  W: { unit: "mW", of: 1e3 },
  J: { unit: "pJ", of: 1e12 },
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

function titleOf(study: FrontStudy, { metric }: Pick<Objective, "metric">): string {
  const unit = shownUnit(metric);
  const written = study.measures.find((measure) => measure.metric === metric)?.written ?? metric;
  return unit === null ? written : `${written}, ${unit.unit}`;
}

function shownFigure(
  { measures }: FrontStudy,
  { figures }: Outcome,
  { metric }: Pick<Objective, "metric">,
): number | null {
  const figure = figures[measures.findIndex((measure) => measure.metric === metric)] ?? null;
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
      const figure = shownFigure(study, row.outcome, measure);
      return figure === null ? "-" : significant(figure);
    }),
  ]);
  const more = front.length > printedRows ? [`  and ${front.length - printedRows} more in pareto.csv`] : [];
  return [...textTable([head, ...body], "all"), ...more].map((each) => `${each}\n`).join("");
}
