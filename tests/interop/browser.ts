import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Frame, type Page } from "playwright-core";
import { expect } from "vitest";
import { root } from "../cli/run.ts";

/** Debian's, which tests/interop/run.sh installs. Each launch has a profile of its own. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: process.env["OPTINC_CHROMIUM"] ?? "/usr/bin/chromium",
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}

/** A page from the disk, and everything that it said or asked for. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, errors that nobody caught, dialogs. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, the file itself apart. */
  readonly requests: string[];
  /** From the start of the navigation until the player was drawn, by the page's own clock, ms. */
  readonly readyMs: number;
}

export async function openReport(
  browser: Browser,
  file: string,
  options: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<OpenPage> {
  const { hash = "", ...rest } = options;
  // Pictures that move differ from moment to moment.
  const still = { viewport: { width: 1400, height: 1000 }, acceptDownloads: true, reducedMotion: "reduce" } as const;
  const context = await browser.newContext({ ...still, ...rest });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const address = pathToFileURL(file).href;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
  await page.goto(address + hash);
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  const readyMs = await page.evaluate("performance.now()");
  open.push({ page, complaints, requests, readyMs: Number(readyMs) });
  return open.at(-1)!;
}

const open: OpenPage[] = [];

/** After a test: its pages complained of nothing and asked for nothing. */
export async function closePages(): Promise<void> {
  for (const { page, complaints, requests } of open.splice(0)) {
    expect([...complaints, ...requests]).toEqual([]);
    await page.context().close();
  }
}

/** What axe finds in a frame, frames in it apart. */
export async function violationsOf(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe.source);
  const { violations }: { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] } =
    await frame.evaluate("axe.run(document, { iframes: false })");
  const nodes = violations.flatMap((it) => it.nodes.map((node) => ({ ...node, id: it.id })));
  return nodes.map(({ id, html, failureSummary }) => `${id}: ${html.slice(0, 90)} ${failureSummary}`);
}

/** Where pictures are kept to be looked at; not in git. */
export function picture(name: string): string {
  const folder = join(root, ".interop/report");
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}
