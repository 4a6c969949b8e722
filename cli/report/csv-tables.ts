import type { Table } from "../../report/index.ts";

/** Rows and columns of a table that a page takes; more are left to the tools that are made for them. */
export const most = { rows: 5000, columns: 64 } as const;

/** Null where a page does not take so much, or so little. */
export function tableOfCsv(name: string, caption: string, rows: readonly (readonly string[])[]): Table | null {
  const [columns = [], ...body] = rows;
  if (body.length === 0 || rows.length > most.rows || columns.length > most.columns) return null;
  return { name, caption, columns, rows: body.map((row) => row.map(numeric)) };
}

function numeric(text: string): string | number {
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}
