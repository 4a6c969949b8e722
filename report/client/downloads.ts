import { csvText } from "../../formats/index.ts";
import { make } from "./dom.ts";

type Rows = readonly (readonly (string | number)[])[];

/** Puts a button on every table that saves it. `live` tables know all of their rows, also those that are not drawn. */
export function addDownloads(live: Readonly<Record<string, () => Rows>>): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table[data-csv]")) {
    const name = table.dataset["csv"] ?? "table";
    const button = make("button", { type: "button", class: "csv", "aria-label": `Save ${name} as CSV` }, "CSV");
    button.addEventListener("click", () => save(`${name}.csv`, csvText(live[name]?.() ?? rowsOf(table))));
    table.parentElement?.before(button);
  }
}

function rowsOf(table: HTMLTableElement): Rows {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.dataset["value"] ?? cell.textContent ?? ""));
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
