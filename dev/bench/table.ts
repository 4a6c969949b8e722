/** A row of a Markdown table. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A Markdown table of rows that are printed already. */
export function markdownTable(head: readonly string[], rows: readonly string[]): string {
  return [markdownRow(head), markdownRow(head.map(() => "---")), ...rows].join("\n");
}
