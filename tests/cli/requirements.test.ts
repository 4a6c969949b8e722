import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Check } from "../../physics/index.ts";
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
  // A busy machine prints progress too.
  expect(run.code).toBe(0);
  expect(run.err).not.toMatch(/(error|warning)\[/);
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
  expect(run.out).toMatch(/^ {2}layout +pass .* 3\.676 mm x 4\.468 mm, 49 % covered; wanted <= 26 mm x 33 mm$/m);
  const verified = optinc(["verify", "build", "--spec", join(root, "examples/mean-4x8-foundry.optinc")], { cwd });
  expect(verified.code).toBe(0);
  expect(verified.out).toContain(verdict);
});

test("what decides whether a chip keeps working is kept and missed alike by compile and verify", () => {
  const lines: readonly (readonly [metric: string, kept: string, missed: string, found: RegExp])[] = [
    ["temperature-range", ">= 0.1 K", ">= 4 K", /^0\.1\d* K$/],
    ["laser-drift", ">= 0.5 GHz", ">= 5 GHz", /^0\.6\d* GHz$/],
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
    const run = optinc(["verify", "build", "--spec", "pair.optinc", "--json", "-"], { cwd });
    expect(run.code).toBe(code);
    const summary = JSON.parse(readFileSync(join(cwd, "build/summary.json"), "utf8"));
    const faults = JSON.parse(optinc(["faults", "build", "--technology", "foundry-si", "--json", "-"], { cwd }).out);
    expect(summary.requirements.at(-1).figure.value).toBe(faults.availability.value.share);
    const [{ checks }] = JSON.parse(run.out).reports;
    for (const [table, rows] of Object.entries({ summary: summary.checks, verify: checks })) {
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
      expect(compiled.err.includes(`error[OPT0820]: pair: \`${metric}\` is`)).toBe(side === 2);
    }
  }
});

test("compile, verify, report and diff have the same rows in text, JSON, JUnit, SARIF, HTML and Markdown", () => {
  const cwd = scratch();
  writeFileSync(join(cwd, "pair.optinc"), spec("latency <= 5 ns\nmzis <= 3"));
  const run = (line: string): string => {
    const { code, out } = optinc(line.split(" "), { cwd });
    expect([line, code]).toEqual([line, 3]);
    return out;
  };
  const read = (name: string): string => readFileSync(join(cwd, name), "utf8");
  const plain = (text: string): string => text.replace(/&lt;|&#60;/g, "<").replace(/&#96;/g, "`");
  const compiled = run("compile pair.optinc -o build --chips 0");
  const verified = run("verify build --spec pair.optinc --json r.json --junit r.xml --sarif r.sarif");
  run("report build --spec pair.optinc --chip-samples 0 -o r.html");
  const diff = "diff build build --spec pair.optinc --format";
  const [{ checks, source, passed }] = JSON.parse(read("r.json")).reports;
  expect(passed).toBe(false);
  const own: readonly Check[] = checks;
  expect(JSON.parse(read("r.sarif")).runs[0].properties.checks).toEqual({ [source]: own });
  const agreements = ["all-reduce", "receivers", "spec", "build"];
  const physical = ["noise", "symbol rate", "drift", "yield", "layout", "latency", "mzis"];
  expect(own.map(({ name }) => name)).toEqual(["exact", ...agreements, ...physical]);
  const built: readonly Check[] = JSON.parse(read("build/summary.json")).checks;
  expect([built[0], ...own.slice(1, 5), ...built.slice(1)]).toEqual([built[0], ...own.slice(1)]);
  expect(JSON.parse(run(`${diff} json`)).circuits[0].checks.slice(1)).toEqual(own.slice(5));
  expect(new Set(own.map(({ state }) => state)).size).toBe(3);
  const texts = { compiled, verified, compared: run(`${diff} text`) };
  const [page] = /<table data-csv="checks">.*?<\/table>/s.exec(plain(read("r.html")))!;
  const cases = plain(read("r.xml")).split("<testcase ").slice(1);
  const markdown = run(`${diff} markdown`).replace(/\\/g, "");
  expect(cases).toHaveLength(own.length);
  for (const [i, { name, state, slack, found, wanted, required }] of own.entries()) {
    const room = slack === null ? "" : `${slack < 0 ? "" : "+"}${Math.round(100 * slack)} %`;
    const said = `${state}: ${found}${wanted === null ? "" : `, wanted ${wanted}`}${room === "" ? "" : ` (${room})`}`;
    const kind = state === "pass" ? "<system-out>" : required ? "<failure message" : "<skipped message";
    const title = required && wanted !== null ? `requires ${name} ${wanted}` : name;
    expect(cases[i]!.startsWith(`name="${title}"`), title).toBe(true);
    expect([cases[i], cases[i]!.includes(kind)]).toEqual([expect.stringContaining(said), true]);
    expect(page).toContain(
      `<th scope="row">${name}</th><td>${state}</td><td>${room}</td><td>${found}</td><td>${wanted ?? ""}</td>`,
    );
    if (physical.includes(name)) expect(markdown).toContain(`- ${state === "fail" ? `**${name}**` : name}: ${said}`);
    const end = wanted === null ? found : `${found}; wanted ${wanted}`;
    const cells = [name, state === "fail" ? "FAIL" : state, room, end].filter((cell) => cell !== "").join("  ");
    for (const [form, text] of Object.entries(texts)) {
      if ((name === "exact" || agreements.includes(name)) && form !== "verified") continue;
      const lines = text.replace(/ {2,}/g, "  ");
      const open = "  drift, yield  not computed  `optinc budget` finds it; `optinc yield` counts chips\n";
      expect([form, lines]).toEqual([form, expect.stringContaining(/drift|yield/.test(name) ? open : `  ${cells}\n`)]);
    }
  }
});

test("the summary and the manifest say what the next best design costs of what is preferred", () => {
  const cwd = scratch();
  const asked = spec("latency <= 5 ns", 'technology "best-published"; prefer energy-per-word').replace(
    / network .*/,
    "",
  );
  writeFileSync(join(cwd, "pair.optinc"), asked);
  const { code, out } = compile(cwd);
  expect(code).toBe(0);
  const { design, budget } = JSON.parse(readFileSync(join(cwd, "build/summary.json"), "utf8"));
  const { design: listed } = JSON.parse(readFileSync(join(cwd, "build/manifest.json"), "utf8"));
  const { chosen, runnerUp } = design;
  expect(chosen.preferred).toBeCloseTo(budget.figures["energy-per-word"].value, 18);
  expect(runnerUp.preferred).toBeGreaterThanOrEqual(chosen.preferred);
  expect(runnerUp).toMatchObject(listed.runnerUpCost);
  expect(chosen).toMatchObject(listed.chosenCost);
  const picojoules = Number(/next best: .* launched, ([\d.]+) pJ a word: /.exec(out)![1]);
  expect(picojoules / (1e12 * runnerUp.preferred)).toBeCloseTo(1, 3);
});

describe("verify --spec holds a build to what the spec requires", () => {
  const built = (): string => {
    const cwd = scratch();
    writeFileSync(join(cwd, "pair.optinc"), spec("latency <= 5 ns"));
    compile(cwd);
    return cwd;
  };

  test("missed: exit code 3, and the line of the spec", () => {
    const cwd = built();
    writeFileSync(join(cwd, "hard.optinc"), spec("latency <= 1 ps"));
    const run = optinc(["verify", "build", "--spec", "hard.optinc"], { cwd });
    expectEnd(run, 3, "--> hard.optinc:5:9");
    expect(run.out).toContain("pair (build): FAILED");
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
