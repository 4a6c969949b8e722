// Takes docs/report.png, the picture of a report in the README, or the file that is named: `npm run screenshot`, where /usr/bin/chromium is (the interop tests install it).
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "optinc-screenshot-"));
const optinc = (...args) => execFileSync(process.execPath, [join(root, "dist/program/optinc.js"), ...args], { cwd: root, stdio: "inherit" });
try {
  const page = join(folder, "report.html");
  optinc("report", "examples/mean-4x8-foundry.optinc", "-o", page, "-q", "--chip-samples", "0");
  const browser = await chromium.launch({ executablePath: process.env.OPTINC_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  const context = await browser.newContext({ viewport: { width: 1180, height: 780 }, colorScheme: "light", reducedMotion: "reduce" });
  const view = await context.newPage();
  await view.goto(`${pathToFileURL(page).href}#input=17,-5,40,9&sample=1`);
  await view.waitForSelector("html[data-ready]", { state: "attached" });
  await view.waitForTimeout(500);
  await view.evaluate("document.querySelector('#play').scrollIntoView()");
  await view.screenshot({ path: process.argv[2] ?? join(root, "docs/report.png") });
  await browser.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
