import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, optinc, root, scratch } from "./run.ts";

const spec = (lines: string, technology: string = 'technology "foundry-si"'): string =>
  `aggregate pair {\n  workers 2; precision 2 bits; emit phases\n  ${technology}\n  require {\n${lines}\n  }\n  network constructed { decision-margin 0.4 }\n}\n`;

const compile = (cwd: string, ...more: string[]) =>
  optinc(["compile", "pair.optinc", "-o", "build", "--chips", "0", "--force", ...more], { cwd });

describe("compile holds a circuit to what its spec requires", () => {
  test("what is kept is printed beside its bound, and is in summary.json", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), spec("latency <= 5 ns\nmzis <= 1000"));
    const { code, out, err } = compile(cwd);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^ {2}latency +pass +\+\d+ % +[\d.]+ ns; wanted <= 5 ns$/m);
    const summary = JSON.parse(readFileSync(join(cwd, "build/summary.json"), "utf8"));
    expect(summary).toMatchObject({ technology: "foundry-si", symbolRateBd: 25e9 });
    const [latency, mzis] = summary.requirements;
    expect(latency).toMatchObject({ metric: "latency", required: "<= 5 ns", met: true, mend: null });
    expect(latency.figure.uses).toContain("neuron-delay");
    expect(mzis.figure.value).toBe(summary.devices.mzis);
  });

  test("a miss is reported at its line, and the exit code is 3; the build is there", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), spec("latency <= 1 ps\nmzis <= 1000"));
    const { code, out, err } = compile(cwd);
    expect(code).toBe(3);
    expect(err).toContain("error[OPT0820]: pair: `latency` is ");
    expect(err).toContain("--> pair.optinc:5:9");
    expect(err).not.toContain("mzis");
    expect(out).toMatch(/^ {2}latency +FAIL +-[\d.]+ x +[\d.]+ ps; wanted <= 1 ps$/m);
    expect(out).toContain("Exact: yes, proved. Buildable in foundry-si at 25 GBd and 0 dBm a symbol: no: ");
    expect(readFileSync(join(cwd, "build/circuit.json"), "utf8")).toContain("optinc");
  });

  test("what cannot be computed fails, and says what is missing", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), spec("latency <= 5 ns\nmzis <= 1000", ""));
    const unnamed = compile(cwd);
    expect(unnamed.code).toBe(3);
    expect(unnamed.err).toContain(
      "error[OPT0821]: pair: `latency` is required, but cannot be computed: the spec names no technology",
    );
    expect(unnamed.out).toMatch(/^ {2}latency +not computed +the spec names no technology; wanted <= 5 ns$/m);
    expect(unnamed.out).toContain("Buildable: not computed, as no spec names a technology.");
    expect(unnamed.out).toMatch(/^ {2}mzis +pass +\+\d+ % +\d+; wanted <= 1000$/m);
    writeFileSync(join(cwd, "pair.optinc"), spec("word-error-rate <= 1e-12\nyield >= 1 %", 'technology "ideal"'));
    const ideal = compile(cwd);
    expect(ideal.code).toBe(3);
    expect(ideal.err.match(/error\[OPT0821\]/g)).toHaveLength(2);
    expect(ideal.err).toMatch(/help: ideal does not give `[a-z-]+`: add it as/);
  });

  test("a technology that is not there is said before anything is done", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), spec("mzis <= 1000", 'technology "own.yaml"'));
    const { code, err } = compile(cwd);
    expect(code).toBe(1);
    expect(err).toContain(
      "error[OPT0601]: own.yaml does not exist\n --> pair.optinc:3:14".replace("\n -->", "\n  -->"),
    );
  });
});

test("the example in a foundry's silicon keeps what it requires", () => {
  const cwd = scratch();
  const run = optinc(["compile", join(root, "examples/mean-4x8-foundry.optinc"), "-o", "build", "--chips", "0"], {
    cwd,
  });
  expect([run.code, run.err]).toEqual([0, ""]);
  expect(run.out.match(/^ .* pass .*; wanted <= /gm)).toHaveLength(7);
  expect(run.out.split("\n").length).toBeLessThanOrEqual(24);
  const { checks, verdict } = JSON.parse(readFileSync(join(cwd, "build/summary.json"), "utf8"));
  expect(run.out).toContain(`\n  ${verdict}\n`);
  const states = checks.map(({ name, state }: { name: string; state: string }) => `${name}: ${state}`);
  expect(states.slice(0, 6)).toEqual([
    "exact: pass",
    "noise: fail",
    "symbol rate: pass",
    "drift: not computed",
    "yield: not computed",
    "layout: pass",
  ]);
  expect(run.out).toMatch(/^ {2}layout +pass .* 4\.476 mm x 4\.195 mm, 48 % covered; wanted <= 26 mm x 33 mm$/m);
  const verified = optinc(["verify", "build", "--spec", join(root, "examples/mean-4x8-foundry.optinc")], { cwd });
  expect(verified.code).toBe(0);
  expect(verified.out).toContain(verdict);
});

test("what decides whether a chip keeps working is kept and missed alike by compile, verify, JUnit and SARIF", () => {
  const lines: readonly (readonly [metric: string, kept: string, missed: string, found: RegExp])[] = [
    ["temperature-range", ">= 0.1 K", ">= 4 K", /^0\.1\d* K$/],
    ["laser-drift", ">= 0.5 GHz", ">= 5 GHz", /^0\.5\d* GHz$/],
    ["fibre-mismatch", ">= 1 m", ">= 5 m", /^1\.\d* m$/],
    ["extinction", "<= 40 dB", "<= 20 dB", /^2\d\.\d* dB$/],
    ["availability", ">= 99.9 %", ">= 99.9999 %", /^99\.999\d* % by assumed .*heater-failures.*repair-time/],
  ];
  const cwd = scratch();
  for (const side of [1, 2] as const) {
    const asked = lines.map((line) => `${line[0]} ${line[side]}`);
    writeFileSync(
      join(cwd, "pair.optinc"),
      spec(asked.join("\n")).replace("{ decision", "{ neuron saturating; decision"),
    );
    const wanted = side === 1 ? "pass" : "fail";
    const code = side === 1 ? 0 : 3;
    const compiled = compile(cwd);
    expect(compiled.code).toBe(code);
    const files = ["--json", "r.json", "--junit", "r.xml", "--sarif", "r.sarif", "--force"];
    expect(optinc(["verify", "build", "--spec", "pair.optinc", ...files], { cwd }).code).toBe(code);
    const summary = JSON.parse(readFileSync(join(cwd, "build/summary.json"), "utf8"));
    const faults = JSON.parse(optinc(["faults", "build", "--technology", "foundry-si", "--json", "-"], { cwd }).out);
    expect(summary.requirements.at(-1).figure.value).toBe(faults.availability.value.share);
    const [{ checks, source }] = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8")).reports;
    const [sarif] = JSON.parse(readFileSync(join(cwd, "r.sarif"), "utf8")).runs;
    const cases = readFileSync(join(cwd, "r.xml"), "utf8").split("<testcase ");
    for (const [table, rows] of Object.entries({
      summary: summary.checks,
      verify: checks,
      sarif: sarif.properties.checks[source],
    })) {
      for (const [metric, , , found] of lines) {
        const row = rows.find(({ name }: { name: string }) => name === metric);
        expect([table, metric, row.state, row.wanted]).toEqual([
          table,
          metric,
          wanted,
          lines.find(([it]) => it === metric)![side],
        ]);
        expect(row.found, table).toMatch(found);
        expect(row.mend === null, `${table}: ${row.mend}`).toBe(side === 1);
      }
    }
    for (const [metric] of lines) {
      const [own] = cases.filter((it) => it.startsWith(`name="requires ${metric} `));
      expect([metric, own!.includes("<failure")]).toEqual([metric, side === 2]);
      expect(compiled.err.includes(`error[OPT0820]: pair: \`${metric}\` is`)).toBe(side === 2);
    }
  }
});

describe("verify --spec holds a build to what the spec requires", () => {
  const built = (): string => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), spec("latency <= 5 ns"));
    compile(cwd);
    return cwd;
  };

  test("kept: in text, JSON and JUnit", () => {
    const cwd = built();
    const run = optinc(["verify", "build", "--spec", "pair.optinc", "--json", "r.json", "--junit", "r.xml"], { cwd });
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^ {2}latency +pass +\+\d+ % +[\d.]+ ns; wanted <= 5 ns$/m);
    const [report] = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8")).reports;
    expect(report).toMatchObject({ passed: true, requirements: [{ metric: "latency", met: true }] });
    expect(report.checks.at(-1)).toMatchObject({ name: "latency", state: "pass", required: true });
    expect(readFileSync(join(cwd, "r.xml"), "utf8")).toContain(
      '<testcase name="requires latency &lt;= 5 ns" classname="optinc.pair"/>',
    );
  });

  test("JUnit and SARIF carry the rows of the table; what is not required is skipped where it does not pass", () => {
    const cwd = built();
    const files = ["--json", "r.json", "--junit", "r.xml", "--sarif", "r.sarif"];
    expect(optinc(["verify", "build", "--spec", "pair.optinc", ...files], { cwd }).code).toBe(0);
    const [{ checks, source }] = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8")).reports;
    const names = checks.map(({ name }: { name: string }) => name);
    expect(names).toEqual([
      ...["exact", "all-reduce", "receivers", "spec", "build"],
      ...["noise", "symbol rate", "drift", "yield", "layout", "latency"],
    ]);
    const xml = readFileSync(join(cwd, "r.xml"), "utf8");
    const cases = [...xml.matchAll(/<testcase name="(?:requires )?([^"&]+?)(?: &lt;[^"]*)?"/g)].map(([, name]) => name);
    expect(cases).toEqual(names);
    const open = checks.filter(({ state }: { state: string }) => state !== "pass");
    expect(open.length).toBeGreaterThanOrEqual(2);
    expect(xml.match(/<skipped message="(not computed|fail): /g)).toHaveLength(open.length);
    const [sarif] = JSON.parse(readFileSync(join(cwd, "r.sarif"), "utf8")).runs;
    expect(sarif.properties.checks).toEqual({ [source]: checks });
  });

  test("missed: exit code 3, a failure in JSON and JUnit, and the line of the spec", () => {
    const cwd = built();
    writeFileSync(join(cwd, "hard.optinc"), spec("latency <= 1 ps"));
    const args = ["verify", "build", "--spec", "hard.optinc", "--json", "r.json", "--junit", "r.xml", "--force"];
    const run = optinc(args, { cwd });
    expectEnd(run, 3, "--> hard.optinc:5:9");
    expect(run.out).toContain("pair (build): FAILED");
    const [report] = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8")).reports;
    expect(report).toMatchObject({ passed: false, requirements: [{ metric: "latency", met: false }] });
    expect(readFileSync(join(cwd, "r.xml"), "utf8")).toMatch(
      /name="requires latency &lt;= 1 ps" .*>\n +<failure message="fail: [\d.]+ ps, wanted &lt;= 1 ps/,
    );
  });

  test("a circuit that claims to lose less than its technology says is not the spec's", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), spec("latency <= 5 ns", 'technology "best-published"'));
    compile(cwd);
    expect(optinc(["verify", "build", "--spec", "pair.optinc"], { cwd }).code).toBe(0);
    writeFileSync(join(cwd, "lossy.optinc"), spec("latency <= 5 ns"));
    const run = optinc(["verify", "build", "--spec", "lossy.optinc"], { cwd });
    expect(run.code).toBe(3);
    expect(run.out).toMatch(/spec +FAIL.* losses: \d+ of the devices (mzi|waveguide)/);
    writeFileSync(join(cwd, "pair.optinc"), spec("mzis <= 1000", ""));
    compile(cwd);
    const ideal = optinc(["verify", "build", "--spec", "lossy.optinc"], { cwd });
    expect(ideal.code).toBe(3);
    expect(ideal.out).toContain("of the devices mzi pass more light than in the technology: a field of 1, not");
  });

  test("without a spec nothing is required", () => {
    const run = optinc(["verify", "build"], { cwd: built() });
    expect(run.code).toBe(0);
    expect(run.out).not.toContain("requires");
  });
});
