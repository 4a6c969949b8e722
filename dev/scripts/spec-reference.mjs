// Writes what the tables of the language and of technologies say into the documents; run after a build: `npm run reference`.
// docs/reference/spec.md and docs/reference/grammar.svg are all of the language's, docs/reference/technology.md the quantities of technologies between two marks.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { language, specReference } from "../../dist/dsl/index.js";
import { SpecParser } from "../../dist/dsl/text/grammar.js";
import { quantityReference, readTechnology } from "../../dist/physics/index.js";
import { railroad } from "./railroad.mjs";

const root = new URL("../../", import.meta.url);

writeFileSync(new URL("docs/reference/spec.md", root), specReference(language));
writeFileSync(new URL("docs/reference/grammar.svg", root), railroad(new SpecParser(true).getSerializedGastProductions()));

const folder = new URL("technologies/", root);
const technologies = readdirSync(folder)
  .sort()
  .map((name) => readTechnology({ name, text: readFileSync(new URL(name, folder), "utf8") }).value);
const page = new URL("docs/reference/technology.md", root);
const marked = /(<!-- quantities -->\n)[^]*(<!-- end of quantities -->)/;
const text = readFileSync(page, "utf8");
if (!marked.test(text)) throw new Error("docs/reference/technology.md has lost its marks");
writeFileSync(page, text.replace(marked, (_, start, end) => `${start}${quantityReference(technologies)}${end}`));
