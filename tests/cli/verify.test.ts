import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAnchor } from "../../report/index.ts";
import { writeNpy } from "../../verify/index.ts";
import { expectEnd, interrupted, optinc, pair, root, scratch, spec } from "./run.ts";

/** Builds that the tests of this file read, made once. */
let builds = "";

beforeAll(() => {
  builds = mkdtempSync(join(tmpdir(), "optinc-builds-"));
  expect(optinc(["compile", "-", "-o", join(builds, "pair"), "-q", "--chips", "0"], { input: pair }).code).toBe(0);
  const made = optinc(["compile", "examples/mean-4x8.optinc", "-o", join(builds, "mean"), "-q", "--chips", "0"]);
  expect(made.code).toBe(0);
  return () => rmSync(builds, { recursive: true, force: true });
});

/** A copy of a build that may be spoilt. */
function copyOf(name: string): string {
  const build = join(scratch(), name);
  cpSync(join(builds, name), build, { recursive: true });
  return build;
}

function edit(file: string, change: (text: string) => string): void {
  const before = readFileSync(file, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(file, after);
}

/** Moves one phase of the circuit by 0.3 rad. */
function detune(build: string): void {
  edit(join(build, "circuit.json"), (text) => {
    const circuit = JSON.parse(text);
    const layer = circuit.sections.find((section: { kind: string }) => section.kind === "layer");
    layer.meshes[0].devices[0].thetaRad += 0.3;
    return JSON.stringify(circuit);
  });
}

describe("optinc verify", () => {
  test("a build, as its spec says", () => {
    const run = optinc(["verify", join(builds, "pair")]);
    expect(run.err).toBe("");
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^pair \(.*\): verified\n/);
    expect(run.out).toMatch(/inputs +exhaustive/);
    expect(run.out).toContain("(by default, as there are at most 2e6 vectors)");
    expect(run.out).toContain("half-up of the mean of 2 workers; 2-bit signed words in 1 symbol of 4 levels");
    expect(run.out).toMatch(/spec +not computed +the circuit's own/);
    expect(run.out).toMatch(/build +pass +6 files agree with the manifest beside them/);
    expect(run.out).toContain("checked on all 7 words through the devices: every one is right");
  });

  test("a proof log has a line a circuit", () => {
    const cwd = scratch();
    const two = `${pair}${pair.replace("pair", "second")}`;
    expect(optinc(["compile", "-", "-o", "builds", "-q", "--chips", "0"], { input: two, cwd }).code).toBe(0);
    const log = ["--proof-log", "proof.jsonl"];
    expect(optinc(["verify", "builds/pair", "builds/second", ...log], { cwd }).code).toBe(0);
    expect(optinc(["verify", "builds/pair", "builds/second", ...log], { cwd }).code).toBe(0);
    const lines = readFileSync(join(cwd, "proof.jsonl"), "utf8").trimEnd().split("\n");
    expect(lines.map((line) => [JSON.parse(line).circuit, JSON.parse(line).holds])).toEqual([
      ["pair", true],
      ["second", true],
    ]);
  });

  test("the 28 561 vectors of mean-4x8", () => {
    const run = optinc(["verify", join(builds, "mean")]);
    expect(run.code).toBe(0);
    expect(run.out).toContain("checked on all 28 561 words through the devices: every one is right");
  });

  test("a circuit file on its own, and a spec", () => {
    const alone = optinc(["verify", join(builds, "pair/circuit.json")]);
    expect(alone.code).toBe(0);
    expect(alone.out).toContain("(by default, as there are at most 2e6 vectors)");
    const two = pair + spec("trio", "workers 3", "precision 2 bits");
    const both = optinc(["verify", "-"], { input: two });
    expect(both.code).toBe(0);
    expect(both.out.match(/: verified$/gm)).toHaveLength(2);
    const one = optinc(["verify", "-", "--aggregate", "trio"], { input: two });
    expect(one.out.match(/: verified$/gm)).toHaveLength(1);
    expect(optinc(["verify", join(builds, "pair"), "--aggregate", "trio"]).err).toContain("error[OPT0613]");
  });

  test("modes can be chosen, and the seed is used", () => {
    const build = join(builds, "mean");
    const proof = optinc(["verify", build, "--inputs", "proof"]).out;
    expect(proof).toMatch(/proof +holds/);
    expect(proof).toMatch(/assumed +/);
    const sampled = optinc(["verify", build, "--samples", "1e3", "--seed", "7"]).out;
    expect(sampled).toContain("0 of 1 000 sampled words wrong through the devices (seed 7)");
    expect(sampled).toMatch(/error rate below 2\.99e-3 at 95 % confidence/);
  });

  test("a spoilt circuit fails with a counterexample and the command that repeats it", () => {
    const build = copyOf("mean");
    detune(build);
    expect(optinc(["verify", build])).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("error[OPT0615]"),
    });
    const run = optinc(["verify", build, "--samples", "2000", "--seed", "5", "--allow-modified"]);
    expectEnd(run, 3, "warning[OPT0615]");
    expect(run.err).toContain("error[OPT0619]: mean-4x8 failed the verification");
    expect(run.out).toMatch(/: FAILED\n/);
    expect(Number(/(\d[\d ]*) of 2 000 sampled words wrong/.exec(run.out)?.[1]?.replaceAll(" ", ""))).toBeGreaterThan(
      0,
    );
    expect(run.out).toMatch(/words +-?\d+, -?\d+, -?\d+, -?\d+\n +expected +-?\d+/);
    expect(run.out).toMatch(/symbol +\d: expected \d, got \d/);
    const command = /repeat with +optinc (.*)\n/.exec(run.out)?.[1] ?? "";
    expect(command).toContain("--samples 2000 --seed 5");
    expect(optinc(command.split(" ")).out).toBe(run.out);
  });

  test("reports as JSON and JUnit", () => {
    const cwd = scratch();
    const run = optinc(["verify", join(builds, "pair"), "--json", "r.json", "--junit", "r.xml", "-q"], { cwd });
    expect(run).toEqual({ code: 0, out: "", err: "" });
    const report = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8"));
    expect(report.reports[0]).toMatchObject({ passed: true, report: { vectors: 7, wrong: 0, mode: "exhaustive" } });
    expect(readFileSync(join(cwd, "r.xml"), "utf8")).toContain('tests="5" failures="0"');
    expect(JSON.parse(optinc(["verify", join(builds, "pair"), "--json", "-"]).out)).toEqual(report);
    const build = copyOf("mean");
    detune(build);
    expect(optinc(["verify", build, "--samples", "100", "--junit", "f.xml", "--allow-modified"], { cwd }).code).toBe(3);
    expect(readFileSync(join(cwd, "f.xml"), "utf8")).toMatch(/failures="1"[\s\S]*first: words/);
  });

  test("failures link into the page of optinc report: on the screen, in JUnit, SARIF and JSON", () => {
    const cwd = scratch();
    const build = copyOf("mean");
    detune(build);
    const args = ["verify", build, "--samples", "500", "--allow-modified", "--report", "out/page.html"];
    const run = optinc([...args, "--junit", "f.xml", "--sarif", "f.sarif", "--json", "f.json"], { cwd });
    expect(run.code).toBe(3);
    const [{ page, report }] = JSON.parse(readFileSync(join(cwd, "f.json"), "utf8")).reports;
    expect(page).toBe("out/page.html");
    const link = `out/page.html#input=${report.counterexample.words.join(",")}`;
    expect(parseAnchor(new URL(link, "file:///").hash).input).toEqual(report.counterexample.words);
    expect(run.out.replace(/ +/g, " ")).toContain(` look at it ${link}\n`);
    expect(readFileSync(join(cwd, "f.xml"), "utf8")).toContain(`look at it: ${link};`);
    const sarif = JSON.parse(readFileSync(join(cwd, "f.sarif"), "utf8"));
    const failure = sarif.runs[0].results.find((it: { ruleId: string }) => it.ruleId === "OPT0619");
    expect(failure.message.text).toBe(`mean-4x8 failed the verification; look at it: ${link}`);
    expect(failure.locations[0].physicalLocation.artifactLocation.uri).toContain("mean");
    expect(optinc([...args, "--sarif", "f.sarif", "-q"], { cwd }).code).toBe(3);
    expect(optinc(["verify", build, build, "--report", "x.html"]).code).toBe(2);
  });

  test("SARIF of what is right has no results, and requirements that are missed point into the spec", () => {
    const cwd = scratch();
    const sarif = (): { ruleId: string; locations: { physicalLocation: { region?: object } }[] }[] =>
      JSON.parse(readFileSync(join(cwd, "f.sarif"), "utf8")).runs[0].results;
    expect(optinc(["verify", join(builds, "pair"), "--sarif", "f.sarif", "-q"], { cwd }).code).toBe(0);
    expect(sarif()).toEqual([]);
    const text =
      'aggregate pair { workers 2; precision 2 bits; technology "foundry-si"; require { latency <= 1 fs }; network constructed { outputs direct } }\n';
    writeFileSync(join(cwd, "pair.optinc"), text);
    expect(optinc(["verify", "pair.optinc", "--sarif", "f.sarif", "-q"], { cwd }).code).toBe(3);
    expect(sarif().some(({ locations }) => locations[0]!.physicalLocation.region !== undefined)).toBe(true);
  });

  test("a report that cannot be written is an error of its own", () => {
    const full = optinc(["verify", join(builds, "pair"), "--json", "/dev/full"]);
    expectEnd(full, 1, "error[OPT0606]: no space left for /dev/full");
    const directory = optinc(["verify", join(builds, "pair"), "--junit", builds]);
    expect(directory.err).toContain("error[OPT0603]");
    expect(optinc(["verify", join(builds, "pair"), "--json", "no/where.json"]).err).toContain("error[OPT0601]");
  });

  test("chips with phase errors are a measurement, and those of yield", () => {
    const run = optinc(["verify", join(builds, "pair"), "--phase-sigma", "0.005", "--chips", "5"]);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/robustness +\d of 5 chips without a wrong word at 0\.005 rad \(states, seed 1\)/);
    const bare = copyOf("pair");
    edit(join(bare, "circuit.json"), (text) => JSON.stringify({ ...JSON.parse(text), certificate: null }));
    for (const [build, sigma] of [
      [join(builds, "mean"), "0.012"],
      [join(bare, "circuit.json"), "0.05"],
    ] as const) {
      const files = [join(scratch(), "verified.json"), join(scratch(), "yield.json")] as const;
      const seed = ["--seed", "4"];
      optinc(["verify", build, "--phase-sigma", sigma, "--chips", "30", ...seed, "--json", files[0]]);
      expect(optinc(["yield", build, "--phase", sigma, "--chip-samples", "30", ...seed, "--json", files[1]]).code).toBe(
        0,
      );
      const [verified, judged] = files.map((file) => JSON.parse(readFileSync(file, "utf8")));
      const { sigmaRad, ...chips } = verified.reports[0].robustness;
      expect(sigmaRad).toBe(Number(sigma));
      expect(chips.good).toBeGreaterThan(0);
      expect(chips.good).toBeLessThan(30);
      expect(judged.circuits[0].yield).toMatchObject(chips);
    }
  });

  test("real gradients go through the circuit", () => {
    const file = join(root, "examples/gradients/mnist-4x1930.npy");
    const run = optinc(["verify", join(builds, "mean"), "--inputs", "proof", "--gradients", file, "--block", "64"]);
    expect(run.code).toBe(0);
    expect(run.out).toContain("4 x 1 930, blocks of 64: 0 words differ from the ring's");
    const error = Number(/error at most ([\d.]+)/.exec(run.out)?.[1]);
    // Half a step by each worker's quantization, half by the rounding of the mean.
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThanOrEqual(1 + 1e-9);
  });

  test("gradients of other workers, or none at all, are diagnostics", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "two.npy"), writeNpy({ workers: 2, length: 3, data: new Float32Array(6) }));
    writeFileSync(join(cwd, "text.npy"), "not numbers");
    for (const [file, code] of [
      ["two.npy", "OPT0509"],
      ["text.npy", "OPT0501"],
      ["none.npy", "OPT0601"],
    ]) {
      const run = optinc(["verify", join(builds, "mean"), "--inputs", "proof", "--gradients", file!], { cwd });
      expectEnd(run, 1, `error[${code}]`);
    }
  });
});

describe("what verify is pointed at", () => {
  test("several builds make one report, a suite each, and the worst exit code", () => {
    const cwd = scratch();
    const names = [join(builds, "pair"), join(builds, "mean"), "absent"];
    const run = optinc(["verify", ...names, "--junit", "r.xml", "--json", "r.json"], { cwd });
    expect(run.code).toBe(1);
    expect(run.out.match(/: verified$/gm)).toHaveLength(2);
    const xml = readFileSync(join(cwd, "r.xml"), "utf8");
    expect(xml).toContain('<testsuites tests="11" failures="1"');
    expect(xml.match(/<testsuite /g)).toHaveLength(3);
    const data = JSON.parse(readFileSync(join(cwd, "r.json"), "utf8"));
    expect(data.reports).toHaveLength(2);
    expect(data.unverified).toEqual([{ source: "absent", messages: ["OPT0601: absent does not exist"] }]);
  });

  test("a netlist by its name, a circuit on standard input", () => {
    const netlist = optinc(["verify", join(builds, "pair/pair.test.sp")]);
    expect(netlist).toMatchObject({ code: 0, out: expect.stringContaining("checked on all 7 words") });
    const input = readFileSync(join(builds, "pair/circuit.json"), "utf8");
    expect(optinc(["verify", "-"], { input })).toMatchObject({
      code: 0,
      out: expect.stringContaining("pair (<stdin>)"),
    });
  });

  test("a table and an export get one diagnostic that says what to name", () => {
    const table = optinc(["verify", join(builds, "pair/phases.csv")]);
    expectEnd(table, 1, "error[OPT0632]");
    expect(table.err.match(/error\[/g)).toHaveLength(1);
    const cwd = scratch();
    expect(optinc(["export", join(builds, "pair"), "--to", "sax", "-o", "sax", "-q"], { cwd }).code).toBe(0);
    const directory = optinc(["verify", "sax"], { cwd });
    expectEnd(directory, 1, "error[OPT0632]");
    expect(directory.err).toContain("it is an export in the format sax, which is not read back");
    const index = optinc(["verify", "sax/pair.sax-index.json"], { cwd });
    expectEnd(index, 1, "give the build directory or its circuit.json");
    expectEnd(optinc(["verify", "--netlist", "sax/pair.sax-index.json", "--as", "sax"], { cwd }), 2, "spice");
  });

  test("options without effect and numbers beyond a spec's are refused as usage", () => {
    const build = join(builds, "pair");
    const refused: readonly (readonly [string, ...string[]])[] = [
      ["--chips needs --phase-sigma", "--chips", "5"],
      ["--block needs --gradients", "--block", "5"],
      ["--samples takes at most 1000000000", "--samples", "1e12"],
      ["--chips takes at most 1000000", "--chips", "1e9", "--phase-sigma", "0.1"],
      ["It takes a share above 0", "--target", "2"],
    ];
    for (const [said, ...args] of refused) {
      expectEnd(optinc(["verify", build, ...args]), 2, said);
    }
    for (const args of [
      ["--seeds", "1000"],
      ["--steps", "1e9"],
    ]) {
      expectEnd(optinc(["train-sim", "examples/train-mnist.optinc", ...args]), 2, "takes at most");
    }
  });

  test("a signal ends it with what was tried so far, in every kind of work", async () => {
    const long = [
      ["--samples", "1e9"],
      ["--samples", "10", "--phase-sigma", "0.005", "--chips", "1e6"],
    ];
    for (const [i, args] of long.entries()) {
      const signal = i === 0 ? "SIGTERM" : "SIGINT";
      const { code, err } = await interrupted(["verify", join(builds, "mean"), ...args], signal);
      expect(code).toBe(signal === "SIGTERM" ? 143 : 130);
      expect(err).toMatch(/mean-4x8 \(.*\): interrupted: .*; no verdict\n$/);
    }
  });
});

describe("builds that are not whole", () => {
  test("a truncated circuit.json", () => {
    const build = copyOf("pair");
    edit(join(build, "circuit.json"), (text) => text.slice(0, text.length / 2));
    expectEnd(optinc(["verify", build]), 1, "error[OPT0615]");
    const run = optinc(["verify", build, "--allow-modified"]);
    expectEnd(run, 1, "warning[OPT0615]");
    expect(run.err).toContain("error[OPT0612]");
    expect(run.err).not.toContain("    at ");
  });

  test("a file is named once in what is said of it", () => {
    const build = copyOf("pair");
    edit(join(build, "circuit.json"), (text) => text.replace("pair", "riap"));
    rmSync(join(build, "phases.csv"));
    const { err } = optinc(["verify", build]);
    expect(err).toContain(`error[OPT0615]: ${build}/circuit.json differs from manifest.json\n`);
    expect(err).toContain(`error[OPT0615]: ${build}/phases.csv is missing or not a file\n`);
    rmSync(join(build, "manifest.json"));
    expect(optinc(["verify", build]).err).toContain(`error[OPT0614]: ${build} has no manifest.json of optinc`);
  });

  test("a key that stands twice, in a file and on standard input", () => {
    const cwd = scratch();
    const text = readFileSync(join(builds, "pair/circuit.json"), "utf8").replace('"gain": ', '"gain": 3, "gain": ');
    const line = text.slice(0, text.indexOf('"gain": 3')).split("\n").length;
    writeFileSync(join(cwd, "twice.json"), text);
    const said = `, line ${line}: the key "gain" occurs twice in an object`;
    expectEnd(optinc(["verify", "twice.json"], { cwd }), 1, `error[OPT0612]: twice.json${said}`);
    expectEnd(optinc(["verify", "-"], { cwd, input: text }), 1, `error[OPT0612]: <stdin>${said}`);
  });

  test("an index of an export whose format is no word", () => {
    const cwd = scratch();
    const deep = `${"[".repeat(1e5)}"sax"${"]".repeat(1e5)}`;
    for (const target of ['{"toString": 1}', deep, '["sax"]', "1"]) {
      writeFileSync(join(cwd, "x.json"), `{"format": "optinc.export-index", "target": ${target}}`);
      expectEnd(optinc(["verify", "x.json"], { cwd }), 1, "error[OPT0401]");
    }
  });

  test("an unknown version, and another format", () => {
    const build = copyOf("pair");
    edit(join(build, "circuit.json"), (text) => text.replace('"version": 3', '"version": 99'));
    const file = join(build, "circuit.json");
    expectEnd(optinc(["verify", file]), 1, "error[OPT0402]");
    writeFileSync(file, "[]");
    expect(optinc(["verify", file]).err).toContain("error[OPT0401]");
  });

  test("a circuit that breaks a rule names the place", () => {
    const build = copyOf("pair");
    edit(join(build, "circuit.json"), (text) => text.replace(/"thetaRad": [\d.]+/, '"thetaRad": null'));
    const run = optinc(["verify", join(build, "circuit.json")]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(/error\[OPT0403\]: .*circuit\.json: sections\[\d+\]\.meshes\[\d+\]\.devices\[\d+\]/);
  });

  test("a changed or missing file is an error; with --allow-modified the circuit is verified as it is", () => {
    const build = copyOf("pair");
    edit(join(build, "phases.csv"), (text) => `${text}\n`);
    rmSync(join(build, "pair.sp"));
    const refused = optinc(["verify", build]);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toMatch(/error\[OPT0615\]: .*pair\.sp is missing/);
    const run = optinc(["verify", build, "--allow-modified"]);
    expect(run.code).toBe(0);
    expect(run.err).toMatch(/warning\[OPT0615\]: .*pair\.sp is missing/);
    expect(run.err).toMatch(/warning\[OPT0615\]: .*phases\.csv differs/);
  });

  test("without a manifest or a summary it is still a circuit", () => {
    const build = copyOf("pair");
    rmSync(join(build, "manifest.json"));
    rmSync(join(build, "summary.json"));
    expectEnd(optinc(["verify", build]), 1, "error[OPT0614]");
    const run = optinc(["verify", build, "--allow-modified"]);
    expectEnd(run, 0, "warning[OPT0614]");
    expect(run.out).toContain("(by default");
  });

  test("a directory without a circuit; one with builds in it names them", () => {
    const cwd = scratch();
    mkdirSync(join(cwd, "empty"));
    expectEnd(optinc(["verify", "empty"], { cwd }), 1, "error[OPT0616]");
    expect(optinc(["verify", builds]).err).toContain(join(builds, "pair"));
    expect(optinc(["verify", "absent"], { cwd }).err).toContain("error[OPT0601]");
    expect(existsSync(join(cwd, "absent"))).toBe(false);
  });

  test("too many vectors for exhaustive", () => {
    const input = spec("x", "workers 4", "precision 16 bits");
    expectEnd(optinc(["verify", "-", "--inputs", "exhaustive"], { input }), 1, "error[OPT0617]");
  });
});
