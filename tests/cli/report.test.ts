import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, interrupted, optinc, pair, scratch } from "./run.ts";

describe("optinc report", () => {
  test("writes a page about a spec or a build, and replaces its own", () => {
    const dir = scratch();
    const [build, page] = [join(dir, "pair"), join(dir, "report.html")];
    expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0"], { input: pair }).code).toBe(0);
    const run = optinc(["report", build, "-o", page, "--chip-samples", "2"]);
    expect(run).toMatchObject({ code: 0, out: "", err: `wrote ${page}\n` });
    const first = readFileSync(page, "utf8");
    expect(first).toContain("Verified");
    expect(first).toMatch(/Proof<\/dt><dd>holds/);
    expect(optinc(["report", build, "-o", page, "-q", "--chip-samples", "2"])).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(page, "utf8")).toBe(first);
    expect(optinc(["report", "-", "-o", page, "-q", "--chip-samples", "0"], { input: pair }).code).toBe(0);
  });

  test("refuses to replace what is no page, to stand in a build, and to be standard output", () => {
    const dir = scratch();
    const [build, page] = [join(dir, "pair"), join(dir, "mine.html")];
    writeFileSync(page, "<!DOCTYPE html><p>mine</p>");
    expectEnd(optinc(["report", "-", "-o", page], { input: pair }), 1, "OPT0627");
    expect(readFileSync(page, "utf8")).toBe("<!DOCTYPE html><p>mine</p>");
    expect(optinc(["report", "-", "-o", page, "--force", "--chip-samples", "0"], { input: pair }).code).toBe(0);
    expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0"], { input: pair }).code).toBe(0);
    expectEnd(optinc(["report", build, "-o", join(build, "report.html")]), 1, "OPT0605");
    expect(optinc(["report", "-", "-o", "-"], { input: pair }).code).toBe(2);
  });

  test("of a circuit that is wrong says so, links the words, and ends with 3", () => {
    const dir = scratch();
    const [build, page] = [join(dir, "pair"), join(dir, "report.html")];
    expect(optinc(["compile", "-", "-o", build, "-q", "--chips", "0"], { input: pair }).code).toBe(0);
    const file = join(build, "circuit.json");
    const circuit = JSON.parse(readFileSync(file, "utf8"));
    for (const output of circuit.outputs) output.levelsPerField *= 0.5;
    writeFileSync(file, JSON.stringify(circuit));
    expectEnd(optinc(["report", build, "-o", page]), 1, "OPT0615");
    expect(existsSync(page)).toBe(false);
    expectEnd(optinc(["report", build, "-o", page, "--allow-modified", "--chip-samples", "0"]), 3, "OPT0619");
    const text = readFileSync(page, "utf8");
    expect(text).toContain("Failed");
    expect(text).toMatch(/<a href="#input=-?\d+,-?\d+">/);
    expect(text).toContain(`data-preset="counterexample"`);
  });

  test("takes a technology, and says which there are for one that is none", () => {
    const page = join(scratch(), "report.html");
    const args = ["report", "-", "-o", page, "-q", "--chip-samples", "0", "--technology"];
    expect(optinc([...args, "foundry-si"], { input: pair }).code).toBe(0);
    expect(readFileSync(page, "utf8")).toContain("all errors of foundry-si");
    expectEnd(optinc([...args, "foundry"], { input: pair }), 1, "OPT0637");
  });

  test("shows what circuit and technology give: margins, link budget, yield, powers, area, all-reduce; nothing without a technology that needs one", () => {
    const page = join(scratch(), "report.html");
    const figures = (args: readonly string[], input = pair): string[] => {
      expect(optinc(["report", "-", "-o", page, "-q", "--chip-samples", "3", ...args], { input }).code).toBe(0);
      return [...readFileSync(page, "utf8").matchAll(/<figure id="([^"]*)"/g)].map(([, id = ""]) => id);
    };
    expect(figures([])).toEqual(["comparator-margins", "yield"]);
    expect(figures(["--technology", "foundry-si"])).toEqual([
      ...["comparator-margins", "waterfall", "noise-margins", "power", "light-power", "area"],
      ...["eye", "all-reduce", "yield"],
    ]);
    const text = readFileSync(page, "utf8");
    for (const table of ["comparators", "budget", "decisions", "power", "yield", "all-reduce"]) {
      expect(text).toContain(`data-csv="${table}"`);
    }
    expect(figures(["--technology", "ideal", "--chip-samples", "0"])).not.toContain("power");
    // only what was compiled for a technology has lengths to draw
    const placed = 'aggregate p { workers 2; precision 2 bits; technology "foundry-si" }';
    expect(figures([], placed)).toContain("layout");
  });

  test("shows drawings and tables of other commands as they are, and lets nothing in them run", () => {
    const dir = scratch();
    const [page, drawing, table] = [join(dir, "report.html"), join(dir, "front.svg"), join(dir, "front.csv")];
    writeFileSync(
      drawing,
      `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><text>Pareto</text></svg>`,
    );
    writeFileSync(table, "mzis,yield\n83,<b>0.5</b>\n");
    const args = ["report", "-", "-o", page, "-q", "--chip-samples", "0", "--with", drawing, table];
    expect(optinc(args, { input: pair })).toMatchObject({ code: 0, err: "" });
    const text = readFileSync(page, "utf8");
    expect(text).not.toContain("alert(1)");
    expect(text).toContain(Buffer.from(readFileSync(drawing)).toString("base64"));
    expect(text).toContain("&#60;b&#62;0.5");
    expectEnd(optinc([...args, join(dir, "no.csv")], { input: pair }), 1, "OPT0601");
    expectEnd(optinc(["report", "-", "-o", table, "--force", "--with", table], { input: pair }), 1, "OPT0611");
  });

  test("shows a study with its front, on a page of its own or on that of a circuit", () => {
    const dir = scratch();
    const page = join(dir, "report.html");
    const [aggregate] = pair.split("\n\n");
    writeFileSync(
      join(dir, "s.optinc"),
      `${aggregate}\nstudy margins {\n  aggregate pair\n  vary neuron relu saturating; threshold electronic optical\n  measure mzis, neurons\n  minimise mzis, neurons\n}\n`,
    );
    const study = optinc(["study", "s.optinc", "-o", "results", "-q"], { cwd: dir });
    expect(study).toMatchObject({ code: 0, err: "" });
    expect(optinc(["report", "results", "-q"], { cwd: dir })).toMatchObject({ code: 0, err: "" });
    const text = readFileSync(page, "utf8");
    expect(text).toContain("<h1>margins</h1>");
    expect(text).toContain("<dd>4 points: 3 done, 1 failed</dd>");
    expect(text).toContain("<dd>less mzis, less neurons</dd>");
    // The drawing is that of the folder, but for its links and how axes are written; links hold the specs.
    const [circles, drawn] = [readFileSync(join(dir, "results/pareto.svg"), "utf8"), text].map(
      (it) => it.match(/<circle cx="[\d.]+" cy="[\d.]+" r="[\d.]+"/g) ?? [],
    );
    expect(drawn).toEqual(circles);
    expect(drawn).toHaveLength(3);
    const specs = readFileSync(join(dir, "results/rows.jsonl"), "utf8").trimEnd().split("\n");
    const links = specs.map((line) => {
      const { spec } = JSON.parse(line) as { readonly spec: string | null };
      return spec === null ? "#spec-of-none" : `<td><a href="workbench.html#spec=${encodeURIComponent(spec)}">`;
    });
    expect(links.map((link) => text.includes(link))).toEqual(links.map((link) => link !== "#spec-of-none"));
    expect(text).toContain('data-csv="pareto"');
    expect(text).toContain('data-csv="rows"');
    expect(text).not.toMatch(/<th scope="col">(key|spec)|id="player-data"|id="chip"/);
    expect(optinc(["report", "results", "-q"], { cwd: dir }).code).toBe(0);
    expect(readFileSync(page, "utf8")).toBe(text);
    const args = ["report", "-", "-q", "--chip-samples", "0", "--with", "results"];
    expect(optinc(args, { cwd: dir, input: pair })).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(page, "utf8")).toMatch(/<figure id="attached-0"><figcaption><h3>Pareto front of margins/);
    // What is about a circuit, is damaged, or is not there yet, is said.
    const says = (code: string, ...more: string[]): void => {
      expectEnd(optinc(["report", "results", ...more], { cwd: dir }), 1, code);
    };
    says("--technology, --chip-samples need a circuit", "--technology", "ideal", "--chip-samples", "3");
    // Nothing of a folder runs or ends its element, whatever it says.
    const rows = join(dir, "results/rows.jsonl");
    const evil = '"><script>alert(1)</script>\u202e';
    const row = { ...(JSON.parse(specs[1]!) as object), neuron: evil, spec: evil };
    writeFileSync(rows, `${JSON.stringify(row)}\n${specs[2]!}\n`);
    expect(optinc(["report", "results", "-q", "--force"], { cwd: dir })).toMatchObject({ code: 0, err: "" });
    expect(readFileSync(page, "utf8")).not.toMatch(/<script>alert|\u202e/);
    for (const damaged of [
      '{"a":1}',
      "[]",
      "x",
      JSON.stringify({ ...row, spec: 1 }),
      specs[1]!.replace(/"mzis":\d+/, '"mzis":1e999'),
      `${specs[1]!}\n{"point":1}`,
    ]) {
      writeFileSync(rows, damaged);
      says("OPT0652");
    }
    rmSync(rows);
    says("OPT0654");
    execFileSync("mkfifo", [rows]);
    says("OPT0654");
    for (const marker of ["{", "[]", '{"format":"optinc.study","version":2,"study":3}']) {
      writeFileSync(join(dir, "results/study.json"), marker);
      says("OPT0652");
    }
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ended by %s leaves the former page and nothing else", async (signal, code) => {
    const dir = scratch();
    const page = join(dir, "report.html");
    writeFileSync(join(dir, "pair.optinc"), pair);
    expect(optinc(["report", "pair.optinc", "-q", "--chip-samples", "0"], { cwd: dir }).code).toBe(0);
    const before = readFileSync(page, "utf8");
    const args = ["report", "pair.optinc", "--chip-samples", "100000"];
    expect(await interrupted(args, signal, { cwd: dir })).toMatchObject({ code });
    expect(readFileSync(page, "utf8")).toBe(before);
    expect(readdirSync(dir).sort()).toEqual(["pair.optinc", "report.html"]);
  });

  test.each([
    [["report", "nowhere"], 1, "OPT0601"],
    [["report", "-", "--spec", "nowhere.optinc"], 1, "OPT0601"],
    [["report", "-", "--samples", "0"], 2, "--samples"],
    [["report"], 2, "missing required argument"],
  ])("%j ends with %i and says %s", (args, code, text) => {
    const out = args.includes("-") ? ["-o", join(scratch(), "x.html")] : [];
    expect(optinc([...args, ...out], { input: pair })).toMatchObject({ code, err: expect.stringContaining(text) });
  });
});
