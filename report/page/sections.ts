import type { Circuit } from "../../netlist/index.ts";
import { wordRange } from "../../verify/index.ts";
import type { PlayerData } from "../player/player-data.ts";
import { html, type Markup } from "./html.ts";

/** Sliders of so many workers; more words are typed. */
const mostSliders = 32;

/** Chip and player: the parts that the script fills. Without it the page says so. */
export function chipSection(circuit: Circuit, player: PlayerData): Markup {
  return html`<section class="play" aria-labelledby="play-title" hidden id="play">
<h2 id="play-title">Words through the chip</h2>
<p class="error" id="page-problem" role="alert"></p>
<div class="panes">
<div class="controls">
${wordsForm(circuit, player)}
<div id="result" role="status" aria-live="polite"></div>
${sampleForm(player)}
</div>
<div class="view">
${toolbar()}
<div class="chip-frame" id="chip-frame">
<canvas id="chip" tabindex="0" role="application" aria-label="Drawing of the circuit" aria-describedby="chip-keys"></canvas>
<div id="chip-tip" aria-hidden="true" hidden></div>
</div>
<ul class="legend" id="legend" aria-label="Legend"></ul>
<div class="front"><button type="button" id="run-light">Let the light run</button>
<label for="front">light up to column</label><input type="range" id="front" min="0" value="0"><output id="front-at" for="front"></output></div>
<div id="device" role="status" aria-live="polite"><p>Point at a device, or focus the drawing and use the arrow keys.</p></div>
<p class="keys" id="chip-keys">Arrow keys go from device to device, with Shift they move the drawing; + and - zoom, 0 shows the whole circuit; F shows the section of the device, Escape lets go.</p>
</div>
</div>
<details id="sections-box"><summary>Sections <span class="count">${circuit.sections.length}</span></summary>
<ul id="sections" class="sections"></ul></details>
<details open><summary>Words</summary><div class="table" tabindex="0" role="region" aria-label="Words"><table data-csv="words"><caption>Words of this input</caption><thead id="words-head"></thead><tbody id="words-body"></tbody></table></div></details>
<details><summary>Receivers</summary><div class="table" tabindex="0" role="region" aria-label="Receivers"><table data-csv="receivers"><caption>What every receiver reads of this input</caption><thead id="receivers-head"></thead><tbody id="receivers-body"></tbody></table></div></details>
<details${{ kind: "markup", text: player.comparators.length > 0 ? " open" : "" } as const}><summary>${player.comparators.length > 0 ? "Comparators and other neurons" : "Neurons"}</summary><div class="table" tabindex="0" role="region" aria-label="Neurons"><table data-csv="neurons"><caption>Distance of each neuron from its threshold</caption><thead id="neurons-head"></thead><tbody id="neurons-body"></tbody></table></div></details>
<details><summary>Devices</summary><div class="table" tabindex="0" role="region" aria-label="Devices"><table data-csv="devices"><caption>Devices and the light behind them with this input</caption><thead id="devices-head"></thead><tbody id="devices-body"></tbody></table></div></details>
</section>
<noscript><p class="error">Drawing and player need scripts, which this browser does not run for the page.</p></noscript>`;
}

function wordsForm({ aggregate }: Circuit, { weakest, counterexample }: PlayerData): Markup {
  const { min, max } = wordRange(aggregate);
  const presets: readonly (readonly [id: string, label: string])[] = [
    ["random", "Random"],
    ...(weakest === null ? [] : [["weakest", "Worst margin"] as const]),
    ...(counterexample === null ? [] : [["counterexample", "Counterexample"] as const]),
    ["lowest", "All lowest"],
    ["highest", "All highest"],
  ];
  const sliders =
    aggregate.workers > mostSliders ? [] : Array.from({ length: aggregate.workers }, (_, worker) => worker);
  return html`<form id="words-form"><label for="words">Words of the ${aggregate.workers} workers, ${min} to ${max}</label>
<input type="text" id="words" autocomplete="off" spellcheck="false" inputmode="text" aria-describedby="words-problem">
<p class="error" id="words-problem" role="alert"></p>
<p class="presets">${presets.map(([id, label]) => html`<button type="button" data-preset="${id}">${label}</button> `)}</p>
<div id="sliders">${sliders.map((worker) => html`<label>worker ${worker}<input type="range" min="${min}" max="${max}" value="0" aria-label="word of worker ${worker}"><output></output></label>\n`)}</div>
</form>`;
}

function sampleForm({ technology }: PlayerData): Markup {
  return html`<form id="sample-form"><fieldset><legend><label><input type="checkbox" id="sample-on"> A chip with errors beside it</label></legend>
<label>chip sample<input type="number" id="sample" min="0" max="999999999" step="1" value="0"></label>
${technology === null ? [] : [html`<label class="wide"><input type="checkbox" id="sample-technology" checked> all errors of ${technology.name}</label>`]}
<label>phases, rad<input type="number" id="sample-phase" min="0" max="3.14" step="0.001" value="${technology?.errors.phaseRad ?? 0.005}"></label>
<label>splitters, rad<input type="number" id="sample-splitter" min="0" max="0.7" step="0.001" value="${technology?.errors.couplerRad ?? 0}"></label>
<p><button type="button" id="next-sample">Next chip sample</button> <label><input type="checkbox" id="sample-drawn"> draw the chip sample</label></p>
</fieldset></form>`;
}

function toolbar(): Markup {
  return html`<div class="toolbar" role="toolbar" aria-label="Drawing">
<button type="button" id="zoom-in" aria-label="Zoom in">+</button><button type="button" id="zoom-out" aria-label="Zoom out">\u2212</button><button type="button" id="zoom-all">Whole chip</button>
<label for="search">Find</label><input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="layer3, mode 7, mzi" aria-controls="found">
<label for="paint">Paint</label><select id="paint"><option value="light">light</option><option value="theta">theta</option><option value="kind">kinds</option></select>
<label for="arrangement">Arrange</label><select id="arrangement"><option value="sections">by section</option><option value="placed">as placed</option></select>
</div>
<ul id="found" class="found" aria-label="Found devices"></ul>`;
}
