import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../cli/run.ts";
import { openBrowser } from "./browser.ts";

const site = join(root, "dist-site");
const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

it("the site is built, its links lead somewhere, and pages open on a phone and on a desk, searched and without a complaint, and the workbench compiles there", async () => {
  const build = spawnSync("npm", ["run", "site"], { cwd: root, encoding: "utf8" });
  expect(build.status, build.stdout + build.stderr).toBe(0);
  const browser = await openBrowser();
  try {
    for (const [width, path] of [
      [400, "/explanation/how-it-works.html"],
      [1400, "/"],
      [1400, "/workbench.html"],
    ] as const) {
      const page = await browser.newPage({ viewport: { width, height: 900 } });
      const complaints: string[] = [];
      page.on("console", (message) => complaints.push(...(message.type() === "error" ? [message.text()] : [])));
      page.on("pageerror", ({ message }) => complaints.push(message));
      await page.route("**/*", async (route) => {
        const { pathname } = new URL(route.request().url());
        const file = join(site, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
        if (!existsSync(file)) return route.fulfill({ status: 404, body: "" });
        return route.fulfill({ body: readFileSync(file), contentType: types[extname(file)] ?? "text/html" });
      });
      await page.goto(`http://site.test${path}`, { waitUntil: "networkidle" });
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      const broken = "[...document.images].filter((image) => image.naturalWidth === 0).length";
      expect(await page.evaluate(broken)).toBe(0);
      if (path === "/workbench.html") await page.getByText("mean-4x8: Exact: yes, proved").waitFor();
      else {
        await page.keyboard.press("Control+k");
        await page.locator("#localsearch-input").fill("decision margin");
        await page.getByRole("option").first().waitFor();
      }
      expect(complaints).toEqual([]);
      await page.close();
    }
  } finally {
    await browser.close();
  }
});
