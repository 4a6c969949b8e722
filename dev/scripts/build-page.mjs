// Bundles the script of report pages from report/client into dist/report, where `optinc report` finds it.
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundle = await rolldown({
  input: `${root}/report/client/main.ts`,
  cwd: root,
  platform: "browser",
  // Rooms are entered by their index.ts; what the page does not use of them stays out.
  treeshake: { moduleSideEffects: false },
  onLog(level, log) {
    throw new Error(`${level}: ${log.message}`);
  },
});
const { output } = await bundle.generate({ format: "es", minify: true });
const [{ code }, ...others] = output;
if (others.length > 0 || /<\/script|<!--/i.test(code)) throw new Error("the page takes one script, which does not end its element");
mkdirSync(`${root}/dist/report`, { recursive: true });
writeFileSync(`${root}/dist/report/page.js`, code);
copyFileSync(`${root}/report/client/page.css`, `${root}/dist/report/page.css`);
console.log(`page: ${code.length} bytes of script`);
