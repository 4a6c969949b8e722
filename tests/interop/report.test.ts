import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Circuit, checkCircuit, type Device, seededRandom } from "../../netlist/index.ts";
import { type ReportInput, reportPage } from "../../report/index.ts";
import { simulate } from "../../toolchain/index.ts";
import { verifyCircuit } from "../../verify/index.ts";
import { optinc, root } from "../cli/run.ts";
import { closePages, openBrowser, openReport, picture, violationsOf } from "./browser.ts";

/** The machine may have other work. */
const patience = { timeout: 60_000 } as const;

let browser: Browser;
let folder = "";
let page8 = "";
let circuit8: Circuit;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "optinc-report-"));
  page8 = join(folder, "mean-4x8.html");
  const build = join(folder, "mean-4x8");
  expect(optinc(["compile", "examples/mean-4x8.optinc", "-o", build, "-q", "--chips", "0"]).code).toBe(0);
  const args = ["report", build, "-o", page8, "-q", "--technology", "foundry-si", "--chip-samples", "10"];
  expect(optinc([...args, "--spec", "examples/mean-4x8.optinc"])).toMatchObject({ code: 0 });
  circuit8 = checkCircuit(JSON.parse(readFileSync(join(build, "circuit.json"), "utf8"))).circuit!;
  browser = await openBrowser();
}, 120_000);

afterEach(closePages);

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What every worker receives of these words, by the library. */
function received(words: readonly number[]): number {
  return simulate(
    circuit8,
    words.map((word) => [word]),
  ).words[0]![0]!;
}

async function type(page: Page, words: string): Promise<void> {
  await page.getByLabel(/^Words of the 4 workers/).fill(words);
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
}

async function holds(page: Page, script: string): Promise<void> {
  await expect.poll(() => page.evaluate(script), patience).toBe(true);
}

async function openDetails(page: Page): Promise<void> {
  await page.evaluate("for (const it of document.querySelectorAll('details')) it.open = true");
}

/** Shares of the drawing's box that the marks reach across, and the sizes of its texts on the screen, in pixels. */
const drawnScript = `(async () => {
  const canvas = document.querySelector("#chip");
  const sizes = [];
  const write = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (...rest) {
    sizes.push((Number.parseFloat(this.font) * this.getTransform().a) / devicePixelRatio);
    write.apply(this, rest);
  };
  canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "0" }));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const [xs, ys] = [[], []];
  for (let i = 0; i < width * height; i++) if (data[4 * i + 3] > 20) xs.push(i % width), ys.push(Math.floor(i / width));
  const span = (all) => all.reduce((most, it) => Math.max(most, it), 0) - all.reduce((least, it) => Math.min(least, it), 1e9);
  return { across: span(xs) / width, down: span(ys) / height, sizes };
})()`;

describe("the page of mean-4x8", () => {
  it("opens from the disk, asks for nothing, complains of nothing", async () => {
    const { page, readyMs } = await openReport(browser, page8);
    console.log(`mean-4x8.html: ${statSync(page8).size} bytes, ready after ${readyMs.toFixed(0)} ms`);
    expect(await page.title()).toBe("mean-4x8: verified");
    expect(await page.locator("h2").first().textContent()).toBe("Verified");
    expect(statSync(page8).size).toBeLessThan(1.5e6);
    await page.screenshot({ path: picture("wide-light"), fullPage: true });
  });

  it("sends typed words through the chip: the word that the library reads, the mean, the ring", async () => {
    const { page } = await openReport(browser, page8);
    const random = seededRandom(11);
    for (let i = 0; i < 12; i++) {
      const words = Array.from({ length: 4 }, () => Math.floor(256 * random()) - 128);
      await type(page, words.join(", "));
      const result = await page.locator("#result").innerText();
      const word = received(words);
      expect(result).toContain(`The rounded mean is ${word} `);
      expect(result).toContain(`every worker receives ${word}.`);
      expect(result).toContain(`The ring all-reduce, executed: ${word}.`);
      expect(await page.locator("#words-body tr").count()).toBe(4);
      expect(new URL(page.url()).hash).toBe(`#input=${words.join(",")}`);
    }
    const before = await page.locator("#result").innerText();
    await type(page, "1, 2, 3, 500");
    expect(await page.locator("#words-problem").innerText()).toBe("500 is outside of -128 to 127");
    expect(await page.locator("#result").innerText()).toBe(before);
  });

  it("takes words from sliders, buttons and links, and a chip from its number", async () => {
    const { page } = await openReport(browser, page8, { hash: "#input=-128,127,3,4&sample=2" });
    expect(await page.getByLabel(/^Words of the 4 workers/).inputValue()).toBe("-128, 127, 3, 4");
    expect(await page.locator("#result").innerText()).toContain("Chip sample 2: ");
    await page.getByLabel("word of worker 0").fill("5");
    expect(await page.getByLabel(/^Words of the 4 workers/).inputValue()).toBe("5, 127, 3, 4");
    await page.getByRole("button", { name: "Worst margin" }).click();
    await holds(page, "!location.hash.includes('5,127,3,4')");
    const states = await page.locator("#neurons-body tr td:nth-child(3)").allInnerTexts();
    const steps = await page.locator("#neurons-body tr td:nth-child(5)").allInnerTexts();
    // Steps count from the threshold; a saturated neuron decides otherwise half a step above it, where its linear part ends.
    const margins = steps.map((text, i) => Math.abs(Number(text)) - (states[i] === "saturated" ? 0.5 : 0));
    expect(Math.min(...margins)).toBeCloseTo(0.25, 6);
    await page.getByLabel("phases, rad").fill("1");
    await holds(page, "document.querySelector('#result').classList.contains('bad')");
    expect(await page.locator("#words-body tr.bad").count()).toBeGreaterThan(0);
    await page.getByLabel("draw the chip sample").check();
    await page.screenshot({ path: picture("a-bad-chip"), fullPage: true });
    await page.evaluate("location.hash = '#device=nowhere'");
    await holds(page, "document.querySelector('#page-problem').textContent !== ''");
    expect(await page.locator("#page-problem").innerText()).toBe("This circuit has no device nowhere.");
  });

  it("can be used by keys alone", async () => {
    const { page } = await openReport(browser, page8);
    await page.keyboard.press("Tab");
    const reached: string[] = [];
    for (let i = 0; i < 60; i++) {
      const id = String(await page.evaluate("document.activeElement.id || document.activeElement.tagName"));
      reached.push(id);
      if (id === "chip") break;
      await page.keyboard.press("Tab");
    }
    expect(reached).toContain("words");
    expect(reached.at(-1)).toBe("chip");
    await page.keyboard.press("ArrowRight");
    const first = await page.locator("#device h3").innerText();
    for (let i = 0; i < 40; i++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    const other = await page.locator("#device h3").innerText();
    expect(other).not.toBe(first);
    expect(await page.locator("#device").innerText()).toMatch(/in .*, out /);
    expect(decodeURIComponent(new URL(page.url()).hash)).toContain(`device=${other}`);
    await page.screenshot({ path: picture("focus") });
    const pixels = async (): Promise<string> =>
      String(await page.evaluate("document.querySelector('#chip').toDataURL()"));
    const whole = await pixels();
    await page.keyboard.press("f");
    await expect.poll(pixels, patience).not.toBe(whole);
    await page.keyboard.press("0");
    await expect.poll(pixels, patience).toBe(whole);
    await page.keyboard.press("Escape");
    expect(await page.locator("#device").innerText()).toBe("No device in focus.");
    await page.locator("#search").focus();
    await page.keyboard.type("neuron layer3");
    await page.keyboard.press("Enter");
    expect(await page.locator("#device").innerText()).toMatch(/neuron on mode \d+, behind section layer3/);
  });

  it("shows a device under the pointer, zooms by the wheel, pans by dragging", async () => {
    const { page } = await openReport(browser, page8, { hash: "#device=layer3%2Fmode%203" });
    const box = (await page.locator("#chip").boundingBox())!;
    const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    // The drawing moves to the device with its next picture.
    await page.locator("#device h3").waitFor();
    await expect
      .poll(async () => {
        await page.mouse.move(middle.x + 1, middle.y);
        await page.mouse.move(middle.x, middle.y);
        return await page.locator("#chip-tip").isVisible();
      }, patience)
      .toBe(true);
    expect(await page.locator("#chip-tip").innerText()).toContain("layer3/mode 3");
    expect(await page.locator("#chip-tip").innerText()).toContain("threshold");
    const pixels = async (): Promise<string> =>
      String(await page.evaluate("document.querySelector('#chip').toDataURL()"));
    const before = await pixels();
    await page.keyboard.press("Escape");
    // Out of w1_s2's fourth MZI: the sum of symbol 2 on its way through all layers.
    await type(page, "1, 2, 3, 5");
    await page.locator("#zoom-all").click();
    await expect
      .poll(async () => {
        const row = { x: box.x + box.width * 0.16, y: box.y + box.height * 0.6 };
        for (let y = -30; y < 30; y += 4) {
          await page.mouse.move(row.x, row.y + y);
          if ((await page.locator("#chip-tip").innerText()).includes("a2 is")) break;
        }
        return await page.locator("#chip-tip").innerText();
      }, patience)
      .toMatch(/at 0°, [-\d.]+ dBm; a2 is 1: 1, 0\.5 from another integer$/);
    await page.mouse.move(middle.x, middle.y);
    await page.mouse.wheel(0, 300);
    await page.waitForTimeout(100);
    const smaller = await pixels();
    expect(smaller).not.toBe(before);
    await page.mouse.down();
    await page.mouse.move(middle.x + 120, middle.y + 10, { steps: 4 });
    await page.mouse.up();
    expect(await pixels()).not.toBe(smaller);
  });

  it.each([1400, 400])("fills its box section by section, with readable names, at %i px", async (width) => {
    const { page } = await openReport(browser, page8, { viewport: { width, height: 900 } });
    expect(await page.getByLabel("Arrange").inputValue()).toBe("sections");
    const found: { across: number; down: number; sizes: number[] } = await page.evaluate(drawnScript);
    expect(found.across).toBeGreaterThan(0.95);
    expect(found.down).toBeGreaterThan(0.9);
    expect(found.sizes.length).toBeGreaterThan(32);
    expect(Math.min(...found.sizes)).toBeGreaterThanOrEqual(11);
    const legend = (): Promise<string[]> => page.getByRole("list", { name: "Legend" }).locator("li").allInnerTexts();
    expect(await legend()).toEqual(expect.arrayContaining(["0°", "MZI", "phase shifter", "saturating neuron"]));
    for (const absent of ["waveguide", "attenuator"]) expect(await legend()).not.toContain(absent);
    await page.getByLabel("Paint").selectOption("theta");
    expect(await legend()).toContain("π (bar)");
    expect(await legend()).not.toContain("0°");
  });

  it("lets light run through when it opens and when one asks, and saves every table as CSV", async () => {
    const { page } = await openReport(browser, page8, { reducedMotion: "no-preference" });
    for (const asked of [false, true]) {
      if (asked) await page.getByRole("button", { name: "Let the light run" }).click();
      await holds(page, "document.querySelector('#front').value !== document.querySelector('#front').max");
      await holds(page, "document.querySelector('#front').value === document.querySelector('#front').max");
    }
    const names = await page.locator("button.csv").evaluateAll((buttons) => buttons.map((button) => button.ariaLabel));
    expect(names).toContain("Save neurons as CSV");
    await openDetails(page);
    for (const name of names) {
      const waiting = page.waitForEvent("download");
      await page.getByRole("button", { name: name!, exact: true }).click();
      const text = readFileSync(await (await waiting).path(), "utf8").trimEnd();
      const rows = text.split("\n");
      expect(rows.length, name!).toBeGreaterThan(1);
      expect(rows[0]!.split(",").length, name!).toBeGreaterThan(1);
    }
  });

  it.each([
    ["wide and light", { viewport: { width: 1400, height: 1000 }, colorScheme: "light" }],
    ["wide and dark", { viewport: { width: 1400, height: 1000 }, colorScheme: "dark" }],
    ["narrow and light", { viewport: { width: 360, height: 740 }, colorScheme: "light", hasTouch: true }],
    ["narrow and dark", { viewport: { width: 360, height: 740 }, colorScheme: "dark", reducedMotion: "reduce" }],
  ] as const)("is accessible, %s, and never wider than the window", async (name, options) => {
    const { page } = await openReport(browser, page8, {
      ...options,
      hash: "#device=layer3%2Fmode%203&sample=1",
    });
    await openDetails(page);
    await page.waitForTimeout(200);
    expect(await violationsOf(page.mainFrame())).toEqual([]);
    const [wide, window] = [await page.evaluate("document.documentElement.scrollWidth"), options.viewport.width];
    await page.screenshot({ path: picture(name.replaceAll(" ", "-")), fullPage: true });
    expect(wide).toBeLessThanOrEqual(window);
  });

  it("prints", async () => {
    const { page } = await openReport(browser, page8, { colorScheme: "dark" });
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    await page.setViewportSize({ width: 794, height: 1123 });
    await page.screenshot({ path: picture("print"), fullPage: true });
    expect(await page.locator("#run-light").isVisible()).toBe(false);
    expect(await page.locator("#chip").isVisible()).toBe(true);
  });
});

it.each(["light", "dark"] as const)(
  "the page of a study opens, %s, accessible, saves its rows, and its points open their designs",
  async (colorScheme) => {
    const results = join(folder, `results-${colorScheme}`);
    const file = join(folder, `study-${colorScheme}.html`);
    writeFileSync(
      join(folder, "study.optinc"),
      "aggregate pair { workers 2; precision 2 bits }\nstudy pairs { aggregate pair; vary decision-margin 0.25 0.4; neuron relu saturating; measure mzis, neurons; minimise mzis, neurons }\n",
    );
    expect(optinc(["study", join(folder, "study.optinc"), "-o", results, "-q"])).toMatchObject({ code: 0, err: "" });
    expect(optinc(["report", results, "-o", file, "-q"])).toMatchObject({ code: 0, err: "" });
    const { page, requests } = await openReport(browser, file, { colorScheme });
    await openDetails(page);
    expect(await violationsOf(page.mainFrame())).toEqual([]);
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save rows as CSV" }).click();
    const text = readFileSync(await (await waiting).path(), "utf8");
    expect(text.trimEnd().split("\n")).toHaveLength(5);
    await page.screenshot({ path: picture(`study-${colorScheme}`), fullPage: true });
    expect(optinc(["workbench", "-o", join(folder, "workbench.html"), "--force"]).code).toBe(0);
    await page.getByRole("link", { name: /^point 3: decision_margin 0\.4, neuron relu$/ }).click();
    const state = page.locator("#state");
    await expect.poll(() => state.innerText(), patience).toMatch(/^pair: Exact: yes, proved/);
    expect(await page.getByRole("textbox", { name: "Spec" }).innerText()).toMatch(/margin +0\.4/);
    expect(requests.splice(0)).toEqual([page.url().split("#")[0]]);
  },
);

/** Script and style as built. */
const assets = {
  script: readFileSync(join(root, "dist/report/page.js"), "utf8"),
  style: readFileSync(join(root, "dist/report/page.css"), "utf8"),
};

function input(circuit: Circuit, change: Partial<ReportInput>): ReportInput {
  const report = verifyCircuit(circuit, { inputs: { kind: "sampled", samples: 1 }, seed: 1 });
  return {
    ...{ circuit, source: "x", passed: true, report, verification: "", verdict: "" },
    ...{ checks: [], figures: [], tables: [] },
    player: {
      ...{ comparators: [], weakest: null, counterexample: null, inputScales: null, technology: null },
      ...{ seed: 1, unitPowerW: null },
    },
    version: "0.0.0",
    ...change,
  };
}

/** Of two pictures: the share of values that differ by more than what smoothing does. */
const differenceScript = `async ([a, b]) => {
  const [one, other] = await Promise.all([a, b].map(async (url) => createImageBitmap(await (await fetch(url)).blob())));
  const context = new OffscreenCanvas(one.width, one.height).getContext("2d");
  context.drawImage(one, 0, 0);
  context.globalCompositeOperation = "difference";
  context.drawImage(other, 0, 0);
  const { data } = context.getImageData(0, 0, one.width, one.height);
  return data.filter((value, i) => i % 4 < 3 && value > 48).length / data.length;
}`;

it("looks like the picture of the README, which a person has seen", async () => {
  const taken = join(folder, "report.png");
  execFileSync(process.execPath, [join(root, "dev/scripts/screenshot.mjs"), taken], { stdio: "pipe" });
  const url = (file: string): string => `data:image/png;base64,${readFileSync(file).toString("base64")}`;
  const page = await browser.newPage();
  const urls = JSON.stringify([url(join(root, "docs/report.png")), url(taken)]);
  expect(await page.evaluate(`(${differenceScript})(${urls})`)).toBeLessThan(0.02);
});

it("names that are scripts run nowhere", async () => {
  const evil = `</script><img src=x onerror=alert(1)><svg onload=alert(1)>"'><script>alert(1)</script>`;
  const circuit: Circuit = {
    ...circuit8,
    name: evil,
    sections: circuit8.sections.map((section, s) => ({
      ...section,
      name: `${evil}${s}`,
      meshes: section.meshes.map((mesh) => ({ ...mesh, name: evil })),
    })),
    inputs: circuit8.inputs.map((port, i) => ({ ...port, name: `${evil}${i}` })),
    outputs: circuit8.outputs.map((port, i) => ({ ...port, name: `${evil}${i}` })),
  };
  const file = join(folder, "evil.html");
  const table = { name: evil, caption: evil, columns: [evil], rows: [[evil]] };
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`;
  const figure = { id: evil, title: evil, explanation: evil, kind: "foreign", svg } as const;
  writeFileSync(
    file,
    reportPage(input(circuit, { source: evil, verification: evil, tables: [table], figures: [figure] }), assets),
  );
  const { page } = await openReport(browser, file);
  await page.locator("#chip").focus();
  for (let i = 0; i < 30; i++) await page.keyboard.press("ArrowRight");
  await page.locator("#search").fill("script");
  await page.locator("#found button").first().click();
  await openDetails(page);
  await page.waitForTimeout(200);
  expect(await page.locator("#device h3").innerText()).toContain("<img src=x onerror=alert(1)>");
});

it("a circuit of 100 000 devices opens, zooms and pans", async () => {
  const circuit = large(256, 780);
  const file = join(folder, "large.html");
  writeFileSync(file, reportPage(input(circuit, {}), assets));
  const { page, readyMs } = await openReport(browser, file);
  const devices = circuit.sections.reduce((sum, { meshes }) => sum + meshes[0]!.devices.length, 0);
  expect(devices).toBeGreaterThan(99_000);
  await page.locator("#chip").focus();
  const started = performance.now();
  const moves = 40;
  for (let i = 0; i < moves; i++) {
    await page.keyboard.press(i < 12 ? "+" : i < 26 ? "Shift+ArrowRight" : "-");
    await page.evaluate("new Promise((done) => requestAnimationFrame(done))");
    if (i === 11) await page.screenshot({ path: picture("large-near") });
  }
  const perMove = (performance.now() - started) / moves;
  console.log(
    `${devices} devices: ${statSync(file).size} bytes, ready after ${readyMs.toFixed(0)} ms, ${perMove.toFixed(0)} ms a zoom or pan`,
  );
  await page.keyboard.press("0");
  await page.waitForTimeout(300);
  await page.screenshot({ path: picture("large") });
  await type(page, "0, 0, 0, 0");
  expect(await page.locator("#result").innerText()).toContain("rounded mean");
});

/** A circuit of no use: four workers' symbols into meshes of random MZIs, as large as one likes. */
function large(modes: number, columns: number): Circuit {
  const random = seededRandom(5);
  const perSection = 60;
  const sections = Array.from({ length: columns / perSection }, (_, s) => {
    const devices: Device[] = [];
    for (let column = 0; column < perSection; column++) {
      for (let mode = column % 2; mode + 1 < modes; mode += 2) {
        devices.push({ kind: "mzi", column, mode, thetaRad: Math.PI * random(), phiRad: 2 * Math.PI * random() });
      }
    }
    const mesh = {
      kind: "left",
      name: "left0",
      modes: Array.from({ length: modes }, (_unused, i) => i),
      devices,
      terminated: [],
    } as const;
    return { kind: "layer", name: `layer${s + 1}`, meshes: [mesh], activations: [] } as const;
  });
  const ports = Array.from({ length: 4 }, (_, worker) => ({ worker, symbol: 0, mode: 60 * worker + 8 }));
  return {
    ...circuit8,
    name: "large",
    aggregate: { workers: 4, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
    modes,
    inputs: ports.map((port) => ({ ...port, kind: "worker", name: `w${port.worker}`, fieldPerLevel: 1 })),
    sections,
    outputs: ports.map((port) => ({ ...port, name: `o${port.worker}`, levelsPerField: 1 })),
    certificate: null,
  };
}
