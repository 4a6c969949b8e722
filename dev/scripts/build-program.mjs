// Bundles the command line into dist/program: optinc.js, the programs of its threads, and the chunks that they load as they go.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { codeHash, filesIn } from "./code-hash.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const out = join(root, "dist/program");

function packageAt(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** Folder and name of the package that a module belongs to; null: ours. */
function packageIn(id) {
  const found = /^.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id.replaceAll("\\", "/"));
  return found === null ? null : { folder: found[0], name: found[1].replace("/", "-") };
}

/** What the packages in the bundle ask to go with their code: their licences, each under its name and version. */
function licences(chunks) {
  const bundled = chunks.flatMap(({ moduleIds }) => moduleIds.flatMap((id) => packageIn(id)?.folder ?? []));
  return [...new Set(bundled)].sort().map((folder) => {
    const file = readdirSync(folder).find((each) => /^licen[sc]e/i.test(each));
    const { name, version, license } = packageAt(folder);
    return `${name} ${version}: ${license}\n\n${file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
}

const workers = filesIn(join(root, "cli")).filter((file) => file.endsWith("-worker.ts"));
const bundle = await rolldown({
  input: { optinc: "cli/main.ts", ...Object.fromEntries(workers.map((file) => [file.slice(0, -3), `cli/${file}`])) },
  cwd: root,
  platform: "node",
  // Its ES modules: what the package has for Node is CommonJS, which takes twice as long to start.
  resolve: { alias: { yaml: join(root, "node_modules/yaml/browser/index.js") } },
  // Modules are entered by their index.ts; what a command does not use of them stays out.
  treeshake: { moduleSideEffects: [{ test: /node_modules(?!.(?:@?chevrotain|lodash-es|d3-\w+|internmap|hyparquet|hyparquet-writer)\b)/, sideEffects: true }, { test: /./, sideEffects: false }] },
  transform: { define: { builtCode: JSON.stringify(codeHash(root)) } },
  onLog(level, log) {
    throw new Error(`${level}: ${log.message}`);
  },
});
rmSync(out, { recursive: true, force: true });
const { output } = await bundle.write({
  dir: out,
  format: "esm",
  sourcemap: true,
  // A chunk a package: commands load those that they use.
  codeSplitting: { groups: [{ debugName: "packages", name: (id) => packageIn(id)?.name ?? null, test: /node_modules/ }] },
  // Names stay, for traces and profiles.
  minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
});
const chunks = output.filter(({ type }) => type === "chunk");
chmodSync(join(out, "optinc.js"), 0o755);
writeFileSync(join(out, "LICENSES.txt"), licences(chunks).join(`\n${"-".repeat(80)}\n\n`));
console.log(`program: ${chunks.length} chunks of ${chunks.reduce((sum, { code }) => sum + code.length, 0)} bytes`);
