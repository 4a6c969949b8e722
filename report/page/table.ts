import { html, type Markup } from "./html.ts";

/** A cell: text is set left, a number right and printed with the digits that a reader wants; CSV has all of them. A link goes to a page. */
export type TableCell = string | number | { readonly text: string; readonly href: string };

export interface Table {
  /** File name of the CSV, without `.csv`. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

/** A table with a button that saves all of it as CSV; more than a screen of rows scrolls. */
export function tableOf({ name, caption, columns, rows }: Table): Markup {
  const cell = (value: TableCell): Markup =>
    typeof value === "number"
      ? html`<td class="number" data-value="${value}">${shown(value)}</td>`
      : html`<td>${typeof value === "string" ? value : html`<a href="${value.href}">${value.text}</a>`}</td>`;
  return html`<div class="table" tabindex="0" role="region" aria-label="${caption}"><table data-csv="${name}">
<caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody>
</table></div>
`;
}

/** Four digits, as much as a table has room for. */
export function shown(value: number): string {
  if (Number.isNaN(value)) return "none";
  if (!Number.isFinite(value)) return value > 0 ? "\u221e" : "-\u221e";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2).replace("e+", "e");
  return String(Number(value.toPrecision(4)));
}
