import { csvText } from "../../formats/index.ts";
import { make } from "./dom.ts";

type Rows = readonly (readonly (string | number)[])[];

/** Puts a button on every table that saves it. `live` tables know all of their rows, also those that are not drawn. */
export function addDownloads(live: Readonly<Record<string, () => Rows>>): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table[data-csv]")) {
    const name = table.dataset["csv"] ?? "table";
    const button = make("button", { type: "button", class: "csv", "aria-label": `Save ${name} as CSV` }, "CSV");
    button.addEventListener("click", () =>
      saveFile(`${name}.csv`, csvText(live[name]?.() ?? rowsOf(table)), "text/csv;charset=utf-8"),
    );
    table.parentElement?.before(button);
  }
}

function rowsOf(table: HTMLTableElement): Rows {
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.dataset["value"] ?? cell.textContent ?? ""));
}

/** Hands a file to the browser's downloads. */
export function saveFile(name: string, content: string | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
