import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shippedTechnologies } from "../../cli/files/technologies.ts";
import { expectEnd, optinc, root, scratch } from "./run.ts";

const shipped = ["best-published", "foundry-si", "ideal", "sin-thermal"];

const own = `technology: own
description: of a test
quantities:
  propagation-loss: { value: 2, unit: dB/cm, source: a wafer of ours, kind: measured }
`;

const specWith = (technology: string): string =>
  `aggregate pair {\n  workers 2\n  precision 2 bits\n  technology "${technology}"\n}\n`;

test("the sources and the build find the same technologies, those of the folder", () => {
  expect(shippedTechnologies()).toEqual(shipped);
  expect(readdirSync(join(root, "technologies")).sort()).toEqual(shipped.map((name) => `${name}.yaml`));
});

describe("optinc technology list", () => {
  test("names each with the kinds of its sources", () => {
    const { code, out, err } = optinc(["technology", "list"]);
    expect([code, err]).toEqual([0, ""]);
    expect(
      out
        .split("\n")
        .filter((line) => /^\S/.test(line))
        .map((line) => line.split(" ")[0]),
    ).toEqual(shipped);
    expect(out).toMatch(/^ideal {2}8 quantities: 8 assumed$/m);
  });

  test("as JSON", () => {
    const listed = JSON.parse(optinc(["technology", "list", "--json"]).out);
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(shipped);
    expect(listed[2].kinds).toEqual({ measured: 0, foundry: 0, simulated: 0, assumed: 8 });
  });
});

describe("optinc technology show", () => {
  test("prints value, kind and source of each quantity, and what is not given", () => {
    const { code, out } = optinc(["technology", "show", "foundry-si"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {4}propagation-loss +3 dB\/cm +foundry +gdsfactory\/cspdk/m);
    expect(out).toMatch(/^ {4}equaliser-bandwidth +not given: Of an equaliser/m);
  });

  test("a file of one's own, as JSON in base units", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "own.yaml"), own);
    const { code, out } = optinc(["technology", "show", "own.yaml", "--json"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(out).entries["propagation-loss"]).toEqual({
      value: 200,
      written: "2 dB/cm",
      source: "a wafer of ours",
      kind: "measured",
    });
  });

  test.each([
    ["foundry-is", "error[OPT0637]", "did you mean `foundry-si`?"],
    ["nothing-like-it", "error[OPT0637]", "`best-published`"],
    ["missing.yaml", "error[OPT0601]", "missing.yaml does not exist"],
    [".", "error[OPT0603]", "is a directory"],
  ])("%s: a diagnostic and exit 1", (name, code, words) => {
    const run = optinc(["technology", "show", name]);
    expectEnd(run, 1, code);
    expect(run.err).toContain(words);
  });
});

describe("optinc technology check", () => {
  test("is content with a good file, reports a bad one at its place, goes on, and exits 1", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "own.yaml"), own);
    writeFileSync(join(cwd, "bad.yaml"), own.replace("value: 2", "value: -2"));
    const run = optinc(["technology", "check", "bad.yaml", "own.yaml"], { cwd });
    expect(run.code).toBe(1);
    expect(run.out).toBe("own.yaml: own, 1 quantity: 1 measured, no problems\n");
    expect(run.err).toContain("error[OPT0805]: `propagation-loss` is out of range\n  --> bad.yaml:4:30");
  });

  test("reads standard input, and prints JSON and SARIF", () => {
    expect(optinc(["technology", "check", "-"], { input: own }).out).toContain("<stdin>: own");
    const json = optinc(["technology", "check", "-", "--format", "json"], {
      input: own.replace("measured", "guessed"),
    });
    expect(JSON.parse(json.out)).toMatchObject([{ code: "OPT0807" }]);
    const sarif = optinc(["technology", "check", "-", "--format", "sarif"], { input: "- a\n" });
    expect(JSON.parse(sarif.out).runs[0].results[0].ruleId).toBe("OPT0801");
  });

  test("is content with those that are shipped", () => {
    const files = shipped.map((name) => `technologies/${name}.yaml`);
    expect(optinc(["technology", "check", ...files]).code).toBe(0);
  });
});

describe("a technology that a spec names", () => {
  const check = (cwd: string, technology: string): { code: number | null; err: string } => {
    writeFileSync(join(cwd, "pair.optinc"), specWith(technology));
    return optinc(["check", "pair.optinc"], { cwd });
  };

  test("is looked for beside the spec, and reported at its place in the spec where it is not there", () => {
    const cwd = scratch();
    expect(check(cwd, "own.yaml").err).toContain(
      'error[OPT0601]: own.yaml does not exist\n  --> pair.optinc:4:14\n   |\n 4 |   technology "own.yaml"\n   |              ^^^^^^^^^^ named here',
    );
    expect(check(cwd, "fondry-si").err).toContain(
      "error[OPT0637]: there is no shipped technology `fondry-si`\n  --> pair.optinc:4:14",
    );
    mkdirSync(join(cwd, "folder.yaml"));
    expect(check(cwd, "folder.yaml").err).toContain("error[OPT0603]");
    writeFileSync(join(cwd, "own.yaml"), own.replace("dB/cm", "dB/furlong"));
    const wrong = check(cwd, "own.yaml");
    expectEnd(wrong, 1, "error[OPT0804]: unknown unit `dB/furlong`\n  --> own.yaml:4:39");
    writeFileSync(join(cwd, "own.yaml"), own);
    expect(check(cwd, "own.yaml").code).toBe(0);
    expect(check(cwd, "foundry-si").code).toBe(0);
    const parent = join(cwd, "specs");
    mkdirSync(parent);
    expect(check(parent, "../own.yaml").code).toBe(0);
  });

  test("leaves no spec without problems whose technology is missing or wrong", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "wrong.yaml"), own.replace("dB/cm", "dB/furlong"));
    for (const technology of ["fondry-si", "gone.yaml", "wrong.yaml"]) {
      writeFileSync(join(cwd, "two.optinc"), specWith(technology) + specWith(technology).replace("pair", "other"));
      const { code, out, err } = optinc(["check", "two.optinc"], { cwd });
      expect({ code, out }, technology).toEqual({ code: 1, out: "" });
      // what is wrong in a file that both name is said once, what is wrong with each of the specs at each
      expect(err.split("error[").length - 1, technology).toBe(technology === "wrong.yaml" ? 1 : 2);
    }
  });
});

describe("the technology that a circuit was compiled with", () => {
  test("is named by its build, and figures of another one come with a warning", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), specWith("foundry-si"));
    expect(optinc(["compile", "pair.optinc", "-o", "b"], { cwd }).code).toBe(0);
    const { technology } = JSON.parse(readFileSync(join(cwd, "b/manifest.json"), "utf8"));
    expect(technology).toEqual({
      name: "foundry-si",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      symbolRateBd: 25e9,
    });
    for (const command of [["budget"], ["yield", "--chip-samples", "2"]]) {
      const run = (name: string) => optinc([...command, "b", "--technology", name], { cwd });
      expect(run("foundry-si")).toMatchObject({ code: 0, err: "" });
      const other = run("best-published");
      expect(other.code).toBe(0);
      expect(other.err).toContain(
        "warning[OPT0648]: b was compiled for foundry-si, and the figures are for best-published",
      );
    }
    expect(optinc(["budget", "b"], { cwd })).toMatchObject({
      err: "",
      out: expect.stringContaining(" in foundry-si, "),
    });
  });

  test("is that at the symbol rate it was compiled for, unless another one is asked for", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), specWith("foundry-si").replace("}", "; symbol-rate 10 GBd }"));
    expect(optinc(["compile", "pair.optinc", "-o", "b"], { cwd }).code).toBe(0);
    const rateOf = (...more: string[]) =>
      / in foundry-si, (.*?), /.exec(optinc(["budget", "b", "--technology", "foundry-si", ...more], { cwd }).out)![1];
    expect([rateOf(), rateOf("--symbol-rate", "5 GBd")]).toEqual(["10 GBd", "5 GBd"]);
    expect(optinc(["report", "b", "--technology", "foundry-si"], { cwd }).code).toBe(0);
    const page = readFileSync(join(cwd, "report.html"), "utf8");
    expect([page.includes("10 GBd"), page.includes("25 GBd")]).toEqual([true, false]);
  });

  test("is another one once its file has changed", () => {
    const cwd = scratch();
    const foundry = readFileSync(join(root, "technologies/foundry-si.yaml"), "utf8");
    writeFileSync(join(cwd, "own.yaml"), foundry);
    writeFileSync(join(cwd, "pair.optinc"), specWith("own.yaml"));
    expect(optinc(["compile", "pair.optinc", "-o", "b"], { cwd }).code).toBe(0);
    expect(optinc(["budget", "b", "--technology", "own.yaml"], { cwd }).err).toBe("");
    writeFileSync(join(cwd, "own.yaml"), `${foundry}\n# a remark\n`);
    expect(optinc(["budget", "b", "--technology", "own.yaml"], { cwd }).err).toContain(
      "warning[OPT0648]: b was compiled with foundry-si, whose file has changed since",
    );
  });

  test("moves no figure: a build that lies about it, or writes nonsense, gets the same ones", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), specWith("foundry-si"));
    expect(optinc(["compile", "pair.optinc", "-o", "b"], { cwd }).code).toBe(0);
    const honest = optinc(["budget", "b", "--technology", "foundry-si"], { cwd }).out;
    const manifest = JSON.parse(readFileSync(join(cwd, "b/manifest.json"), "utf8"));
    for (const technology of [
      { name: "ideal", sha256: "0".repeat(64) },
      { name: "\u001b[2J\nerror: gone", sha256: "" },
      { name: "x".repeat(300), sha256: "" },
      { name: 7, sha256: manifest.technology.sha256 },
      { name: "foundry-si" },
      { ...manifest.technology, symbolRateBd: -1 },
      { ...manifest.technology, symbolRateBd: "1 GBd" },
      null,
      [],
    ]) {
      writeFileSync(join(cwd, "b/manifest.json"), JSON.stringify({ ...manifest, technology }));
      const { code, out, err } = optinc(["budget", "b", "--technology", "foundry-si"], { cwd });
      expect([code, out]).toEqual([0, honest]);
      expect(err).toMatch(/^warning\[OPT06(48|14)\]/);
      expect(err).not.toContain("\u001b");
      expect(err).not.toContain("\nerror: gone");
    }
  });
});
