import type { ClusterInput } from "../../dsl/index.ts";
import { type CsvCell, csvText, textTable } from "../../formats/index.ts";

/** What `compare` prints, each ending with a line feed. A number has twelve digits: sums in another order on another machine must not change a file. */
function rounded<T>(value: T): T | number {
  return typeof value === "number" ? Number(value.toPrecision(12)) : value;
}

export function reportJson(format: string, report: object): string {
  const whole = { format: `optinc.${format}`, version: 1, ...report };
  return `${JSON.stringify(whole, (_, value) => rounded(value), 2)}\n`;
}

/** `head`: names of the columns, separated by commas. */
export function reportCsv(head: string, rows: readonly (readonly CsvCell[])[]): string {
  return csvText([head.split(","), ...rows.map((row) => row.map(rounded))]);
}

/** Blocks with an empty line between them, and what all of them depend on. */
export function reportText(blocks: readonly string[], title: string, inputs: readonly ClusterInput[]): string {
  const rows = inputs.map(({ path, value, from }) => [path, value, from === "file" ? "" : from]);
  return `${[...blocks, [title, ...textTable(rows, "all")].join("\n")].join("\n\n")}\n`;
}
