import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectEnd, interrupted, optinc, optincProcess, pair, spec } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "optinc-yield-"));
const build = join(folder, "build");

beforeAll(() => {
  writeFileSync(join(folder, "pair.optinc"), pair);
  expect(optinc(["compile", join(folder, "pair.optinc"), "-o", build, "-q"]).code).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("optinc yield", () => {
  test("takes old names of options with a warning, and does not list them", () => {
    const yielded = (name: string, count: string) =>
      optinc(["yield", build, "--phase", "0.01", name, count, "--json", "-", "-q"]);
    const old = yielded("--dies", "2");
    expect(old).toMatchObject({ code: 0, out: yielded("--chip-samples", "2").out });
    expect(old.err).toContain("warning[OPT0246]: `--dies` is now called `--chip-samples`");
    expect(yielded("--dies", "0").code).toBe(2);
    for (const command of ["yield", "aggregate", "export", "bringup", "compare", "report"]) {
      expect(optinc([command, "--help"]).out).not.toMatch(/--(\w+-)?dies?\b/);
    }
  });

  test("writes the same bytes whatever the threads", () => {
    const [one, three] = [1, 3].map((threads) => {
      const files = ["csv", "json", "svg"].map((ending) => join(folder, `${threads}.${ending}`));
      const errors = ["--technology", "foundry-si", "--phase", "0.02", "--splitter", "0.01", "--chip-samples", "35"];
      const written = ["--csv", files[0]!, "--json", files[1]!, "--svg", files[2]!, "--threads", `${threads}`];
      const run = optinc(["yield", build, ...errors, "--tolerances", "--ranking", ...written]);
      expect(run.code).toBe(0);
      return { run, texts: files.map((file) => readFileSync(file, "utf8")) };
    });
    expect(three!.run.out).toBe(one!.run.out);
    expect(three!.texts).toEqual(one!.texts);
    const [csv, json, svg] = one!.texts as [string, string, string];
    const rows = csv.trimEnd().split("\n").slice(1);
    expect(rows.map((row) => Number(row.split(",")[0]))).toEqual(Array.from({ length: 35 }, (_, chip) => chip));
    const [report] = JSON.parse(json).circuits;
    expect(report.errors).toMatchObject({ phaseRad: 0.02, couplerRad: 0.01, dac: { bits: 10 } });
    expect(report.yield).toMatchObject({ chips: 35, method: "states", seed: 1 });
    expect(rows.filter((row) => row.split(",")[1] === "1").length).toBe(report.yield.good);
    expect(report.assumed).toContain("coupler-error-common");
    expect(report.tolerances).toHaveLength(11);
    expect(report.curve).toHaveLength(10);
    expect(report.ranking[0].errorRad).toBeGreaterThan(0);
    expect(report.fabrication.chips).toBe(200);
    expect(svg).toContain("Yield of pair under foundry-si: 35 chips a point, seed 1");
    expect(one!.run.out).toMatch(/^pair under foundry-si: \d+ of 35 chips without a wrong word, /);
    expect(one!.run.out).toMatch(/alone +holds at +fails at\n/);
    expect(one!.run.out).toMatch(/breaks first, alone +column +mode +phase +error\n/);
  });

  test("of a spec takes the technology that it names, and another seed draws other chips", () => {
    const file = join(folder, "named.optinc");
    writeFileSync(file, spec("named", "workers 2", "precision 2 bits", 'technology "ideal"'));
    const run = optinc(["yield", file, "--chip-samples", "3", "--json", "-"]);
    expect(run.code).toBe(0);
    const [report] = JSON.parse(run.out).circuits;
    expect(report).toMatchObject({ technology: "ideal", yield: { good: 3 } });
    expect(report.notGiven).toContain("residual-phase");
    const csv = (seed: string): string => {
      const path = join(folder, `seed-${seed}.csv`);
      optinc(["yield", build, "--phase", "0.01", "--chip-samples", "5", "--seed", seed, "--csv", path, "-q"]);
      return readFileSync(path, "utf8");
    };
    expect(csv("1")).not.toBe(csv("2"));
  });

  test("needs to be told how chips vary", () => {
    expectEnd(optinc(["yield", build]), 1, "OPT0645");
    expect(optinc(["yield", build, "--technology", "foundry"]).err).toContain("OPT0637");
  });

  test("refuses several aggregates where one file is wanted, files of others, and numbers that are none", () => {
    const file = join(folder, "two.optinc");
    writeFileSync(file, `${pair}${spec("other", "workers 2", "precision 2 bits")}`);
    const csv = join(folder, "two.csv");
    const errors = ["--phase", "0.01", "--chip-samples", "2"];
    expect(optinc(["yield", file, ...errors, "--csv", csv]).err).toContain("OPT0613");
    expect(optinc(["yield", file, ...errors]).code).toBe(0);
    writeFileSync(csv, "mine\n");
    expect(optinc(["yield", build, ...errors, "--csv", csv]).err).toContain("OPT0627");
    for (const wrong of [
      ["--phase", "-1"],
      ["--splitter", "x"],
      ["--chip-samples", "0"],
      ["--chip-samples", "1e9"],
      ["--threads", "0"],
    ]) {
      expect(optinc(["yield", build, "--phase", "0.01", ...wrong]).code, wrong.join(" ")).toBe(2);
    }
  });

  test("says what it has when a signal ends it", async () => {
    const json = join(folder, "short.json");
    const csv = join(folder, "short.csv");
    const args = ["yield", build, "--phase", "0.01", "--chip-samples", "1000000", "--json", json, "--csv", csv];
    const run = await interrupted(args, "SIGINT");
    expect(run).toMatchObject({
      code: 130,
      out: expect.stringContaining("before all of 1 000 000 chips were judged"),
    });
    const [report] = JSON.parse(readFileSync(json, "utf8")).circuits;
    expect(report.yield.chips).toBeGreaterThan(0);
    expect(report.yield.chips).toBeLessThan(1_000_000);
    expect(readFileSync(csv, "utf8").trimEnd().split("\n")).toHaveLength(1 + report.yield.chips);
  });

  test("leaves no thread behind", () => {
    expect(optincProcess(["yield", build, "--phase", "0", "--chip-samples", "1", "-q"]).code).toBe(0);
  });
});
