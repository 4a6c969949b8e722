import { statSync } from "node:fs";
import { join } from "node:path";
import { type Checked, type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { fits, listOf, oneOf, parseCsv, type Shape } from "../../formats/index.ts";
import { nothing, type ReportFigure, type Shown, type Table } from "../../report/index.ts";
import { readText, specBytes } from "../files/read.ts";
import { markerName } from "../studies/results-folder.ts";
import { errnoOf } from "../text/findings.ts";
import { tableOfCsv } from "./csv-tables.ts";

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

/** What a study wrote into a folder: the front as drawing and table, and all rows. */
export async function readStudy(folder: string): Promise<Checked<StudyResults>> {
  const marker = await readText(join(folder, markerName), specBytes);
  if (marker.value === null) return { value: null, diagnostics: marker.diagnostics };
  const study = parseMarker(marker.value.text);
  if (study === null) {
    const message = `${join(folder, markerName)} is none of \`optinc study\``;
    return refused("OPT0652", message, "name the folder that `optinc study -o` wrote");
  }
  const path = join(folder, "rows.csv");
  if (!isFile(path)) {
    const help = "`optinc study ... --resume` writes the tables at its end, for shards `optinc study merge`";
    return refused("OPT0654", `the study in ${folder} has no rows.csv yet`, help);
  }
  const rows = await readText(path, studyBytes);
  if (rows.value === null) return { value: null, diagnostics: rows.diagnostics };
  const [head = [], ...body] = parseCsv(rows.value.text);
  const at = head.indexOf("state");
  if (at < 0 || body.some((row) => row.length !== head.length)) {
    return refused("OPT0652", `${path} is not a table of a study`, "run the study again");
  }
  const states = (["done", "missed", "failed"] as const).flatMap((state) => {
    const count = body.filter((row) => row[at] === state).length;
    return count === 0 ? [] : [[state, count] as const];
  });
  const front = await frontOf(folder, study);
  if (front.diagnostics.length > 0) return { value: null, diagnostics: front.diagnostics };
  const all = tableOfCsv("rows", "All points", [head, ...body]);
  const shown = {
    figures: front.figures,
    tables: [...front.tables, ...(all === null ? [] : [withoutKeys(all)])],
  };
  return { value: { ...study, states, front: front.tables[0]?.rows.length ?? 0, shown }, diagnostics: [] };
}

/** Of rows.csv: 1e5 points are the most that a study has. */
const studyBytes = 64 * 2 ** 20;

async function frontOf(
  folder: string,
  { name, objectives }: Marker,
): Promise<Shown & { readonly diagnostics: readonly Diagnostic[] }> {
  const [drawing, table] = await Promise.all(
    ["pareto.svg", "pareto.csv"].map(async (file) => {
      const path = join(folder, file);
      // A study without objectives has no front, and one with a single one no drawing.
      if (!isFile(path)) return null;
      return await readText(path, specBytes);
    }),
  );
  const diagnostics = [...(drawing?.diagnostics ?? []), ...(table?.diagnostics ?? [])];
  const figures: ReportFigure[] =
    drawing?.value == null
      ? []
      : [
          {
            id: "pareto",
            title: `Pareto front of ${name}`,
            explanation: `Circuits that no other beats in ${objectives.join(" and ")}, among all that were compiled, proved and measured.`,
            kind: "foreign",
            svg: drawing.value.text,
          },
        ];
  const rows = table?.value == null ? null : tableOfCsv("pareto", "Pareto front", parseCsv(table.value.text));
  return { ...nothing, figures, tables: rows === null ? [] : [withoutKeys(rows)], diagnostics };
}

/** Keys are for `--resume`: 64 signs a row that say nothing to a reader. */
function withoutKeys(table: Table): Table {
  const at = table.columns.indexOf("key");
  const rest = <T>(cells: readonly T[]): readonly T[] => cells.filter((_, i) => i !== at);
  return { ...table, columns: rest(table.columns), rows: table.rows.map(rest) };
}

interface MarkerFile extends Omit<Marker, "name" | "objectives"> {
  readonly study: string;
  readonly objectives: readonly { readonly better: string; readonly metric: string }[];
}

type Marker = Pick<StudyResults, "name" | "aggregate" | "points" | "objectives">;

const marker: Shape = {
  format: oneOf("optinc.study"),
  version: oneOf(1),
  study: "string",
  aggregate: "string",
  points: "number",
  objectives: listOf({ better: "string", metric: "string" }),
};

function parseMarker(text: string): Marker | null {
  try {
    const data: unknown = JSON.parse(text);
    if (!fits<MarkerFile>(data, marker)) return null;
    const { study, aggregate, points, objectives } = data;
    return {
      name: study,
      aggregate,
      points,
      objectives: objectives.map(({ better, metric }) => `${better} ${metric}`),
    };
  } catch {
    return null;
  }
}

function refused(code: string, message: string, help: string): Checked<never> {
  return { value: null, diagnostics: [plainDiagnostic(code, message, help)] };
}

/** A pipe in the folder would be waited for. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}
