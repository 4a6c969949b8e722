import { readFileSync } from "node:fs";
import type { PageAssets } from "../../report/index.ts";
import { shipped } from "../shipped.ts";

/** How a page begins, of a circuit or of the workbench. */
export const pageBeginning: RegExp =
  /^<!DOCTYPE html>\n<html lang="en">\n<head>[\s\S]{0,900}<meta name="generator" content="optinc report">/;

/** Script and style of report pages or the workbench, which the build of optinc bundled into dist/report. */
export function pageAssets(page: "page" | "workbench" = "page"): PageAssets {
  const read = (name: string): string => readFileSync(shipped(`dist/report/${name}`), "utf8");
  return { script: read(`${page}.js`), style: read(`${page}.css`) };
}
