/** A cell: nothing stands where there is no value. */
export type CsvCell = string | number | boolean | null | undefined;

/**
 * A row as a line of CSV: RFC 4180, UTF-8, LF. Text that a spreadsheet would take for a formula (CWE-1236) begins with an
 * apostrophe; numbers are as they are.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(field).join(",")}\n`;
}

export function csvText(rows: readonly (readonly CsvCell[])[]): string {
  return rows.map(csvLine).join("");
}

function field(value: CsvCell): string {
  if (typeof value !== "string") return String(value ?? "");
  const safe = /^[=+\-@\t\r]/.test(value) && !/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Fields of RFC 4180: quotes may hold commas, line ends and doubled quotes. Empty where the text is none. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const pattern = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return [];
    const [, content = "", end = ""] = match;
    row.push(content.startsWith('"') ? content.slice(1, -1).replaceAll('""', '"') : content);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return row.length === 0 ? rows : [...rows, row];
}
