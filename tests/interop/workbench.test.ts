import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { noErrors, plainPitch, targets } from "../../netlist/index.ts";
import { wrongShareSteps } from "../../physics/index.ts";
import { parseSpecs } from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";
import { optinc, root } from "../cli/run.ts";
import { closePages, type OpenPage, openBrowser, openReport, picture, violationsOf } from "./browser.ts";

/** The machine may have other work. */
const patience = { timeout: 60_000 } as const;

let browser: Browser;
let folder = "";
let file = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "optinc-workbench-"));
  file = join(folder, "workbench.html");
  expect(optinc(["workbench", "-o", file])).toMatchObject({ code: 0, err: `wrote ${file}\n` });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

async function compiled(page: Page, count = 1): Promise<void> {
  await page.waitForSelector(`html[data-compiled="${count}"]`, { state: "attached", ...patience });
  await page
    .frameLocator("#circuit")
    .locator("html[data-ready]")
    .waitFor({ state: "attached", ...patience });
}

afterEach(closePages);

async function opened(options: Parameters<typeof openReport>[2] = {}): Promise<OpenPage> {
  const open = await openReport(browser, file, options);
  await compiled(open.page);
  return open;
}

async function write(page: Page, spec: string): Promise<void> {
  await page.getByRole("textbox", { name: "Spec" }).focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(spec);
}

const pair = "aggregate pair { workers 2; precision 2 bits }\n";

it("compiles what is typed, draws it, and keeps the spec in the address; asks for nothing", async () => {
  expect(statSync(file).size).toBeLessThan(2.5e6);
  const { page } = await opened();
  const frame = page.frameLocator("#circuit");
  expect(await page.locator("#state").innerText()).toMatch(/^mean-4x8: Exact: yes, proved\. .* Compiled in \d+ ms\.$/);
  expect(await frame.locator("#chip").getAttribute("aria-label")).toContain("28 sections");
  expect(await frame.getByRole("rowheader", { name: "exact", exact: true }).count()).toBe(1);
  await write(page, pair);
  await compiled(page, 2);
  expect(await page.locator("#state").innerText()).toMatch(/^pair: Exact: yes, proved/);
  await frame.getByLabel(/^Words of the 2 workers/).fill("1, -2");
  await expect.poll(() => frame.locator("#result").innerText(), patience).toContain("every worker receives 0.");
  expect(new URL(page.url()).hash).toBe(`#spec=${encodeURIComponent(pair)}`);
  const link = await opened({ hash: new URL(page.url()).hash });
  expect(await link.page.locator("#state").innerText()).toMatch(/^pair: /);
  await write(page, "aggregate other { round");
  await page.keyboard.press("Control+Space");
  await expect.poll(() => page.locator(".cm-completionLabel").allInnerTexts(), patience).toContain("rounding");
  await page.keyboard.press("Escape");
  // It searches designs for seconds.
  const technology = 'technology "best-published"; symbol-rate 10 GBd';
  const slow = `aggregate slow { workers 8; precision 8 bits; ${technology}; require { launch-power <= -9 dBm } }`;
  await write(page, slow);
  await expect.poll(() => page.locator("#state").innerText(), patience).toBe("slow: design");
  await write(page, pair);
  await compiled(page, 3);
  expect(await page.locator("#state").innerText()).toMatch(/^pair: Exact: yes, proved/);
  await write(page, slow);
  await page.getByRole("button", { name: "Stop" }).click();
  expect(await page.locator("#state").innerText()).toBe("Stopped. Change the spec to compile it.");
  await write(page, "aggregate pair { workes 2; precision 2 bits }");
  await expect.poll(() => page.locator("#problems").innerText(), patience).toContain("did you mean");
  await expect.poll(() => page.locator(".cm-lintRange-error").count(), patience).toBe(1);
});

/** Milliseconds from what is typed next until the chip is drawn, and until its proof and figures are, by the page's own clock. */
async function drawnAfter(page: Page, count: number, type: () => Promise<void>): Promise<readonly [number, number]> {
  await page.evaluate(`{
    const typedMs = performance.now();
    const frame = document.querySelector("#circuit").contentDocument.documentElement;
    const drawnMs = (window.drawnMs = []);
    new MutationObserver(() => {
      if (frame.hasAttribute("data-ready")) drawnMs.push(performance.now() - typedMs);
    }).observe(frame, { attributeFilter: ["data-ready"] });
  }`);
  await type();
  await compiled(page, count);
  const drawn: number[] = await page.evaluate("window.drawnMs");
  return [drawn[0]!, drawn.at(-1)!];
}

it("draws the chip of a keystroke soon and before its proof, and the chip fills its box", async () => {
  const { page } = await opened();
  const frame = page.frameLocator("#circuit");
  expect(await frame.getByLabel("Arrange").inputValue()).toBe("sections");
  const took: (readonly [number, number])[] = [];
  for (const count of [2, 3, 4, 5, 6]) {
    await page.getByRole("textbox", { name: "Spec" }).focus();
    await page.keyboard.press("Control+End");
    took.push(await drawnAfter(page, count, () => page.keyboard.insertText(" ")));
  }
  const [drawn, proved] = [0, 1].map((i) => took.map((each) => each[i]!).sort((a, b) => a - b)[2]!);
  const median = `medians of ${took.length}`;
  console.log(
    `mean-4x8: drawn ${drawn!.toFixed(0)} ms after a keystroke, proved after ${proved!.toFixed(0)}, ${median}`,
  );
  expect(drawn).toBeLessThan(proved!);
  expect(proved).toBeLessThan(1500);
  const spec = "aggregate large { workers 16; precision 8 bits }";
  const large = await drawnAfter(page, 7, () => write(page, spec));
  console.log(`16 workers: drawn after ${large[0].toFixed(0)} ms, proved after ${large[1].toFixed(0)}`);
  // Kept when it is drawn and not proved, as budget and requirements take their time.
  await page.evaluate(`new MutationObserver(([change]) => {
    window.pending ??= change.target.ownerDocument.querySelector(".verdict").textContent;
  }).observe(document.querySelector("#circuit").contentDocument.documentElement, { attributeFilter: ["data-ready"] })`);
  await page.getByLabel("Example").selectOption("mean-4x8-foundry");
  await compiled(page, 8);
  expect(await page.evaluate("window.pending")).toBe("Not proved yet: proof, words and figures follow.");
  expect(await frame.locator(".verdict").innerText()).toContain("Verified");
});

it("tries other light and other chips as its sliders say, with the figures of the library", async () => {
  const { page } = await opened();
  const tried = page.locator("#tried");
  const { circuit } = synthesise(
    parseSpecs({ name: "m", text: readFileSync(join(root, "examples/mean-4x8.optinc"), "utf8") }).value![0]!,
  );
  const good = (phaseRad: number): number => {
    const errors = { ...noErrors, phaseRad, couplerRad: 0.01 };
    const question = { errors: { kind: "technology", errors, pitch: plainPitch }, seed: 1 } as const;
    return finish(wrongShareSteps(circuit, question, 200, 1000)).filter((share) => share === 0).length;
  };
  await expect
    .poll(() => tried.innerText(), patience)
    .toContain(`${good(0.005)} of 200 chips read 1 000 random words right`);
  await page.getByLabel("Phase errors, rad").press("End");
  expect(good(0.05)).toBeLessThan(good(0.005));
  await expect.poll(() => tried.innerText(), patience).toContain(`${good(0.05)} of 200 chips`);
  expect(await tried.innerText()).toContain("Noise and drift: the spec names no technology.");
  expect(await page.locator("#chips span").nth(1).innerText()).toBe(`${good(0.05)}`);
  await page.getByLabel("Example").selectOption("mean-4x8-foundry");
  await compiled(page, 2);
  await expect
    .poll(() => tried.innerText(), patience)
    .toMatch(/Wrong words by noise: .* sigma at .*eye .* open at 10 GBd/);
  const before = await tried.innerText();
  await page.getByLabel("Phase errors, rad").fill("0.015");
  await page.getByLabel("Launch power of a symbol, dBm").press("End");
  await expect.poll(() => tried.innerText(), patience).not.toBe(before);
  const sigma = (text: string): number => Number(/, ([0-9.]+) sigma/.exec(text)![1]);
  expect(sigma(await tried.innerText())).toBeGreaterThan(sigma(before));
  await page.getByRole("button", { name: "Show what breaks first" }).click();
  const first = / sigma at (o\d)_s(\d);/.exec(await tried.innerText())!;
  const device = page.frameLocator("#circuit").locator("#device");
  await expect.poll(() => device.innerText(), patience).toMatch(`${first[1]}_s${first[2]} is `);
  // `optinc budget` finds no wrong word up to 20.2 mK.
  for (const errors of ["Phase errors, rad", "Splitter errors, rad"]) await page.getByLabel(errors).press("Home");
  await page.getByLabel("Chip warmer by, mK").fill("17");
  await expect.poll(() => tried.innerText(), patience).toContain("200 of 200 chips");
  await page.getByLabel("Chip warmer by, mK").press("End");
  await expect.poll(() => tried.innerText(), patience).toMatch(/^0 of 200 chips/);
  expect(await violationsOf(page.mainFrame())).toEqual([]);
});

it("tells in seven steps how four words become their mean, and each step shows what it says", async () => {
  const { page } = await opened({ hash: `#spec=${encodeURIComponent(pair)}` });
  const frame = page.frameLocator("#circuit");
  await page.getByRole("button", { name: "Story" }).click();
  await compiled(page, 2);
  const shown = [
    /No device/,
    /sum3_sum0.*upper in 3 at .*lower in 1 at/s,
    /sum3_sum2.*upper in .*, out 2\.5 at /s,
    /layer1.*dark.*d0b3 is 0:/s,
    /layer3.*saturated.*d0b2 is 1:/s,
    /No device/,
    /No device/,
  ];
  for (const [i, device] of shown.entries()) {
    await expect.poll(() => page.locator("#story-title").innerText(), patience).toMatch(`${i + 1} of 7: `);
    await expect.poll(() => frame.locator("#device").innerText(), patience).toMatch(device);
    expect(await frame.locator("#result").innerText()).toContain("every worker receives 15.");
    expect(await violationsOf(page.mainFrame())).toEqual([]);
    await page.screenshot({ path: picture(`story-${i + 1}`) });
    if (i < 6) await page.getByRole("button", { name: "Next" }).click();
  }
  expect(await frame.locator("#result").innerText()).toContain("Chip sample 1: ");
  const { x, y, width, height } = (await frame.locator("#chip").boundingBox())!;
  const told: string[] = [];
  for (let down = 0; down < height; down += 6) {
    await page.mouse.move(x + width / 4, y + down);
    told.push(await frame.locator("#chip-tip").innerText());
  }
  expect(told.join()).toMatch(/ at -?\d+°, -?[0-9.]+ dB; a0 is 7: 7, 0\.5 from another integer/);
  await page.getByLabel("Example").selectOption("mean-3x8");
  await compiled(page, 3);
  expect(await page.locator("#story").isVisible()).toBe(false);
});

it("links clauses of the spec, devices and rows of tables", async () => {
  const { page } = await opened();
  await page.getByLabel("Example").selectOption("mean-4x8-foundry");
  await compiled(page, 2);
  const frame = page.frameLocator("#circuit");
  const pixels = async (): Promise<string> =>
    String(await page.frames().at(-1)!.evaluate("document.querySelector('#chip').toDataURL()"));
  const clauses = (): Promise<string[]> => page.locator(".linked").allInnerTexts();
  const rows = (): Promise<string[]> => frame.locator("tr.linked > :first-child").allTextContents();
  const plain = await pixels();
  await page.locator(".cm-line", { hasText: "workers" }).hover({ position: { x: 60, y: 8 } });
  await expect.poll(pixels, patience).not.toBe(plain);
  expect(await clauses()).toEqual(["workers   4"]);
  const workers = await pixels();
  await page.locator(".cm-line", { hasText: "mzis" }).hover({ position: { x: 60, y: 8 } });
  await expect.poll(rows, patience).toEqual(["mzis", "mzis"]);
  await expect.poll(pixels, patience).not.toBe(workers);
  await frame.getByRole("rowheader", { name: "latency", exact: true }).hover();
  await expect.poll(clauses, patience).toEqual(["latency      <= 5 ns"]);
  await frame.locator("#search").fill("neuron layer3");
  await frame.locator("#search").press("Enter");
  const settings = ["precision 8 bits", "levels    4", "rounding  half-up"];
  await expect.poll(clauses, patience).toEqual(expect.arrayContaining(settings));
  await frame.locator("#neurons-body tr").first().hover();
  // Of the neurons, of the comparators, and of the decisions against noise.
  const linked = ["layer1/mode 4", "layer3/mode 3", "digit0", "digit0", "comparator", "comparator"];
  await expect.poll(rows, patience).toEqual(linked);
});

/** Adjacent bytes that differ, at most: a double of another last bit differs in its lowest byte, and in the next by a carry. */
function longestDifference(found: Uint8Array, wanted: Uint8Array): number {
  expect(found.length).toBe(wanted.length);
  let [longest, run] = [0, 0];
  for (const [i, byte] of wanted.entries()) {
    run = byte === found[i] ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

/**
 * Formats that hold products of sines and cosines (netlist/circuit/convention.ts) or angles by Math.atan2 (lumerical/dat.ts). For 4 of the 68 angles of
 * mean-4x8 Math.sin of Chromium 156 and of Node 20 differ in the last bit, for 4 Math.cos; Math.hypot and Math.sqrt never differ.
 */
const computed = ["touchstone", "lumerical-dat"];

/** Without what rounding leaves between the fields that were proved and those of the devices: its own digits are rounding errors. */
function withoutRounding(text: string): string {
  return text.replace(/"(worst|sum)Deviation": [0-9.]+e-1[3-9],/g, "");
}

function expectNear(text: string, wanted: string, name: string, tolerance = (_: number): number => 1e-14): void {
  const [found, expected] = [text, wanted].map((each) => each.split(/([\s,(){}[\]]+)/));
  expect(found!.length, name).toBe(expected!.length);
  for (const [i, word] of expected!.entries()) {
    if (found![i] === word) continue;
    expect(Math.abs(Number(found![i]) - Number(word)), `${name}: ${word}`).toBeLessThan(tolerance(Number(word)));
  }
}

it("saves the bytes that the command line writes, in every format", async () => {
  const { page } = await opened();
  const saved = async (format: string): Promise<{ readonly name: string; readonly path: string }> => {
    await page.getByLabel("Save as").selectOption(format);
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    const download = await waiting;
    return { name: download.suggestedFilename(), path: await download.path() };
  };
  const savedBuild = async (example: string, compare: typeof expectNear): Promise<string> => {
    const build = join(folder, example);
    expect(optinc(["compile", `examples/${example}.optinc`, "-o", build, "-q"]).code).toBe(0);
    const zip = unzipSync(readFileSync((await saved("build directory")).path));
    expect(Object.keys(zip).sort()).toEqual(readdirSync(build).sort());
    for (const [name, bytes] of Object.entries(zip))
      compare(Buffer.from(bytes).toString(), readFileSync(join(build, name), "utf8"), name);
    return build;
  };
  const build = await savedBuild("mean-4x8", (text, wanted, name) => expect(text, name).toBe(wanted));
  const circuit = await saved("circuit.json");
  expect(readFileSync(circuit.path).equals(readFileSync(join(build, "circuit.json")))).toBe(true);
  for (const { name: format } of targets) {
    const cwd = join(folder, format);
    mkdirSync(cwd);
    expect(optinc(["export", build, "--to", format, "-q"], { cwd }).code, format).toBe(0);
    const { name, path } = await saved(format);
    const bytes = readFileSync(path);
    const files = name.endsWith(".zip") ? Object.entries(unzipSync(bytes)) : [[name, bytes] as const];
    const [written, inner] = [readdirSync(cwd), join(cwd, `mean-4x8-${format}`)];
    const where = written.length === 1 && statSync(join(cwd, written[0]!)).isDirectory() ? inner : cwd;
    const expected = readdirSync(where).filter((each) => each !== "manifest.json");
    expect(files.map(([each]) => each).sort(), format).toEqual(expected.sort());
    for (const [each, content] of files) {
      const wanted = readFileSync(join(where, each));
      if (computed.includes(format)) expectNear(Buffer.from(content).toString(), wanted.toString(), each);
      else if (format === "onnx") expect(longestDifference(content, wanted), each).toBeLessThan(3);
      else expect(wanted.equals(content), each).toBe(true);
    }
  }
  await page.getByLabel("Example").selectOption("mean-4x8-foundry");
  await compiled(page, 2);
  // Losses are powers, which Chromium and Node round otherwise in one case of ten; the manifest holds hashes of such numbers.
  await savedBuild("mean-4x8-foundry", (text, wanted, name) => {
    if (name === "manifest.json") expect(JSON.parse(text).spec).toEqual(JSON.parse(wanted).spec);
    else expectNear(withoutRounding(text), withoutRounding(wanted), name, (value) => 1e-10 * Math.abs(value));
  });
});

it.each([
  ["#spec=%E0%A4%A", "The link is damaged; the first example is shown."],
  ["#spec=%00", "The link is damaged; the first example is shown."],
  [`#spec=${"a".repeat(200_000)}`, "The link is too long; the first example is shown."],
  ["#<img src=x onerror=alert(1)>", "The link is damaged; the first example is shown."],
])("opens the first example for a damaged link: %.24s", async (hash, message) => {
  const { page } = await opened({ hash });
  expect(await page.locator("#state").innerText()).toMatch(/^mean-4x8: /);
  expect(await page.locator("#link-problem").innerText()).toBe(message);
});

it("takes a link's markup as text, and leaves to the command line what a page cannot do", async () => {
  const evil = '</script><img src=x onerror="alert(1)">';
  const { page } = await openReport(browser, file, { hash: `#spec=${encodeURIComponent(evil)}` });
  await expect.poll(() => page.locator("#problems").innerText(), patience).toContain("OPT0");
  expect(await page.locator("#problems img").count()).toBe(0);
  expect(await page.getByRole("textbox", { name: "Spec" }).innerText()).toContain(evil);
  for (const more of ["workers 64; precision 32 bits; levels 2", "workers 4; precision 8 bits; network trained { }"]) {
    await write(page, `aggregate large { ${more} }`);
    await expect
      .poll(() => page.locator("#problems").innerText(), patience)
      .toContain("run `optinc compile spec.optinc`");
  }
});

it.each([
  [1400, "light"],
  [1400, "dark"],
  [400, "light"],
  [400, "dark"],
  [2560, "light"],
] as const)("is accessible at %i px, %s, and never wider than the window", async (width, colorScheme) => {
  const { page } = await opened({ viewport: { width, height: 950 }, colorScheme });
  for (const frame of page.frames()) expect(await violationsOf(frame)).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  await page.screenshot({ path: picture(`workbench-${width}-${colorScheme}`), fullPage: true });
});
