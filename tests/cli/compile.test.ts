import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectEnd, hashes, optinc, pair, root, scratch, spec } from "./run.ts";

const quick = ["--chips", "0"];
const example = join(root, "examples/mean-4x8.optinc");

/** A scratch directory with the small spec in it. */
function withPair(): string {
  const directory = scratch();
  writeFileSync(join(directory, "pair.optinc"), pair);
  return directory;
}

const compile = (cwd: string, ...args: string[]) => optinc(["compile", "pair.optinc", ...args, ...quick], { cwd });

describe("optinc compile", () => {
  test("writes what the issue lists, and a manifest that agrees", () => {
    const cwd = scratch();
    const run = optinc(["compile", example, ...quick], { cwd });
    expect(run.err).toBe("");
    expect(run.code).toBe(0);
    const build = join(cwd, "build/mean-4x8");
    const netlist = ["mean-4x8.sp", "mean-4x8.test.sp"];
    const names = ["circuit.json", "manifest.json", ...netlist, "network.json", "phases.csv", "summary.json"];
    expect(readdirSync(build).sort()).toEqual(names);
    const manifest = JSON.parse(readFileSync(join(build, "manifest.json"), "utf8"));
    const real = hashes(build);
    for (const file of manifest.files) {
      expect(file.sha256).toBe(real[file.name]);
      expect(file.bytes).toBe(readFileSync(join(build, file.name)).length);
    }
    expect(manifest.files.map((file: { name: string }) => file.name).sort()).toEqual(
      names.filter((name) => name !== "manifest.json"),
    );
    expect(manifest.spec.name).toBe("mean-4x8.optinc");
    expect(JSON.stringify(manifest)).not.toContain(cwd);
    expect(readdirSync(join(cwd, "build"))).toEqual(["mean-4x8"]);
  });

  test("prints the figures of the design", () => {
    const cwd = scratch();
    const { out } = optinc(["compile", example, "-o", "b"], { cwd });
    expect(out).toMatch(/^mean-4x8 -> b\n/);
    for (const row of ["check", "exact", "function", "network", "MZIs", "neurons", "robustness", "files", "next"]) {
      expect(out).toMatch(new RegExp(`^  ${row} `, "m"));
    }
    expect(out).not.toMatch(/^ {2}reference /m);
    expect(out.split("\n").length).toBeLessThanOrEqual(24);
    expect(out).toContain("\n  Exact: yes, proved. Buildable: not computed, as no spec names a technology.\n");
    const { out: all } = optinc(["compile", example, "-o", "b", "--verbose"], { cwd });
    for (const row of ["receivers", "gain", "hardware", "defaults"]) {
      expect(out).not.toMatch(new RegExp(`^  ${row} `, "m"));
      expect(all).toMatch(new RegExp(`^  ${row} `, "m"));
    }
    expect(all).toMatch(
      /defaults +topology single; signed; network neuron saturating; network threshold electronic; network outputs direct; network residual direct\n/,
    );
    expect(out).toMatch(/^ {2}robustness .*: > 50 % at 0\.01 rad \((\d+) of \1\); 95 % confidence, seed 1$/m);
    const { out: chips } = optinc(["verify", "b", "--phase-sigma", "0.005"], { cwd });
    expect(Number(/robustness +(\d+) of 100 chips without a wrong word/.exec(chips)?.[1])).toBeGreaterThanOrEqual(99);
    expect(Number(/MZIs +(\d+) /.exec(out)?.[1])).toBeLessThanOrEqual(150);
  });

  test("the parts of the MZI count add up", () => {
    const cwd = withPair();
    const run = compile(cwd, "--json");
    const { devices } = JSON.parse(run.out).aggregates[0].summary;
    expect(devices.mzisOnn + devices.mzisBias + devices.mzisCombine + devices.mzisBroadcast).toBe(devices.mzis);
  });

  test("is byte-identical in another directory, on a second run and with another working directory", () => {
    const a = scratch();
    const b = scratch();
    const few = ["-q", "--chips", "3"];
    expect(optinc(["compile", example, "-o", join(a, "deep/er/x"), ...few], { cwd: a }).code).toBe(0);
    expect(optinc(["compile", example, "-o", "y", ...few], { cwd: b }).code).toBe(0);
    const first = hashes(join(a, "deep/er/x"));
    expect(hashes(join(b, "y"))).toEqual(first);
    expect(optinc(["compile", example, "-o", "y", ...few], { cwd: b }).code).toBe(0);
    expect(hashes(join(b, "y"))).toEqual(first);
  });

  test("the seed is recorded, and changes neither circuit nor netlists", () => {
    const cwd = withPair();
    optinc(["compile", "pair.optinc", "-o", "one", "--seed", "1", "--chips", "3"], { cwd });
    optinc(["compile", "pair.optinc", "-o", "two", "--seed", "2", "--chips", "3"], { cwd });
    expect(JSON.parse(readFileSync(join(cwd, "two/manifest.json"), "utf8")).seed).toBe(2);
    const one = hashes(join(cwd, "one"));
    const two = hashes(join(cwd, "two"));
    expect(two["circuit.json"]).toBe(one["circuit.json"]);
    expect(two["pair.sp"]).toBe(one["pair.sp"]);
    expect(two["summary.json"]).not.toBe(one["summary.json"]);
  });

  test("several aggregates get a directory each; --aggregate picks one", () => {
    const cwd = scratch();
    writeFileSync(join(cwd, "two.optinc"), pair + spec("trio", "workers 3", "precision 2 bits", "emit phases"));
    const both = optinc(["compile", "two.optinc", "-o", "out", ...quick], { cwd });
    expect(both.code).toBe(0);
    expect(readdirSync(join(cwd, "out")).sort()).toEqual(["pair", "trio"]);
    expect(existsSync(join(cwd, "out/trio/trio.sp"))).toBe(false);
    expect(existsSync(join(cwd, "out/trio/phases.csv"))).toBe(true);
    expect(optinc(["compile", "two.optinc", "-o", "one", "--aggregate", "trio", ...quick], { cwd }).code).toBe(0);
    expect(existsSync(join(cwd, "one/circuit.json"))).toBe(true);
    const unknown = optinc(["compile", "two.optinc", "--aggregate", "tri0"], { cwd });
    expectEnd(unknown, 1, "error[OPT0613]");
    expect(unknown.err).toContain("did you mean `trio`?");
  });

  test("standard input is a spec", () => {
    const cwd = scratch();
    const run = optinc(["compile", "-", ...quick], { cwd, input: pair });
    expect(run.code).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, "build/pair/manifest.json"), "utf8")).spec.name).toBe("stdin");
    const wrong = optinc(["compile", "-"], { cwd, input: "aggregate x { workers 1; precision 2 bits }" });
    expectEnd(wrong, 1, "--> <stdin>:1:");
  });

  test("--quiet prints nothing, --json prints JSON only", () => {
    const cwd = withPair();
    expect(compile(cwd, "-q")).toEqual({ code: 0, out: "", err: "" });
    const run = compile(cwd, "--json");
    expect(JSON.parse(run.out).aggregates[0].directory).toBe(join("build", "pair"));
    expect(run.err).toBe("");
  });

  test("YAML gives the same circuit", () => {
    const cwd = scratch();
    optinc(["compile", example, "-o", "a", ...quick], { cwd });
    optinc(["compile", join(root, "examples/mean-4x8.yaml"), "-o", "b", ...quick], { cwd });
    const { "manifest.json": _a, ...a } = hashes(join(cwd, "a"));
    const { "manifest.json": _b, ...b } = hashes(join(cwd, "b"));
    expect(b).toEqual(a);
  });

  test("says when a circuit is too large for chips in the summary", () => {
    const cwd = scratch();
    const wide = spec("wide", "workers 64", "precision 32 bits", "emit phases");
    const run = optinc(["compile", "-"], { cwd, input: wide });
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/robustness +not simulated: too large for a summary/);
  });
});

describe("what a compile does not replace", () => {
  test("a directory without our manifest, unless --force", () => {
    const cwd = withPair();
    mkdirSync(join(cwd, "papers"));
    writeFileSync(join(cwd, "papers/thesis.tex"), "precious");
    expectEnd(compile(cwd, "-o", "papers"), 1, "error[OPT0604]: papers exists and is not an optinc build");
    expect(readdirSync(join(cwd, "papers"))).toEqual(["thesis.tex"]);
    expect(compile(cwd, "-o", "papers", "--force").code).toBe(0);
    expect(existsSync(join(cwd, "papers/thesis.tex"))).toBe(false);
    expect(existsSync(join(cwd, "papers/circuit.json"))).toBe(true);
  });

  test("a manifest of something else does not make a build", () => {
    const cwd = withPair();
    mkdirSync(join(cwd, "app"));
    writeFileSync(join(cwd, "app/manifest.json"), '{"format": "webapp", "files": []}');
    expect(compile(cwd, "-o", "app").err).toContain("OPT0604");
  });

  test("a build with foreign files, unless --force", () => {
    const cwd = withPair();
    compile(cwd, "-o", "b");
    writeFileSync(join(cwd, "b/notes.txt"), "mine");
    expectEnd(compile(cwd, "-o", "b"), 1, "error[OPT0605]: b holds files that are not part of the build: notes.txt");
    expect(readFileSync(join(cwd, "b/notes.txt"), "utf8")).toBe("mine");
    expect(compile(cwd, "-o", "b", "--force").code).toBe(0);
  });

  test("the working directory, the home directory and the spec's, even with --force", () => {
    const cwd = withPair();
    for (const out of [".", ".."]) {
      expectEnd(compile(cwd, "-o", out, "--force"), 1, `error[OPT0611]: ${out} holds the working directory`);
    }
    const home = optinc(["compile", "-", "-o", cwd, "--force", ...quick], { input: pair, env: { HOME: cwd } });
    expect(home.err).toContain("the home directory");
    mkdirSync(join(cwd, "specs"));
    writeFileSync(join(cwd, "specs/pair.optinc"), pair);
    const source = optinc(["compile", "specs/pair.optinc", "-o", "specs", "--force", ...quick], { cwd });
    expect(source.err).toContain("specs holds specs/pair.optinc, which the command reads");
    expect(existsSync(join(cwd, "specs/pair.optinc"))).toBe(true);
  });

  test("a file", () => {
    const cwd = withPair();
    writeFileSync(join(cwd, "f"), "text");
    for (const out of ["f", "f/deeper"]) {
      expectEnd(compile(cwd, "-o", out, "--force"), 1, "error[OPT0607]");
    }
    expect(readFileSync(join(cwd, "f"), "utf8")).toBe("text");
  });

  test("an empty directory and a link to a build are replaced, and the link stays", () => {
    const cwd = withPair();
    mkdirSync(join(cwd, "real"));
    symlinkSync("real", join(cwd, "link"));
    for (let i = 0; i < 2; i++) {
      expect(compile(cwd, "-o", "link").code).toBe(0);
      expect(existsSync(join(cwd, "real/circuit.json"))).toBe(true);
    }
    expect(readdirSync(cwd).sort()).toEqual(["link", "pair.optinc", "real"]);
  });

  test("a directory that the system does not let us write", () => {
    // Nobody makes directories in /sys, root included.
    const run = optinc(["compile", "-", "-o", "/sys/optinc-test", ...quick], { input: pair });
    expectEnd(run, 1, "error[OPT0602]");
    expect(run.err).not.toMatch(/\n +at /);
  });
});
