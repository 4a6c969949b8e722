export { fragmentOf } from "./client/fragment.ts";

import { framePage, html, type PageAssets, pageOf, policyOf } from "../report/index.ts";

/** What the workbench knows when it opens; goes through JSON. */
export interface WorkbenchData {
  /** Names and texts of specs, in the order of the menu; the first one is shown. */
  readonly examples: readonly (readonly [name: string, spec: string])[];
  /** Names and texts of technology files. */
  readonly technologies: readonly (readonly [name: string, yaml: string])[];
  /** The page that it frames. */
  readonly frame: string;
  /** Of optinc. */
  readonly version: string;
}

/** Sliders of the page: name, label with the unit, from, to, step, first value. */
const tries = [
  ["launch", "Launch power of a symbol, dBm", -10, 20, 0.5, 0],
  ["rate", "Symbol rate, GBd", 1, 40, 0.5, 10],
  ["phase", "Phase errors, rad", 0, 0.05, 0.001, 0.005],
  ["splitter", "Splitter errors, rad", 0, 0.1, 0.005, 0.01],
  ["temperature", "Chip warmer by, mK", -100, 100, 1, 0],
  ["laser", "Laser off by, MHz", -1000, 1000, 10, 0],
] as const;

/** One self-contained HTML page that compiles specs. `report`: script and style of report pages, which it frames. */
export function workbenchPage(
  known: Omit<WorkbenchData, "frame">,
  report: PageAssets,
  { script, style }: PageAssets,
): string {
  const policy = policyOf([{ script, style }, report], true);
  const data: WorkbenchData = { ...known, frame: framePage({ ...report, policy }) };
  return pageOf({
    title: "optinc workbench",
    language: "en",
    body: html`<header>
<h1>optinc workbench</h1>
<p class="actions"><button type="button" id="story-open">Story</button> <label for="example">Example</label> <select id="example"></select>
<label for="format">Save as</label> <select id="format"></select> <button type="button" id="save" disabled>Save</button>
<button type="button" id="stop" disabled>Stop</button></p>
<p id="state" role="status" aria-live="polite"></p>
</header>
<main>
<section aria-labelledby="spec-title"><h2 id="spec-title">Spec</h2>
<div id="editor"></div>
<p id="link-problem" class="error" role="alert"></p>
<div role="alert"><ul id="problems"></ul></div></section>
<section aria-labelledby="circuit-title"><h2 id="circuit-title">Circuit</h2>
<div id="story" role="group" aria-labelledby="story-title" hidden><h3 id="story-title"></h3>
<p id="story-text" aria-live="polite"></p>
<p class="actions"><button type="button" id="story-back">Back</button> <button type="button" id="story-next">Next</button>
<button type="button" id="story-close">Close</button></p></div>
<iframe id="circuit" title="Chip, verdict and player of the compiled circuit"></iframe></section>
<section aria-labelledby="tries-title"><h2 id="tries-title">Other light, other chips</h2>
<form id="tries" aria-label="What if the chip or its light were different?">
${tries.map(
  ([name, label, least, most, step, first]) =>
    html`<label for="${name}">${label}</label> <input type="range" id="${name}" min="${least}" max="${most}" step="${step}" value="${first}"> <output for="${name}"></output>`,
)}</form>
<p id="tried" role="status" aria-live="polite"></p>
<p><button type="button" id="weakest" disabled>Show what breaks first</button></p>
<div id="chips" role="group" aria-label="Chips by their share of wrong words">
${["no wrong word", "up to 1 %", "up to 10 %", "more"].map(
  (label) =>
    html`<span>${label}</span> <meter aria-label="Chips: ${label}" min="0" max="200" value="0"></meter> <span></span>`,
)}</div></section>
</main>
<noscript><p>The workbench needs scripts, which this browser does not run for the page.</p></noscript>`,
    data: { "workbench-data": data },
    bytes: {},
    style,
    script,
    policy,
  });
}
