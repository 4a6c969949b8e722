// Writes what the tables of the language and of technologies say into the documents; run after a build: `npm run reference`.
// All of spec.md, grammar.svg, diagnostics.md and circuit-schema.json is generated; technology.md and formats.md have tables between two marks.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { allCodes } from "../../dist/cli/commands/explain.js";
import { diagnosticsReference } from "../../dist/dsl/codes/reference.js";
import { language, specReference } from "../../dist/dsl/index.js";
import { SpecParser } from "../../dist/dsl/text/grammar.js";
import { circuitJsonSchema, circuitKeys } from "../../dist/netlist/circuit/json-schema.js";
import { quantityReference, readTechnology } from "../../dist/physics/index.js";
import { railroad } from "./railroad.mjs";

const root = new URL("../../docs/reference/", import.meta.url);

writeFileSync(new URL("spec.md", root), specReference(language));
writeFileSync(new URL("grammar.svg", root), railroad(new SpecParser(true).getSerializedGastProductions()));
writeFileSync(new URL("diagnostics.md", root), diagnosticsReference(allCodes()));
writeFileSync(new URL("circuit-schema.json", root), `${JSON.stringify(circuitJsonSchema(), null, 2)}\n`);

const folder = new URL("../../technologies/", import.meta.url);
const technologies = readdirSync(folder)
  .sort()
  .map((name) => readTechnology({ name, text: readFileSync(new URL(name, folder), "utf8") }).value);
between("technology.md", "quantities", quantityReference(technologies));
between("formats.md", "keys", circuitKeys());

function between(name, mark, table) {
  const page = new URL(name, root);
  const marked = new RegExp(`(<!-- ${mark} -->\n)[^]*(<!-- end of ${mark} -->)`);
  const text = readFileSync(page, "utf8");
  if (!marked.test(text)) throw new Error(`docs/reference/${name} has lost its marks`);
  writeFileSync(
    page,
    text.replace(marked, (_, start, end) => start + table + end),
  );
}
