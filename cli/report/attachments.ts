import { basename } from "node:path";
import { type Diagnostic, plainDiagnostic } from "../../dsl/index.ts";
import type { ReportFigure, Table } from "../../report/index.ts";
import { displayName, readText, specBytes } from "../files/read.ts";
import type { Shown } from "./physics-figures.ts";

/** Rows and columns of a table that a page takes; more are left to the tools that are made for them. */
const most = { rows: 5000, columns: 64 } as const;

/** Drawings (.svg) and tables (.csv) that other commands wrote; nothing in them is trusted. */
export async function attached(
  paths: readonly string[],
): Promise<{ readonly shown: Shown; readonly diagnostics: readonly Diagnostic[] }> {
  const figures: ReportFigure[] = [];
  const tables: Table[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const { value, diagnostics: found } = await readText(path, specBytes);
    diagnostics.push(...found);
    if (value === null) continue;
    const name = displayName(path);
    const stem = basename(name).replace(/\.[^.]*$/, "");
    if (/\.svg$/i.test(path) && /<svg[\s>]/.test(value.text.slice(0, 2000))) {
      const svg = { kind: "foreign", svg: value.text } as const;
      figures.push({ id: `attached-${figures.length}`, title: stem, explanation: `As ${name} has it.`, ...svg });
    } else if (/\.csv$/i.test(path)) {
      const rows = parseCsv(value.text);
      const [columns = [], ...body] = rows;
      if (body.length === 0 || rows.length > most.rows || columns.length > most.columns) {
        diagnostics.push(
          refused(path, `a table of 1 to ${most.rows} rows below a head of at most ${most.columns} columns`),
        );
      } else tables.push({ name: stem, caption: name, columns, rows: body.map((row) => row.map(numeric)) });
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

function numeric(text: string): string | number {
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** Fields of RFC 4180: quotes may hold commas, line ends and doubled quotes. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (match === null) return [];
    const [, content = "", end = ""] = match;
    row.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return row.length === 0 ? rows : [...rows, row];
}
