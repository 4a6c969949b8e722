// Bundles the scripts of report pages and of the workbench into dist/report, where `optinc report` and `optinc workbench` find them.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path) => readFileSync(`${root}/${path}`, "utf8");

async function build(name, input, style, options) {
  const bundle = await rolldown({
    input: `${root}/${input}`,
    cwd: root,
    platform: "browser",
    onLog(level, log) {
      throw new Error(`${level}: ${log.message}`);
    },
    ...options,
  });
  const { output } = await bundle.generate({ format: "es", minify: true, codeSplitting: false });
  const [{ code: written }, ...others] = output;
  if (others.length > 0) throw new Error("the page takes one script");
  // In texts and patterns alone, which mean the same: the script does not end its element.
  const code = written.replace(/<(?=\/script|!--)/gi, "\\x3c");
  mkdirSync(`${root}/dist/report`, { recursive: true });
  writeFileSync(`${root}/dist/report/${name}.js`, code);
  writeFileSync(`${root}/dist/report/${name}.css`, style);
  console.log(`${name}: ${code.length} bytes of script`);
}

// Modules are entered by their index.ts; what a page does not use of them stays out.
await build("page", "report/client/main.ts", read("report/client/page.css"), { treeshake: { moduleSideEffects: false } });
const standIn = `${root}/workbench/client/stand-in.ts`;
await build("workbench", "workbench/client/main.ts", read("report/client/page.css") + read("workbench/client/page.css"), {
  resolve: { alias: { "node:crypto": standIn, "node:worker_threads": standIn, yaml: `${root}/node_modules/yaml/browser/index.js` } },
  treeshake: { moduleSideEffects: [{ test: /node_modules(?!.(?:@?chevrotain|lodash-es|d3-\w+|internmap)\b)/, sideEffects: true }, { test: /./, sideEffects: false }] },
});
