// Writes the numbers of README.md and the documents: `npm run docs` runs what stands in a page's marks and puts the output between them,
//
//   <!-- $ COMMAND -->   or   <!-- $ long: COMMAND -->   or   <!-- $ table: COMMAND -->   or   <!-- $ long table: COMMAND -->
//   ...
//   <!-- end -->
//
// Long ones (trainings, benches) are run with --long only; a table is Markdown itself and stands without a fence. With --check nothing is written: the exit code says whether the pages hold
// what their commands print. COMMAND runs in bash at the repository's root, with `optinc` as the built program and $TMP as an
// empty folder; names of pages limit the run to them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const options = process.argv.slice(2).filter((word) => word.startsWith("--"));
const named = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const [long, check] = ["--long", "--check"].map((option) => options.includes(option));
const pages = ["../README.md", ...readdirSync(join(root, "docs"), { recursive: true })]
  .filter((name) => name.endsWith(".md") && (named.length === 0 || named.includes(name)))
  .sort();
const mark = /(<!-- \$ (long: |table: |long table: )?(.*?) -->\n)([^]*?)(<!-- end -->)/g;

function output(command) {
  const folder = mkdtempSync(join(tmpdir(), "optinc-docs-"));
  try {
    const script = `set -euo pipefail\noptinc() { "${process.execPath}" dist/program/optinc.js "$@"; }\n${command}`;
    const run = spawnSync("bash", ["-c", script], {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, TMP: folder, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (run.status !== 0) throw new Error(`ended with ${run.status}: ${command}`);
    return run.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

let [ran, stale, failed] = [0, 0, 0];
for (const page of pages) {
  const path = join(root, "docs", page);
  const text = readFileSync(path, "utf8");
  const written = text.replace(mark, (whole, head, kind, command, body, end) => {
    if (kind?.startsWith("long") && !long) return whole;
    ran += 1;
    let text;
    try {
      text = output(command).trimEnd();
    } catch (error) {
      // What an hour of other commands printed is kept.
      failed += 1;
      console.error(error.message);
      return whole;
    }
    const block = kind?.endsWith("table: ") ? `${text}\n` : `\`\`\`\n${text}\n\`\`\`\n`;
    if (body !== block) {
      stale += 1;
      if (check) console.error(`docs/${page} says\n${body}\nand \`${command}\` prints\n${block}`);
    }
    return head + block + end;
  });
  if (!check && written !== text) writeFileSync(path, written);
}
console.log(`${ran} commands, ${stale} ${check ? "of them print something else" : "blocks written anew"}`);
if (failed > 0) console.error(`${failed} of them failed, and stand as they were`);
if (ran === 0 || failed > 0 || (check && stale > 0)) process.exitCode = 1;
