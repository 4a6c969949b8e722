// Packs dev/editors/vscode into build/optinc-VERSION.vsix: `npm run vsix`, `code --install-extension build/optinc-0.1.0.vsix`.
//
// A .vsix is an OPC package: a zip with the files of dev/editors/vsix and the extension below extension/. It is made here with
// fflate, because @vscode/vsce brings a signing tool that fetches programs when it is installed. The extension is one script with the
// client of the language server protocol in it.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";
import { rolldown } from "rolldown";
import { licences } from "./licences.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(`${root}/${path}`);
const source = "dev/editors/vscode";
const about = JSON.parse(read(`${source}/package.json`));

const bundle = await rolldown({ input: `${root}/${source}/extension.js`, cwd: root, platform: "node", external: ["vscode"] });
const [{ code, moduleIds }] = (await bundle.generate({ format: "cjs", codeSplitting: false })).output;

const values = { ...about, vscode: about.engines.vscode };
const manifest = `${read("dev/editors/vsix/extension.vsixmanifest")}`.replace(/\{(\w+)\}/g, (_, name) =>
  String(values[name]).replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`),
);
const files = {
  "extension.vsixmanifest": Buffer.from(manifest),
  "[Content_Types].xml": read("dev/editors/vsix/[Content_Types].xml"),
  "extension/LICENSE.txt": Buffer.from(`${read("LICENSE")}\n${licences(moduleIds)}`),
};
for (const file of ["README.md", "language-configuration.json", "package.json", "syntaxes/optinc.tmLanguage.json"])
  files[`extension/${file}`] = read(`${source}/${file}`);
files["extension/extension.js"] = Buffer.from(code);
// The same bytes for the same files.
const bytes = zipSync(files, { level: 9, mtime: new Date("1980-01-01T12:00:00Z") });
mkdirSync(`${root}/build`, { recursive: true });
writeFileSync(`${root}/build/optinc-${about.version}.vsix`, bytes);
console.log(`wrote build/optinc-${about.version}.vsix, ${bytes.length} bytes`);
