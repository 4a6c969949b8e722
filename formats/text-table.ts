/**
 * Rows as lines of text, their cells padded to columns, two spaces apart and before the first. Cells of the columns in `left` are set
 * left, the others right.
 */
export function textTable(
  rows: readonly (readonly string[])[],
  left: readonly number[] | "all" = [0],
  paintLabel: (cell: string) => string = (cell) => cell,
): string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), []);
  const padded = (cell: string, i: number): string =>
    left === "all" || left.includes(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!);
  return rows.map((row) => {
    const [label = "", ...cells] = row.map(padded);
    return `  ${[paintLabel(label), ...cells].join("  ")}`.trimEnd();
  });
}

/** The same with a painted head. */
export function headedTable(
  rows: readonly (readonly string[])[],
  paintHead: (line: string) => string,
  left?: readonly number[] | "all",
): string[] {
  const [head = "", ...lines] = textTable(rows, left);
  return [paintHead(head), ...lines];
}

/** Columns of a table: what stands at the head of each, and in a row. */
export type Columns<Row> = readonly (readonly [head: string, cell: (row: Row) => string])[];

/** The heads and a line a row, as `textTable` takes them. */
export function cellsOf<Row>(columns: Columns<Row>, rows: readonly Row[]): readonly (readonly string[])[] {
  return [columns.map(([head]) => head), ...rows.map((row) => columns.map(([, cell]) => cell(row)))];
}
