import { textTable } from "../../formats/index.ts";

/** Prints rows under a heading, columns padded, for people. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  console.log(`\n${title}`);
  for (const line of textTable([head, ...rows])) console.log(line);
}

/** A row of a Markdown table. */
export function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A Markdown table of rows that are printed already. */
export function markdownTable(head: readonly string[], rows: readonly string[]): string {
  return [markdownRow(head), markdownRow(head.map(() => "---")), ...rows].join("\n");
}
