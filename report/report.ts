import { gzipSync } from "fflate";
import { counted, grouped } from "../dsl/index.ts";
import { base64 } from "../formats/index.ts";
import { type Circuit, countDevices, serializeCircuit } from "../netlist/index.ts";
import { type Check, slackText } from "../physics/index.ts";
import type { VerificationReport } from "../verify/index.ts";
import { figuresSection, type ReportFigure, tablesSection } from "./page/figures.ts";
import { html, type Markup } from "./page/html.ts";
import { pageOf } from "./page/page.ts";
import { type PageCode, policyOf } from "./page/policy.ts";
import { chipSection } from "./page/sections.ts";
import { shown, type Table } from "./page/table.ts";
import type { PlayerData } from "./player/player-data.ts";

/** Everything that a page shows of one circuit. Names and texts may come from anywhere. */
export interface ReportInput {
  readonly circuit: Circuit;
  /** The build or circuit as the user named it. */
  readonly source: string;
  readonly passed: boolean;
  readonly report: VerificationReport;
  /** What the verification printed, line by line. */
  readonly verification: string;
  /** A sentence on whether it is exact and can be built, and the checks behind it. */
  readonly verdict: string;
  readonly checks: readonly Check[];
  readonly player: PlayerData;
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly Table[];
  /** Of optinc. */
  readonly version: string;
}

/** The script and the style of the page, as the build of optinc bundled them. */
export interface PageAssets extends PageCode {
  /** That of the page in which this one is framed; left out, its own. */
  readonly policy?: string;
}

/** One self-contained HTML page. Depends on nothing but its arguments: no clock, no host. */
export function reportPage(input: ReportInput, assets: PageAssets): string {
  const { circuit, player } = input;
  return pageOf({
    title: `${circuit.name}: ${input.passed ? "verified" : "FAILED"}`,
    language: "en",
    body: bodyOf(input),
    data: { "player-data": player },
    bytes: { "circuit-data": packed([...serializeCircuit(circuit)].join("")) },
    style: assets.style,
    script: assets.script,
    policy: assets.policy ?? policyOf([assets]),
  });
}

/** Compressed, in base64; the same bytes everywhere. */
function packed(text: string): string {
  return [...base64([gzipSync(new TextEncoder().encode(text), { level: 9, mtime: 0 })])].join("");
}

/** The page in which the workbench shows one circuit after the other, by their bodies. */
export function framePage(assets: Required<PageAssets>): string {
  return pageOf({ title: "circuit", language: "en", body: html`<main></main>`, data: {}, bytes: {}, ...assets });
}

/** What is known of a circuit once it is checked. */
type Found = Pick<ReportInput, "circuit" | "passed" | "report" | "verdict" | "checks" | "figures" | "tables">;

/** A circuit in the workbench: the chip comes first, without a title; then what was found, null while it is being checked. */
export function framedBody(circuit: Circuit, player: PlayerData, found: Found | null): string {
  const rest =
    found === null
      ? [html`<section class="verdict" role="status"><p>Not proved yet: proof, words and figures follow.</p></section>`]
      : [verdictSection(found), ...figuresSection(found.figures), ...tablesSection(found.tables)];
  return html`<main class="framed"><h1>${circuit.name}</h1>${[chipSection(circuit, player), ...rest]}</main>`.text;
}

function bodyOf(input: ReportInput): Markup {
  const { circuit, player, figures, tables } = input;
  return html`<header>
<p class="tool">optinc report</p>
<h1>${circuit.name}</h1>
</header>
<main>
${verdictSection(input)}
${chipSection(circuit, player)}
${[...figuresSection(figures), ...tablesSection(tables)]}
<section aria-labelledby="details-title"><h2 id="details-title">The verification as it was printed</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Verification report"><pre>${input.verification}</pre></div></section>
</main>
<footer><p>Made by optinc ${input.version} from ${input.source}. The page holds the circuit itself and computes with optinc's own simulation; it fetches nothing.</p></footer>`;
}

function verdictSection({ circuit, passed, report, verdict, checks }: Found): Markup {
  const { aggregate } = circuit;
  const { workers, bits, levels, rounding, signed, symbols } = aggregate;
  const counts = countDevices(circuit);
  const facts: readonly (readonly [string, string])[] = [
    [
      "Function",
      `${rounding === "none" ? "exact sum" : "mean"} of ${counted(workers, "worker")}${rounding === "none" ? "" : `, ${rounding}`}; ${bits}-bit ${signed ? "signed" : "unsigned"} words in ${counted(symbols, "symbol")} of ${levels} levels`,
    ],
    ["Words tried", triedText(report)],
    ...(report.proof === null
      ? []
      : [
          [
            "Proof",
            report.proof.holds
              ? `holds in ${counted(report.proof.states, "reachable state")}; every comparator keeps ${shown(report.proof.comparatorMargin)} LSB less ${shown(report.proof.sumDeviation)}`
              : `NOT DECIDED: ${report.proof.problems[0] ?? ""}`,
          ] as const,
        ]),
    [
      "Devices",
      `${counted(counts.mzis, "MZI")}, ${counted(counts.activations, "neuron")}, ${counted(counts.depth, "MZI column")} deep`,
    ],
  ];
  return html`<section class="verdict ${passed ? "good" : "bad"}" aria-labelledby="verdict-title">
<h2 id="verdict-title"><span class="badge">${passed ? "Verified" : "Failed"}</span></h2>
<dl>${facts.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl>
<p>${verdict}</p>
${checkTable(checks)}
${report.counterexample === null ? [] : [html`<p class="bad-text">First wrong words: <a href="#input=${report.counterexample.words.join(",")}">${report.counterexample.words.join(", ")}</a>: worker ${report.counterexample.worker} receives ${report.counterexample.got}, expected ${report.counterexample.expected}.</p>`]}
</section>`;
}

function checkTable(checks: readonly Check[]): Markup {
  return html`<div class="table" tabindex="0" role="region" aria-label="Checks"><table data-csv="checks"><caption>Checks</caption>
<thead><tr><th scope="col">check</th><th scope="col">state</th><th scope="col">slack</th><th scope="col">found</th><th scope="col">wanted</th><th scope="col">what would mend it</th></tr></thead>
<tbody>${checks.map(checkRow)}</tbody></table></div>`;
}

function checkRow(check: Check): Markup {
  const { name, state, found, wanted, mend } = check;
  const cells = [state, slackText(check), found, wanted ?? "", mend ?? ""].map((text) => html`<td>${text}</td>`);
  return html`<tr class="${classes[state]}"><th scope="row">${name}</th>${cells}</tr>\n`;
}

const classes = { pass: "good", fail: "bad", "not computed": "" } as const;

function triedText({ mode, vectors, wrong, errorRateUpper95 }: VerificationReport): string {
  const what =
    mode === "exhaustive"
      ? `all ${grouped(vectors)} distinct vectors`
      : `${grouped(vectors)} ${mode === "tried" ? "distinct vectors, and no other words," : "sampled vectors"}`;
  const bound =
    errorRateUpper95 === null ? "" : `; error rate below ${errorRateUpper95.toExponential(2)} at 95 % confidence`;
  return `${what} through every device: ${grouped(wrong)} wrong${bound}`;
}
