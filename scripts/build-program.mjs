// Bundles the command line into dist/program: a process that has to find and compile some two hundred modules takes several
// times as long to start as Node itself. dist/program/optinc.cjs starts it, parts/ holds what it loads as it goes, and
// code-*/ what V8 made of that (see cli/start).
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const out = join(root, "dist/program");
const { codeHash } = await import("../dist/cli/files/engine-version.js");

/** Modules find what lies beside them as if each were still in its file of dist/; workers are programs of their own. */
const places = {
  name: "places",
  transform(code, id) {
    if (!code.includes("import.meta.url") || id.includes("node_modules")) return null;
    const file = slashes(relative(root, id)).replace(/\.ts$/, ".js");
    const url = (path) => `placeOf(__dirname + ${JSON.stringify(path)}).href`;
    const placed = code
      .replace(/new URL\("[./a-z-]*\/([a-z-]+-worker)\.js", import\.meta\.url\)/g, (_, worker) => `new URL(${url(`/../${worker}.cjs`)})`)
      .replaceAll("import.meta.url", url(`/../../${file}`));
    // Lines keep their numbers.
    return { code: `import { pathToFileURL as placeOf } from "node:url"; ${placed}`, map: null };
  },
};

/**
 * Text in ASCII, which is read and kept as bytes. Other parts, and modules of Node and fflate that take long to load, are asked for
 * where they are first used: a command seldom needs all that its parts import.
 */
function lightened(code) {
  const slow = /(?:let|const) (node_(?:child_process|crypto|fs_promises|worker_threads|zlib|readline|net)|fflate|childProcess)=require\("([a-z_:/]+)"\);/g;
  let text = code;
  for (const [statement, name, module] of code.matchAll(slow)) {
    text = text.replace(statement, "").replaceAll(new RegExp(`\\b${name}\\.`, "g"), `(require("${module === "fflate" ? "../fflate.cjs" : module}")).`);
  }
  let late = "";
  // The second: a package of CommonJS that is a part of its own.
  for (const asked of [/const (require_[\w$]+)=(require\("\.\/[\w-]+\.cjs"\));/, /var (import_[\w$]+)=(\(require_[\w$]+\(\)\)\.t\(\));/]) {
    for (let found = asked.exec(text); found !== null; found = asked.exec(text)) {
      const [statement, name, value] = found;
      const uses = new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$])`, "g");
      text = text.replace(statement, "").replaceAll(uses, () => `(${name}())`);
      late += `let ${name}$known;const ${name}=()=>${name}$known??=${value};`;
    }
  }
  text = late + text;
  // Where V8 takes a part from its own code it forgets who imports for it.
  text = text.replaceAll(/\bimport\(/g, 'require("../import.cjs")(');
  return text.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function slashes(path) {
  return path.replaceAll("\\", "/");
}

async function bundle(input, options, output) {
  const made = await rolldown({
    input,
    cwd: root,
    platform: "node",
    // Rooms are entered by their index.ts; what a command does not use of them stays out.
    treeshake: { moduleSideEffects: [{ test: /node_modules/, sideEffects: true }, { test: /./, sideEffects: false }] },
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
    ...options,
  });
  const { output: files } = await made.write({
    format: "cjs",
    sourcemap: true,
    // Names stay, for traces and profiles.
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    ...output,
  });
  return files;
}

/** What the packages in the bundle ask to go with their code: their licences, each under its name and version. */
function licences(chunks) {
  const ids = chunks.flatMap(({ moduleIds }) => moduleIds).map(slashes);
  const bundled = ids.flatMap((id) => /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
  return [...new Set(bundled)].sort().map((name) => {
    const folder = join(root, "node_modules", name);
    const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
    const { version, license } = packageOf(name);
    return `${name} ${version}: ${license}\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
}

function packageOf(name) {
  return JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "parts"), { recursive: true });
const workers = Object.fromEntries(
  readdirSync(join(root, "cli"), { recursive: true })
    .filter((file) => file.endsWith("-worker.ts"))
    .map((file) => [file.replace(/^.*[/\\]|\.ts$/g, ""), join(root, "cli", file)]),
);
const versions = ["compiler/network/training/index", "verify/index"].map((entry) => [entry, codeHash(join(root, "dist"), `${entry}.js`)]);
const parts = await bundle(
  { program: "cli/program.ts", ...workers },
  { plugins: [places], external: ["fflate"], transform: { define: { builtVersions: JSON.stringify(versions) } } },
  // Large packages that few commands need, a part each.
  { dir: join(out, "parts"), codeSplitting: { groups: ["yaml", "ml-matrix"].map((name) => ({ name, test: new RegExp(`node_modules[\\\\/]${name}[\\\\/]`) })) } },
);
await bundle({ load: "cli/start/load.ts", compile: "cli/start/precompile.ts" }, {}, { dir: out });
const packed = await bundle({ fflate: "fflate" }, {}, { dir: out });
writeFileSync(join(out, "import.cjs"), '"use strict";\nmodule.exports = (url) => import(url);\n');
const starter = `"use strict";\n`;
writeFileSync(join(out, "optinc.cjs"), `#!/usr/bin/env node\n${starter}module.exports = require("./load.cjs").load("program").main();\n`);
chmodSync(join(out, "optinc.cjs"), 0o755);
for (const name of Object.keys(workers)) writeFileSync(join(out, `${name}.cjs`), `${starter}require("./load.cjs").load("${name}");\n`);

const texts = parts.filter(({ type }) => type === "chunk");
for (const { fileName, code } of texts) writeFileSync(join(out, "parts", fileName), lightened(code));
writeFileSync(join(out, "LICENSES.txt"), licences([...texts, ...packed.filter(({ type }) => type === "chunk")]).join(`\n${"-".repeat(80)}\n\n`));
execFileSync(process.execPath, [join(out, "compile.cjs")], { stdio: "inherit" });
if (!readdirSync(out).some((name) => name.startsWith("code-"))) throw new Error("V8 compiled nothing");
console.log(`program: ${texts.length} parts of ${texts.reduce((sum, { code }) => sum + code.length, 0)} bytes`);
