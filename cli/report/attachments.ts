import { basename } from "node:path";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import { parseCsv } from "../../formats/index.ts";
import type { ReportFigure, Shown, Table } from "../../report/index.ts";
import { displayName, readText, specBytes } from "../files/read.ts";
import { isStudy, most, readStudy } from "./study-figures.ts";

/** Drawings (.svg) and tables (.csv) that other commands wrote; nothing in them is trusted. */
export async function attached(
  paths: readonly string[],
): Promise<{ readonly shown: Shown; readonly diagnostics: readonly Diagnostic[] }> {
  const figures: ReportFigure[] = [];
  const tables: Table[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    if (isStudy(path)) {
      const study = await readStudy(path);
      diagnostics.push(...study.diagnostics);
      const shown = study.value?.shown;
      // Several studies on a page have each their own.
      figures.push(...(shown?.figures ?? []).map((it) => ({ ...it, id: `attached-${figures.length}` })));
      tables.push(...(shown?.tables ?? []).filter(({ name }) => name === "pareto"));
      continue;
    }
    const { value, diagnostics: found } = await readText(path, specBytes);
    diagnostics.push(...found);
    if (value === null) continue;
    const name = displayName(path);
    const stem = basename(name).replace(/\.[^.]*$/, "");
    if (/\.svg$/i.test(path) && /<svg[\s>]/.test(value.text.slice(0, 2000))) {
      const svg = { kind: "foreign", svg: value.text } as const;
      figures.push({ id: `attached-${figures.length}`, title: stem, explanation: `As ${name} has it.`, ...svg });
    } else if (/\.csv$/i.test(path)) {
      const table = tableOfCsv(stem, name, parseCsv(value.text));
      if (table === null) {
        diagnostics.push(
          refused(path, `a table of 1 to ${most.rows} rows below a head of at most ${most.columns} columns`),
        );
      } else tables.push(table);
    } else diagnostics.push(refused(path, "an SVG drawing (.svg) or a table (.csv)"));
  }
  return { shown: { figures, tables }, diagnostics };
}

function refused(path: string, wanted: string): Diagnostic {
  return plainDiagnostic(
    "OPT0652",
    `${path} cannot be put on the page`,
    `--with takes ${wanted}, as other commands write them`,
  );
}

/** Null where a page does not take so much, or so little. */
function tableOfCsv(name: string, caption: string, rows: readonly (readonly string[])[]): Table | null {
  const [columns = [], ...body] = rows;
  if (body.length === 0 || rows.length > most.rows || columns.length > most.columns) return null;
  return { name, caption, columns, rows: body.map((row) => row.map(numeric)) };
}

function numeric(text: string): string | number {
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}
