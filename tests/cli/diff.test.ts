import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, optinc, scratch, spec } from "./run.ts";

const held = (bound: string): string =>
  spec(
    "pair",
    "workers 2",
    "precision 2 bits",
    'technology "best-published"',
    "network constructed { decision-margin 0.25 }",
    `require { ${bound} }`,
  );

function place(): string {
  const cwd = scratch();
  writeFileSync(join(cwd, "pair.optinc"), spec("pair", "workers 2", "precision 2 bits"));
  writeFileSync(join(cwd, "wide.optinc"), spec("wide", "workers 3", "precision 2 bits"));
  writeFileSync(
    join(cwd, "two.optinc"),
    spec("pair", "workers 2", "precision 2 bits") + spec("more", "workers 4", "precision 2 bits"),
  );
  writeFileSync(join(cwd, "missed.optinc"), held("mzis <= 3; latency <= 5 ns"));
  writeFileSync(join(cwd, "kept.optinc"), held("mzis <= 300; latency <= 5 ns"));
  for (const name of ["pair", "wide", "two"]) {
    expect(optinc(["compile", `${name}.optinc`, "-o", name, "--chips", "0", "-q"], { cwd }).code).toBe(0);
  }
  return cwd;
}

describe("optinc diff", () => {
  test("says that nothing changed between a spec and its build", () => {
    const { code, out, err } = optinc(["diff", "pair", "pair.optinc"], { cwd: place() });
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.match(/as before/g)!.length).toBeGreaterThanOrEqual(6);
    expect(out).not.toMatch(/[-+]\d/);
    expect(out).toMatch(/^ {2}phases +0 of /m);
  });

  test("compares figures of two builds as text, Markdown and JSON, which agree", () => {
    const cwd = place();
    const run = optinc(["diff", "pair", "wide", "--format", "json", "--technology", "best-published"], { cwd });
    expect({ code: run.code, err: run.err }).toEqual({ code: 0, err: "" });
    const { format, old, new: newer, circuits } = JSON.parse(run.out);
    expect([format, old, newer, circuits.length]).toEqual(["optinc.difference", "pair", "wide", 1]);
    const mzis = (name: string): number =>
      JSON.parse(readFileSync(join(cwd, name, "summary.json"), "utf8")).devices.mzis;
    const [before, after] = [mzis("pair"), mzis("wide")];
    expect(after).toBeGreaterThan(before);
    const { difference } = circuits[0];
    expect(difference.older.figures.mzis).toEqual({ kind: "value", value: before });
    expect(difference.newer.figures.mzis).toEqual({ kind: "value", value: after });
    for (const key of ["comparatorMargin", "path-loss", "latency"])
      expect(difference.newer.figures[key].kind).toBe("value");
    const text = optinc(["diff", "pair", "wide", "--technology", "best-published"], { cwd }).out;
    expect(text).toContain("wide (was pair) in best-published at 25 GBd: pair -> wide\n");
    expect(text).toMatch(new RegExp(`MZIs +${before} -> ${after}  \\+${after - before} `));
    expect(text).toMatch(/^ {2}function +.* of 2 workers; 2-bit signed words/m);
    const markdown = optinc(["diff", "pair", "wide", "--technology", "best-published", "--format", "markdown"], {
      cwd,
    }).out;
    expect(markdown).toContain(`| MZIs | ${before} | ${after} | **+${after - before} (`);
  });

  test("ends with 3 on a requirement that the newer one misses, whichever way it is named", () => {
    const cwd = place();
    const missed = optinc(["diff", "pair", "missed.optinc"], { cwd });
    expect(missed.code).toBe(3);
    expect(missed.out).toMatch(/^ {2}mzis +FAIL +-\d+ % +\d+; wanted <= 3$/m);
    expect(missed.out).toMatch(/^ {2}latency +pass +\+\d+ % +[\d.]+ ns; wanted <= 5 ns$/m);
    const bound = optinc(["diff", "wide", "pair", "--spec", "missed.optinc", "--format", "markdown"], { cwd });
    expect(bound.code).toBe(3);
    expect(bound.out).toMatch(/^- \*\*mzis\*\*: fail: \d+, wanted \\<= 3 /m);
    expect(optinc(["diff", "missed.optinc", "kept.optinc"], { cwd }).code).toBe(0);
    expect(optinc(["diff", "missed.optinc", "pair"], { cwd }).code).toBe(3);
  });

  test("pairs the builds of two directories by their names, and says what is new and what is gone", () => {
    const cwd = place();
    const run = optinc(["diff", "two", "pair"], { cwd });
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^more \(gone\): two -> pair$/m);
    expect(run.out).toMatch(/^pair: two -> pair$/m);
    const added = optinc(["diff", "pair", "two.optinc", "--format", "json"], { cwd });
    expect(JSON.parse(added.out).circuits.map((each: { name: string }) => each.name)).toEqual(["pair", "more"]);
    expect(JSON.parse(added.out).circuits[1].difference.older).toBeNull();
    expect(optinc(["diff", "two", "two", "--aggregate", "more"], { cwd }).out).toMatch(/^more: two -> two$/m);
  });

  test("refuses what is no circuit, and takes names for text", () => {
    const cwd = place();
    expectEnd(optinc(["diff", "pair", "gone"], { cwd }), 1, "OPT0601");
    expectEnd(optinc(["diff", "two", "pair", "--aggregate", "x"], { cwd }), 1, "OPT0613");
    expectEnd(optinc(["diff", "wide", "two", "--spec", "two.optinc"], { cwd }), 1, "has no aggregate `wide`");
    expect(optinc(["diff", "pair", "pair", "--technology", "none"], { cwd }).err).toContain("OPT0637");
    writeFileSync(join(cwd, "bad.json"), "{}");
    expect(optinc(["diff", "pair", "bad.json"], { cwd }).code).toBe(1);
    const text = readFileSync(join(cwd, "pair/circuit.json"), "utf8");
    writeFileSync(join(cwd, "odd.json"), text.replace('"name": "pair"', '"name": "| <b>*x*` [a](b)"'));
    const odd = optinc(["diff", "pair", "odd.json", "--format", "markdown"], { cwd });
    expect(odd.out.split("\n")[0]).toBe("### \\| \\<b\\>\\*x\\*\\` \\[a\\](b) (was pair)");
    expect(optinc(["diff", "-", "-"], { cwd }).code).toBe(2);
  });
});
