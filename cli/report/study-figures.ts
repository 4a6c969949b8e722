import { join } from "node:path";
import { type Checked, plainDiagnostic, refused, studyMeasures } from "../../dsl/index.ts";
import { fits, listOf, oneOf, type Shape } from "../../formats/index.ts";
import { type Shown, shownNumber, type Table } from "../../report/index.ts";
import { type FrontStudy, type Outcome, paretoFront } from "../../toolchain/index.ts";
import { fragmentOf } from "../../workbench/index.ts";
import { readText, specBytes } from "../files/read.ts";
import { isFile } from "../files/temporary.ts";
import { drawnFront, type LabelledRow } from "../studies/results.ts";
import { markerName } from "../studies/results-folder.ts";

/** Results of a study, read from an untrusted folder. */
export interface StudyResults {
  readonly name: string;
  readonly aggregate: string;
  readonly points: number;
  /** `less neurons`, in their order. */
  readonly objectives: readonly string[];
  /** How many rows are in each state. */
  readonly states: readonly (readonly [state: string, rows: number])[];
  readonly front: number;
  readonly shown: Shown;
}

/** Whether a folder says that it holds results of a study. */
export function isStudy(path: string): boolean {
  return path !== "-" && isFile(join(path, markerName));
}

/** What a study wrote into a folder: the front as drawing and table, and all rows. Points link to their designs in workbench.html. */
export async function readStudy(folder: string): Promise<Checked<StudyResults>> {
  const marker = await readText(join(folder, markerName), specBytes);
  if (marker.value === null) return refused(...marker.diagnostics);
  const study = parsed<Marker>(marker.value.text, markerShape);
  if (study === null) {
    const message = `${join(folder, markerName)} is none of \`optinc study\` as it is now`;
    return refused(
      plainDiagnostic("OPT0652", message, "name the folder that `optinc study -o` wrote, or run the study again"),
    );
  }
  const path = join(folder, "rows.jsonl");
  if (!isFile(path)) {
    const help = "`optinc study ... --resume` writes the tables at its end, for shards `optinc study merge`";
    return refused(plainDiagnostic("OPT0654", `the study in ${folder} has no rows.jsonl yet`, help));
  }
  const text = await readText(path, studyBytes);
  if (text.value === null) return refused(...text.diagnostics);
  const lines = text.value.text.split("\n").filter((line) => line !== "");
  const rows = lines.flatMap((line) => parsed<Row>(line, rowShape) ?? []);
  const columns = Object.keys(rows[0] ?? {});
  if (rows.length < lines.length || rows.some((row) => Object.keys(row).join() !== columns.join())) {
    return refused(plainDiagnostic("OPT0652", `${path} is not a table of a study`, "run the study again"));
  }
  const states = (["done", "missed", "failed"] as const).flatMap((state) => {
    const count = rows.filter((row) => row.state === state).length;
    return count === 0 ? [] : [[state, count] as const];
  });
  const { study: name, aggregate, points, measures, objectives } = study;
  const wanted = objectives.map(({ better, metric }) => `${better} ${metric}`);
  const compared: FrontStudy = { name, measures, objectives };
  const labelled = rows.map((row) => labelledRow(row, columns, measures.length));
  const outcomes = labelled.map(({ outcome }) => outcome);
  const front = paretoFront(compared, outcomes).map((at) => rows[at]!);
  const svg = drawnFront(compared, labelled, new Set(front.map(({ point }) => point)));
  const drawing = {
    id: "pareto",
    title: `Pareto front of ${name}`,
    explanation: `Circuits that no other beats in ${wanted.join(" and ")}, among all that were compiled, proved and measured. A point opens its design in workbench.html beside this page; optinc workbench writes it.`,
    kind: "linked",
    svg: svg ?? "",
  } as const;
  const shown: Shown = {
    figures: svg === null ? [] : [drawing],
    tables: [tableOf("pareto", "Pareto front", columns, front), tableOf("rows", "All points", columns, rows)].filter(
      (table) => table.rows.length > 0 && table.rows.length < most.rows && columns.length <= most.columns,
    ),
  };
  return {
    value: { name, aggregate, points, objectives: wanted, states, front: front.length, shown },
    diagnostics: [],
  };
}

/** Rows and columns of a table that a page takes; more are left to the tools that are made for them. */
export const most = { rows: 5000, columns: 64 } as const;

/** Of rows.jsonl: 1e5 points are the most that a study has. */
const studyBytes = 256 * 2 ** 20;

interface Marker extends Pick<StudyResults, "aggregate" | "points">, Omit<FrontStudy, "name"> {
  readonly study: string;
}

const metric: Shape = oneOf(...Object.keys(studyMeasures));

const markerShape: Shape = {
  format: oneOf("optinc.study"),
  version: oneOf(2),
  study: "string",
  aggregate: "string",
  points: "number",
  measures: listOf({ metric, written: "string" }),
  objectives: listOf({ better: oneOf("less", "more"), metric }),
};

interface Row extends Readonly<Record<string, string | number | null>> {
  readonly point: number;
  readonly state: Outcome["state"];
  readonly spec: string | null;
}

const rowShape: Shape = (row) =>
  fits<Row>(row, { point: "number", state: oneOf("done", "missed", "failed"), spec: isCell }) &&
  typeof row.spec !== "number" &&
  Object.values(row).every(isCell);

function isCell(value: unknown): boolean {
  return value === null || typeof value === "string" || Number.isFinite(value);
}

/** Columns are the point, axes, measures, the state and what follows. */
function labelledRow(row: Row, columns: readonly string[], measures: number): LabelledRow {
  const end = columns.indexOf("state");
  const axes = columns.slice(1, Math.max(1, end - measures));
  const measured = columns.slice(1 + axes.length, end).map((name) => row[name]!);
  const figures = measured.map((figure) => (typeof figure === "number" ? figure : null));
  const label = axes.map((name) => {
    const value = row[name]!;
    return `${name} ${typeof value === "number" ? shownNumber(value) : value}`;
  });
  const outcome = { state: row.state, figures, problem: null };
  return { number: row.point, outcome, label: label.join(", "), href: linkOf(row) };
}

function linkOf({ spec }: Row): string | null {
  const fragment = spec === null ? null : fragmentOf(spec);
  return fragment === null ? null : `workbench.html${fragment}`;
}

/** Without keys, which are for `--resume`, and with the specs as links. */
function tableOf(name: string, caption: string, columns: readonly string[], rows: readonly Row[]): Table {
  const shown = columns.filter((column) => column !== "key" && column !== "spec");
  const cells = rows.map((row) => {
    const href = linkOf(row);
    const point = href === null ? row.point : { text: `${row.point}`, href };
    return shown.map((column) => (column === "point" ? point : (row[column] ?? "")));
  });
  return { name, caption, columns: shown, rows: cells };
}

/** A JSON text of such a shape, or null. */
function parsed<T>(text: string, shape: Shape): T | null {
  try {
    const data: unknown = JSON.parse(text);
    return fits<T>(data, shape) ? data : null;
  } catch {
    return null;
  }
}
