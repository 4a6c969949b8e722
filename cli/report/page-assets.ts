import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PageAssets } from "../../report/index.ts";

/** Script and style of report pages, which the build of optinc bundled into dist/report. */
export function pageAssets(): PageAssets {
  const folder = import.meta.url.endsWith(".ts") ? "../../dist/report/" : "../../report/";
  const read = (name: string): string =>
    readFileSync(fileURLToPath(new URL(`${folder}${name}`, import.meta.url)), "utf8");
  return { script: read("page.js"), style: read("page.css") };
}
