// Bundles the command line into dist/program: optinc.js, the programs of its threads, and the chunks that they load as they go.
import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { codeHash, filesIn } from "./code-hash.mjs";
import { licences, packageIn } from "./licences.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const out = join(root, "dist/program");

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
writeFileSync(join(out, "LICENSES.txt"), licences(chunks.flatMap(({ moduleIds }) => moduleIds)));
console.log(`program: ${chunks.length} chunks of ${chunks.reduce((sum, { code }) => sum + code.length, 0)} bytes`);
