import { type DeclaredInput, measured } from "../../dsl/index.ts";
import { type CsvCell, csvText, textTable } from "../../formats/index.ts";

/** Why there are no figures of an algorithm. */
export interface Refusal {
  readonly kind: "refused";
  readonly reason: string;
}

/** The rows that have figures, with these among what else a row says. */
export function withFigures<Row, Figures extends object>(
  rows: readonly (Row & { readonly outcome: Figures | Refusal })[],
): readonly (Row & Figures)[] {
  return rows.flatMap((row) => ("reason" in row.outcome ? [] : [{ ...row, ...row.outcome }]));
}

/** A line for each algorithm that has none. */
export function refusedLines(
  rows: readonly { readonly algorithm: string; readonly outcome: object | Refusal }[],
): readonly string[] {
  const lines = rows.flatMap(({ algorithm, outcome }) =>
    "reason" in outcome ? [`  ${algorithm}: ${outcome.reason}`] : [],
  );
  return [...new Set(lines)];
}

export function seconds(value: number): string {
  return measured(value, "s");
}

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
export function reportText(blocks: readonly string[], title: string, inputs: readonly DeclaredInput[]): string {
  const rows = inputs.map(({ path, value, from }) => [path, value, from === "file" ? "" : from]);
  return `${[...blocks, [title, ...textTable(rows, "all")].join("\n")].join("\n\n")}\n`;
}
