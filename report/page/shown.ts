import type { ReportFigure } from "./figures.ts";
import type { Table } from "./table.ts";

/** What a page shows: drawings, and the tables that they are made of. */
export interface Shown {
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly Table[];
}

export const nothing: Shown = { figures: [], tables: [] };

/** One drawing, with its title and what it says in words. */
export function drawing(id: string, title: string, explanation: string, svg: string): Shown {
  return { figures: [{ id, title, explanation, svg }], tables: [] };
}

/** One table; `name` is that of its CSV. */
export function table(name: string, caption: string, columns: Table["columns"], rows: Table["rows"]): Shown {
  return { figures: [], tables: [{ name, caption, columns, rows }] };
}

/** Several parts in their order. */
export function together(...parts: readonly Shown[]): Shown {
  return { figures: parts.flatMap(({ figures }) => figures), tables: parts.flatMap(({ tables }) => tables) };
}
