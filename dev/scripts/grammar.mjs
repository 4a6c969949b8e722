// Writes the grammar by which editors colour specs, from the table of the language: `npm run grammar`, after a build.
import { mkdirSync, writeFileSync } from "node:fs";
import { textMateGrammar } from "../../dist/dsl/index.js";

const folder = new URL("../editors/vscode/syntaxes/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("optinc.tmLanguage.json", folder), `${JSON.stringify(textMateGrammar(), null, 2)}\n`);
