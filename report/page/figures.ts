import { counted } from "../../dsl/index.ts";
import { base64 } from "../../formats/index.ts";
import { html, type Markup, trusted } from "./html.ts";
import { type Table, tableOf } from "./table.ts";

/** A drawing with what it says in words. */
export interface ReportFigure {
  readonly id: string;
  readonly title: string;
  readonly explanation: string;
  /**
   * `foreign`: from a file, shown as an image, in which nothing runs and nothing is fetched; else a drawing of this project,
   * `linked` where it has links.
   */
  readonly kind?: "foreign" | "linked";
  readonly svg: string;
}

export function figuresSection(figures: readonly ReportFigure[]): readonly Markup[] {
  if (figures.length === 0) return [];
  return [
    html`<section aria-labelledby="figures-title"><h2 id="figures-title">Figures</h2><div class="figures">
${figures.map(figureOf)}</div></section>`,
  ];
}

export function tablesSection(tables: readonly Table[]): readonly Markup[] {
  if (tables.length === 0) return [];
  return [
    html`<section aria-labelledby="tables-title"><h2 id="tables-title">Tables</h2>
${tables.map((table) => html`<details id="table-${table.name}"><summary>${table.caption} <span class="count">${counted(table.rows.length, "row")}</span></summary>${tableOf(table)}</details>`)}</section>`,
  ];
}

function figureOf({ id, title, explanation, svg, kind }: ReportFigure): Markup {
  const drawing =
    kind === "foreign"
      ? html`<div class="drawing foreign"><img alt="${title}" src="data:image/svg+xml;base64,${[...base64([new TextEncoder().encode(svg)])].join("")}"></div>`
      : html`<div class="drawing" role="${kind === "linked" ? "group" : "img"}" aria-label="${title}">${trusted(svg)}</div>`;
  return html`<figure id="${id}"><figcaption><h3>${title}</h3><p>${explanation}</p></figcaption>${drawing}</figure>
`;
}
