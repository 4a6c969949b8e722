import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { unseal } from "../../cli/files/pack.ts";
import { checkpointStep } from "../../compiler/network/training/index.ts";
import { grouped } from "../../dsl/index.ts";
import { every } from "../rounds.ts";
import { expectEnd, hashes, optinc, type Run, scratch, spec, startOptinc } from "./run.ts";

const compile = ["compile", "s.optinc", "--chips", "0"];

/** Runs with a cache of its own. */
function run(cwd: string, ...args: string[]): Run {
  return optinc(args, { cwd, env: { OPTINC_CACHE: join(cwd, "cache") } });
}

/** A scratch directory with a spec whose network is trained for two workers' 4-bit words. */
function training(...settings: string[]): string {
  const cwd = scratch();
  const network = `network trained { ${["batch 64", ...settings].join("; ")} }`;
  writeFileSync(join(cwd, "s.optinc"), spec("small", "workers 2", "precision 4 bits", network, "emit phases"));
  return cwd;
}

/** Reaches 100 % within a second. */
const easy = ["hidden 64 64 64", "approximate all"];
/** Never does; 4000 steps take a few seconds. */
const hard = ["hidden 8", "approximate all", "steps 4000", "cycles 1"];

function entries(cwd: string, ending: string): string[] {
  return existsSync(join(cwd, "cache"))
    ? readdirSync(join(cwd, "cache")).filter((name) => name.endsWith(ending) && !name.startsWith("."))
    : [];
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}

/** Steps of the checkpoint in the cache; 0 where there is none. */
function savedSteps(cwd: string): number {
  const [name] = entries(cwd, ".checkpoint");
  const bytes = name === undefined ? null : unseal(readFileSync(join(cwd, "cache", name)));
  return bytes === null ? 0 : (checkpointStep(bytes) ?? 0);
}

/** Starts a training that keeps every checkpoint, and ends it by a signal once it has come so far. */
async function cutShort(
  cwd: string,
  signal: NodeJS.Signals,
  far: (err: string) => boolean = () => savedSteps(cwd) > 0,
): Promise<{ code: number | null; err: string }> {
  const env = { OPTINC_CACHE: join(cwd, "cache") };
  const child = startOptinc([...compile, "-o", "cut", "--checkpoint-every", "0"], { cwd, env });
  let err = "";
  child.stderr!.on("data", (data: Buffer) => {
    err += data.toString();
  });
  const ended = once(child, "close");
  while (!far(err) && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  child.kill(signal);
  const [code] = await ended;
  return { code, err };
}

describe("network trained", () => {
  test("trains to its target, says what was trained, and verifies through the devices", () => {
    const cwd = training(...easy);
    const first = run(cwd, ...compile, "-o", "a");
    expect(first.err).toBe("");
    expect(first.code).toBe(0);
    expect(first.out).toMatch(/network +trained: one perceptron 2-64-64-64-2, 4 of 4 layers on the manifold/);
    expect(first.out).toMatch(/training +\d+ steps, seed 1, target 100 %, target reached: /);
    expect(first.out).toMatch(/exact +pass +checked on all 49 words through the devices: every one is right\n/);
    const summary = JSON.parse(readFileSync(join(cwd, "a/summary.json"), "utf8"));
    expect(summary.network.trained).toMatchObject({ seed: 1, endedBy: "target", vectors: 49 });
    expect(summary.network.perceptron.layers.map((layer: { kind: string }) => layer.kind)).toEqual(
      new Array(4).fill("factored"),
    );
    expect(run(cwd, "verify", "a", "-q").code).toBe(0);
  });

  test("keeps its curve in the build, without a clock, and the report draws it", () => {
    const cwd = training(...easy);
    expect(run(cwd, ...compile, "-o", "a", "-q").code).toBe(0);
    const rows = readFileSync(join(cwd, "a/training.csv"), "utf8").trimEnd().split("\n");
    const summary = JSON.parse(readFileSync(join(cwd, "a/summary.json"), "utf8")).network.trained;
    expect(rows[0]).toBe("part,step,loss,wrong,vectors");
    expect(rows[1]).toMatch(/^network,1,[\d.]+,,49$/);
    expect(rows.at(-1)).toBe(`network,${summary.steps},${summary.loss},0,49`);
    const listed = JSON.parse(readFileSync(join(cwd, "a/manifest.json"), "utf8")).files;
    expect(listed).toContainEqual(expect.objectContaining({ name: "training.csv" }));
    const figure = (): string | undefined =>
      /<figure id="training">.*?<\/figure>/s.exec(readFileSync(join(cwd, "r.html"), "utf8"))?.[0];
    const report = (from: string, ...more: string[]): Run =>
      run(cwd, "report", from, "-o", "r.html", "-q", "--chip-samples", "0", ...more);
    expect(report("a").code).toBe(0);
    expect(figure()).toContain(">wrong vectors<");
    expect(readFileSync(join(cwd, "r.html"), "utf8")).toContain('data-csv="training"');
    // The same of a spec that is compiled for the page.
    const drawn = figure();
    expect(report("s.optinc").code).toBe(0);
    expect(figure()).toBe(drawn);
    // Changed by somebody: refused, and with leave to read it a warning and a page without it.
    writeFileSync(join(cwd, "a/training.csv"), "part,step,loss,wrong,vectors\nnetwork,1,<script>,,49\n");
    expect(report("a")).toMatchObject({ code: 1, err: expect.stringContaining("OPT0615") });
    const odd = report("a", "--allow-modified");
    expect(odd).toMatchObject({ code: 0, err: expect.stringContaining("warning[OPT0653]: a/training.csv, line 2") });
    expect(figure()).toBeUndefined();
  });

  test("is taken from the cache the second time, byte for byte, by what determines it only", () => {
    const cwd = training(...easy);
    expect(run(cwd, ...compile, "-o", "a", "-q").code).toBe(0);
    const again = run(cwd, ...compile, "-o", "b");
    expect(again.out).toContain("; taken from the cache\n");
    expect(hashes(join(cwd, "b"))).toEqual(hashes(join(cwd, "a")));
    const anew = run(cwd, ...compile, "-o", "c", "--no-cache", "--threads", "2");
    expect(anew.out).not.toContain("taken from the cache");
    expect(hashes(join(cwd, "c"))).toEqual(hashes(join(cwd, "a")));
    // another budget is the same network, another seed is not
    const text = readFileSync(join(cwd, "s.optinc"), "utf8");
    writeFileSync(join(cwd, "s.optinc"), text.replace("batch 64", "batch 64; budget 3 min"));
    expect(run(cwd, ...compile, "-o", "d").out).toContain("taken from the cache");
    writeFileSync(join(cwd, "s.optinc"), text.replace("batch 64", "batch 64; seed 2"));
    expect(run(cwd, ...compile, "-o", "d").out).not.toContain("taken from the cache");
    expect(entries(cwd, ".network")).toHaveLength(2);
  });

  test("a damaged entry is noticed, ignored and replaced", () => {
    const cwd = training(...easy);
    expect(run(cwd, ...compile, "-o", "a", "-q").code).toBe(0);
    const path = join(cwd, "cache", entries(cwd, ".network")[0]!);
    const whole = readFileSync(path);
    for (const damaged of [flipped(whole, 5000), whole.subarray(0, 9000), Buffer.alloc(0)]) {
      writeFileSync(path, damaged);
      const again = run(cwd, ...compile, "-o", "b");
      expect(again.code).toBe(0);
      expect(again.err).toMatch(/^warning\[OPT0624\]: .*\.network is damaged and is ignored\n/);
      expect(hashes(join(cwd, "b"))).toEqual(hashes(join(cwd, "a")));
      expect(readFileSync(path).equals(whole)).toBe(true);
    }
  });

  test("a cache that cannot be written is a warning, not a failure", () => {
    const cwd = training(...easy);
    writeFileSync(join(cwd, "cache"), "a file");
    const compiled = run(cwd, ...compile, "-o", "a");
    expect(compiled.code).toBe(0);
    expect(compiled.err).toMatch(/^warning\[OPT0607\]: .*\n.*OPTINC_CACHE names another directory\n$/);
  });

  for (const signal of every(3, ["SIGINT", "SIGTERM", "SIGKILL"] as const)) {
    test(`${signal}, then --resume, gives the network of an uninterrupted training`, async () => {
      const cwd = training(...hard);
      const { code, err } = await cutShort(cwd, signal);
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: null }[signal]);
      if (signal !== "SIGKILL") {
        expect(err).toContain("note[OPT0623]: the training of small was interrupted");
        expect(err).toContain("`--resume` continues");
      }
      expect(existsSync(join(cwd, "cut"))).toBe(false);
      const resumed = run(cwd, ...compile, "-o", "resumed", "--resume", "-q");
      expectEnd(resumed, 3, "note[OPT0625]: small continues from its checkpoint");
      expect(entries(cwd, ".checkpoint")).toEqual([]);
      const whole = run(cwd, ...compile, "-o", "whole", "--no-cache", "-q");
      expect(whole.code).toBe(3);
      expect(hashes(join(cwd, "resumed"))).toEqual(hashes(join(cwd, "whole")));
    });
  }

  test("a checkpoint is used only when asked for; a damaged one and a missing one are said", async () => {
    const cwd = training(...hard);
    expect(run(cwd, ...compile, "-o", "a", "--resume").err).toContain("note[OPT0625]: no checkpoint of small");
    run(cwd, "cache", "clear");
    await cutShort(cwd, "SIGINT");
    const path = join(cwd, "cache", entries(cwd, ".checkpoint")[0]!);
    const checkpoint = readFileSync(path);
    checkpoint[checkpoint.length - 1]! ^= 1;
    writeFileSync(path, checkpoint);
    const damaged = run(cwd, ...compile, "-o", "b", "--resume");
    expect(damaged.err).toContain("warning[OPT0624]");
    expect(hashes(join(cwd, "b"))).toEqual(hashes(join(cwd, "a")));
  });

  test("a checkpoint is kept until a training that began anew is further", async () => {
    const cwd = training(...hard);
    await cutShort(cwd, "SIGINT", () => savedSteps(cwd) > 1000);
    const before = savedSteps(cwd);
    const { err } = await cutShort(cwd, "SIGINT", (said) => said.includes("restarting"));
    expect(err).toMatch(/note\[OPT0625\]: restarting the training of small; the checkpoint after 1 \d\d\d steps/);
    expect(savedSteps(cwd)).toBeGreaterThanOrEqual(before);
  });

  test.each(every(2, ["SIGTERM", "SIGINT"] as const))("%s ends the set-up of a large network", async (signal) => {
    const cwd = training("hidden 2048 2048", "approximate all");
    const { code, err } = await cutShort(cwd, signal, (said) => said.includes("making the first weights"));
    expect(code).toBe({ SIGINT: 130, SIGTERM: 143 }[signal]);
    expect(err).toContain("note[OPT0623]: the training of small was interrupted");
    expect(err).toContain("no checkpoint yet");
  });

  test("the budget covers the set-up of a large network", () => {
    const cwd = training("hidden 2048 2048", "approximate all", "budget 1 s");
    const { code, err } = run(cwd, ...compile, "-o", "a");
    expect(code).toBe(3);
    expect(err).toContain("the budget of 1 s for small ended before there was a network");
    expect(existsSync(join(cwd, "a"))).toBe(false);
  });

  test("a target that all cycles miss is exit 3 with the best network, its errors and advice, now and from the cache", () => {
    const cwd = training(...hard);
    for (const out of ["a", "b"]) {
      const compiled = run(cwd, ...compile, "-o", out);
      expect(compiled.code).toBe(3);
      expect(compiled.err).toMatch(
        /error\[OPT0620\]: small is right on [\d.]+ % of all 49 words, below the target of 100 %/,
      );
      expect(compiled.err).toContain("all cycles were used: try `steps 8000`");
      expect(compiled.out).toMatch(/errors +[+-]\d+ \(/);
    }
    expect(hashes(join(cwd, "b"))).toEqual(hashes(join(cwd, "a")));
    expect(run(cwd, "verify", "a", "-q").code).toBe(3);
    // a part of the words is easily right
    const text = readFileSync(join(cwd, "s.optinc"), "utf8");
    writeFileSync(join(cwd, "s.optinc"), text.replace("batch 64", "batch 64; target 20 %"));
    expect(run(cwd, ...compile, "-o", "c").code).toBe(0);
    // The build itself cannot say what is enough of it.
    expect(run(cwd, "verify", "c", "-q").code).toBe(3);
    const verified = run(cwd, "verify", "c", "--spec", "s.optinc");
    expect(verified.code).toBe(0);
    expect(verified.out).toMatch(/target +20 %, as the spec says\n/);
    expect(run(cwd, "verify", "c", "-q", "--target", "0.2").code).toBe(0);
  });

  test("the budget ends a training with exit 3 and a checkpoint", () => {
    const cwd = training("hidden 4", "steps 1e6", "budget 1 s");
    const compiled = run(cwd, ...compile, "-o", "a");
    expectEnd(compiled, 3, "the budget of 1 s ended the training: go on with `--resume`");
    expect(existsSync(join(cwd, "a/circuit.json"))).toBe(true);
    expect(entries(cwd, ".network")).toEqual([]);
    expect(entries(cwd, ".checkpoint")).toHaveLength(1);
    const step = (): number => JSON.parse(readFileSync(join(cwd, "a/summary.json"), "utf8")).network.trained.steps;
    const before = step();
    expect(savedSteps(cwd)).toBe(before);
    const resumed = run(cwd, ...compile, "-o", "a", "--resume", "-q");
    expect(resumed.err).toContain(`note[OPT0625]: small continues from its checkpoint after ${grouped(before)} steps`);
    expect(step()).toBeGreaterThan(before);
  });

  test("divergence names the setting to change", () => {
    const cwd = training(`hidden ${"256 ".repeat(10)}`, "learning-rate 1", "approximate none", "loss word");
    const compiled = run(cwd, ...compile, "-o", "a");
    expect(compiled.err).toMatch(/error\[OPT0621\]: the training of small diverged at step \d+/);
    expectEnd(compiled, 3, "`learning-rate 0.333`");
    expect(existsSync(join(cwd, "a"))).toBe(false);
  });
});

describe("optinc cache", () => {
  test("lists, clears and names its directory, and leaves what is not its own", () => {
    const cwd = training(...easy);
    expect(run(cwd, "cache", "list")).toEqual({ code: 0, out: "", err: "" });
    run(cwd, ...compile, "-o", "a", "-q");
    writeFileSync(join(cwd, "cache/precious.txt"), "mine");
    const { out } = run(cwd, "cache", "list");
    expect(out).toMatch(/^[0-9a-f]{12} {2}network +\d+\.\d+ kB +\d+ s ago {2}small: one perceptron 2-64-64-64-2/m);
    expect(out).toMatch(/^[0-9a-f]{12} {2}verification .*small: checked on all 49 words/m);
    for (const name of ["other", "0123456789ab", "smal", out.slice(0, 5)]) {
      const unknown = run(cwd, "cache", "remove", name);
      expect([unknown.code, unknown.err]).toEqual([
        1,
        expect.stringContaining(`OPT0631]: the cache has no \`${name}\``),
      ]);
    }
    const [network] = out.split("\n").filter((line) => line.includes("network"));
    expect(run(cwd, "cache", "remove", network!.slice(0, 12)).out).toMatch(/^removed 1 entry, /);
    expect(run(cwd, "cache", "remove", "small").out).toMatch(/^removed 1 entry, /);
    run(cwd, ...compile, "-o", "a", "-q");
    expect(run(cwd, "cache", "path").out).toBe(`${join(cwd, "cache")}\n`);
    expect(run(cwd, "cache", "clear").out).toMatch(/^removed 2 entries, /);
    expect(readdirSync(join(cwd, "cache"))).toEqual(["precious.txt"]);
    expect(run(cwd, "cache", "lost").code).toBe(2);
  });

  test("lies where XDG says unless OPTINC_CACHE does", () => {
    const path = (env: Record<string, string>): string => optinc(["cache", "path"], { env }).out.trim();
    expect(path({ HOME: "/u/x" })).toBe(join("/u/x", ".cache", "optinc"));
    expect(path({ HOME: "/u/x", XDG_CACHE_HOME: "/c" })).toBe(join("/c", "optinc"));
    expect(path({ HOME: "/u/x", XDG_CACHE_HOME: "relative" })).toBe(join("/u/x", ".cache", "optinc"));
    expect(path({ XDG_CACHE_HOME: "/c", OPTINC_CACHE: "/o" })).toBe("/o");
  });
});
