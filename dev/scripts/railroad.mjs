// Railroad diagrams of the grammar as one SVG: the page that Chevrotain makes of them, its scripts run here in place of a browser.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createContext, runInContext } from "node:vm";
import { createSyntaxDiagramsCode } from "chevrotain";

/** What takes up the mistakes of a text is no part of the language. */
const mistakes = ["errorNode", "Unexpected"];

function isMistake(part) {
  return mistakes.includes(part.name) || (part.type === "Alternative" && part.definition.length > 0 && part.definition.every(isMistake));
}

function withoutMistakes(part) {
  return part.definition === undefined ? part : { ...part, definition: part.definition.filter((each) => !isMistake(each)).map(withoutMistakes) };
}

/** `productions`: what `getSerializedGastProductions` of the parser gives. */
export function railroad(productions) {
  const rules = productions.filter((rule) => !isMistake(rule)).map(withoutMistakes);
  const entry = pathToFileURL(createRequire(import.meta.url).resolve("chevrotain"));
  const page = createSyntaxDiagramsCode(rules, { resourceBase: new URL("../../diagrams/", entry).href, css: "" });
  const drawn = { innerHTML: "" };
  const window = createContext({ document: { getElementById: () => drawn, getElementsByClassName: () => [] } });
  window.window = window;
  for (const [, source, script] of page.matchAll(/<script(?: src='([^']*)')?>([^]*?)<\/script>/g)) {
    runInContext(source === undefined ? script : readFileSync(fileURLToPath(source), "utf8"), window);
  }
  // What only the page's own mouse reads goes.
  let text = drawn.innerHTML.replaceAll(/ \w+(?:Idx|Name)="[^"]*"| label="[^"]*"|<title>[^<]*<\/title>\n/g, "");
  let height = 0;
  let widest = 0;
  const diagrams = text.matchAll(/<h2[^>]*>(\w+)<\/h2><svg([^>]*) width="([\d.]+)" height="([\d.]+)"/g);
  for (const [head, name, attributes, width, tall] of diagrams) {
    const title = `<text class="rule" x="20" y="${height + 24}">${name}</text>\n`;
    text = text.replace(head, `${title}<svg${attributes} y="${height + 28}" width="${width}" height="${tall}"`);
    height += 28 + Number(tall);
    widest = Math.max(widest, Number(width));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${widest} ${height}" width="${widest}" height="${height}">
<title>The grammar of the spec language</title>
<style>
text { font: 14px monospace; text-anchor: middle; }
text.rule { font-weight: bold; text-anchor: start; }
path { fill: none; stroke: black; stroke-width: 2; }
rect { fill: #d8ecff; stroke: black; stroke-width: 2; }
.non-terminal rect { fill: #fff3d0; }
</style>
<rect width="100%" height="100%" style="fill: white; stroke: none"/>
${text}</svg>
`;
}
