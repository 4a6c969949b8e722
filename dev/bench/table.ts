/** A line of a table: what stands under each head. */
export type TableRow = Readonly<Record<string, string>>;

export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

export function markdownTable(rows: readonly TableRow[]): string {
  const heads = Object.keys(rows[0] ?? {});
  return [heads, heads.map(() => "---"), ...rows.map(Object.values<string>)].map(markdownRow).join("\n");
}
