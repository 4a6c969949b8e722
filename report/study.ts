import { figuresSection, type ReportFigure, tablesSection } from "./page/figures.ts";
import { html } from "./page/html.ts";
import { pageOf } from "./page/page.ts";
import { policyOf } from "./page/policy.ts";
import type { Table } from "./page/table.ts";
import type { PageAssets } from "./report.ts";

/** Everything that a page shows of a study. Names and texts may come from anywhere. */
export interface StudyInput {
  readonly name: string;
  readonly source: string;
  /** What there is to say in a line, with what it is about. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly Table[];
  /** Of optinc. */
  readonly version: string;
}

/** One self-contained HTML page about many circuits: the front, and a row each. Nothing is played on it. */
export function studyPage(input: StudyInput, assets: PageAssets): string {
  const { name, facts, figures, tables } = input;
  return pageOf({
    title: `${name}: study`,
    language: "en",
    body: html`<header>
<p class="tool">optinc report</p>
<h1>${name}</h1>
</header>
<main>
<section class="verdict" aria-labelledby="study-title"><h2 id="study-title">Study</h2>
<dl>${facts.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl></section>
${figuresSection(figures)}
${tablesSection(tables)}
</main>
<footer><p>Made by optinc ${input.version} from ${input.source}. It fetches nothing.</p></footer>`,
    data: {},
    bytes: {},
    style: assets.style,
    script: assets.script,
    policy: assets.policy ?? policyOf([assets]),
  });
}
